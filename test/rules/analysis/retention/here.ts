import { walk, type Node, type SourceCode } from "../../../../rules/analysis/syntax.js";
import { parse } from "../parse.js";

/** Code, and the only argument of its first call of `here()`; the call itself where it has none. */
export function here(code: string, sourceType: "module" | "commonjs" = "module"): readonly [SourceCode, Node] {
  const sourceCode = parse(code, sourceType);
  let found: Node | null = null;
  walk(sourceCode, sourceCode.ast, (node) => {
    if (node.type === "CallExpression" && node.callee.type === "Identifier" && node.callee.name === "here")
      found ??= node.arguments[0] ?? node;
    return found === null;
  });
  if (!found) throw new Error("no here()");
  return [sourceCode, found];
}
