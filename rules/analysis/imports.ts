import { calleeName, unwrap, type Node, type Variable } from "./syntax.js";

/** Where a variable is imported from: `import …` or `const x = require("…")`; null for what the file makes itself. */
export function importSource(variable: Variable): string | null {
  const definition = variable.defs[0];
  if (!definition) return null;
  if (definition.type === "ImportBinding") {
    return definition.parent.type === "ImportDeclaration" ? definition.parent.source.value : "";
  }
  if (definition.node.type !== "VariableDeclarator" || !definition.node.init) return null;
  return requiredFrom(definition.node.init);
}

/** Sees through `_interopRequireDefault(require("./x"))` and `require("./x").default`. */
function requiredFrom(expression: Node): string | null {
  const node = unwrap(expression);
  if (node.type === "MemberExpression") return requiredFrom(node.object);
  if (node.type !== "CallExpression") return null;
  const [first] = node.arguments;
  if (!first) return null;
  if (calleeName(node.callee) !== "require")
    return /interop|import(Star|Default)|toESM/i.test(calleeName(node.callee)) ? requiredFrom(first) : null;
  return first.type === "Literal" && typeof first.value === "string" ? first.value : null;
}
