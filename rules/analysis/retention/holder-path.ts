import type { LeakHolder } from "../leak.js";
import { propertyName, unwrap, type Node } from "../syntax.js";
import { ownerOf } from "./fields.js";
import { rootOf } from "./lifespan.js";

/** For what hangs on `this`: the class that the verifier looks for, and the properties that lead on from it. */
export function instancePath(expression: Node): Pick<LeakHolder, "owner"> {
  if (rootOf(expression).type !== "ThisExpression") return {};
  const definition = ownerOf(expression);
  const properties: string[] = [];
  for (let node = unwrap(expression); node.type === "MemberExpression"; node = unwrap(node.object)) {
    const name = propertyName(node);
    if (name === null) return {};
    properties.unshift(name);
  }
  return definition ? { owner: { definition, properties } } : {};
}
