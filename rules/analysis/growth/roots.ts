import type { TSESTree } from "@typescript-eslint/utils";
import { nodeAt } from "../invocations.js";
import { membersNamed } from "../mentions.js";
import { perFile } from "../per-file.js";
import { propertyName, wrapped, type Node, type Reference, type SourceCode } from "../syntax.js";
import { wordsOf } from "../words.js";

const GLOBAL_NAMES = ["globalThis", "global", "window", "self"];
const ROOT_NAMES = new Set([...GLOBAL_NAMES, "module", "exports"]);

/** The expressions of a file that are its CommonJS exports object: `exports`, `module.exports`. */
export function exportsExpressions(sourceCode: SourceCode): readonly Node[] {
  if (!wordsOf(sourceCode).has("exports")) return [];
  return globalReferences(sourceCode).flatMap((identifier): readonly Node[] => {
    if (identifier.name === "exports") return [identifier];
    const member = identifier.parent;
    const isExports =
      identifier.name === "module" && member?.type === "MemberExpression" && member.object === identifier;
    return isExports && propertyName(member) === "exports" ? [member] : [];
  });
}

/** The expressions of a file that are the global object, by the name they use. */
export function globalExpressions(
  sourceCode: SourceCode,
): readonly { readonly name: string; readonly expressions: readonly Node[] }[] {
  const byName = new Map<string, Node[]>();
  if (!wordsOf(sourceCode).hasAny(GLOBAL_NAMES)) return [];
  for (const identifier of globalReferences(sourceCode)) {
    const { name } = identifier;
    if (!GLOBAL_NAMES.includes(name)) continue;
    const expressions = byName.get(name) ?? [];
    expressions.push(identifier);
    byName.set(name, expressions);
  }
  return [...byName].map(([name, expressions]) => ({ name, expressions }));
}

/** The identifiers that name the global object or the module's, and that no code of the file declares. */
const globalReferences = perFile((sourceCode): readonly TSESTree.Identifier[] => {
  const scope = sourceCode.scopeManager?.globalScope;
  if (!scope) return [];
  const found: TSESTree.Identifier[] = [];
  const collect = (references: readonly Reference[]): void => {
    for (const { identifier } of references) {
      if (identifier.type === "Identifier" && ROOT_NAMES.has(identifier.name)) found.push(identifier);
    }
  };
  collect(scope.through);
  for (const name of ROOT_NAMES) {
    const variable = scope.set.get(name);
    if (variable && variable.defs.length === 0) collect(variable.references);
  }
  return found;
});

/** Other expressions that are a class, function or object: `this` in its own methods, `this.constructor`. */
export function selfExpressions(sourceCode: SourceCode, value: Node): readonly Node[] {
  switch (value.type) {
    case "FunctionDeclaration":
      return constructorExpressions(sourceCode);
    case "ClassDeclaration":
    case "ClassExpression": {
      const own = value.body.body.filter(
        (member) => member.type === "StaticBlock" || ("static" in member && member.static),
      );
      return [...constructorExpressions(sourceCode), ...own.flatMap((member) => thisOf(sourceCode, member))];
    }
    case "ObjectExpression":
      return value.properties.flatMap((member) =>
        member.type === "Property" && member.value.type === "FunctionExpression" ? thisOf(sourceCode, member) : [],
      );
    default:
      return [];
  }
}

/** Each `this` of a member that is the member's own, not that of a function in it. */
function thisOf(sourceCode: SourceCode, member: Node): readonly Node[] {
  const [start, end] = member.range;
  return wordsOf(sourceCode)
    .offsetsOf("this")
    .filter((offset) => offset > start && offset < end)
    .map((offset) => nodeAt(sourceCode, offset))
    .filter((node) => node.type === "ThisExpression" && isOwnThis(node, member));
}

function isOwnThis(expression: Node, member: Node): boolean {
  for (let up = expression.parent; up && up !== member; up = up.parent) {
    if (up.type === "FunctionExpression" || up.type === "FunctionDeclaration") return up.parent === member;
  }
  return true;
}

/** Every `….constructor` that a property is taken of; which class it means, only the property's name can tell. */
const constructorExpressions = perFile((sourceCode) => membersNamed(sourceCode, "constructor"));

/** Whether a value stored there is exported: `module.exports`, a property of it, or an object that is exported. */
export function isExportsPlace(node: Node): boolean {
  if (node.type === "ObjectExpression") {
    const parent = wrapped(node).parent;
    return (
      parent?.type === "ExportDefaultDeclaration" ||
      (parent?.type === "AssignmentExpression" && isExportsPlace(parent.left))
    );
  }
  if (node.type !== "MemberExpression") return false;
  const { object } = node;
  if (object.type === "Identifier")
    return object.name === "exports" || (object.name === "module" && propertyName(node) === "exports");
  return object.type === "MemberExpression" && isExportsPlace(object);
}
