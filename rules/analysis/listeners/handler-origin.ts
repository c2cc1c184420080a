import { calleeName, isInside, unwrap, wrapped, type Node, type SourceCode, type Variable } from "../syntax.js";
import { valuesOfField } from "./fields.js";
import { isFresh } from "./handlers.js";
import { identityOf, type Identity } from "./identity.js";
import { registrationsOf } from "./registrations.js";
import { removalsOf } from "./removals.js";

/** Whether what was added is a function around another: `() => f()`, `f.bind(this)`, and what is bound to such a value. */
export function isWrapperOf(sourceCode: SourceCode, added: Node, handler: Node): boolean {
  const inner = identityOf(sourceCode, handler);
  return isFresh(added)
    ? mentions(sourceCode, added, inner)
    : isBoundFrom(sourceCode, identityOf(sourceCode, added), inner);
}

/** `const bound = this.f.bind(this)` and `this.bound = this.f.bind(this)` are other functions than `this.f`. */
function isBoundFrom(sourceCode: SourceCode, { root, properties }: Identity, inner: Identity): boolean {
  const [field, more] = properties;
  const values =
    root.kind === "variable" && field === undefined
      ? initialisers(root.variable)
      : root.kind === "this" && field !== undefined && more === undefined && field !== inner.properties.at(-1)
        ? valuesOfField(sourceCode, root.owner, field)
        : [];
  const [value, second] = values;
  return (
    value !== undefined &&
    second === undefined &&
    unwrap(value).type === "CallExpression" &&
    isFresh(value) &&
    mentions(sourceCode, value, inner)
  );
}

function initialisers(variable: Variable): readonly Node[] {
  return variable.references.flatMap((reference) =>
    reference.isWrite() && reference.writeExpr ? [reference.writeExpr] : [],
  );
}

function mentions(sourceCode: SourceCode, code: Node, { root, properties }: Identity): boolean {
  const name = properties.at(-1);
  if (name !== undefined)
    return new RegExp(`\\.${name.replace(/[^\w]/g, "\\$&")}(?![\\w$])`).test(sourceCode.getText(code));
  return root.kind === "variable" && root.variable.references.some(({ identifier }) => isInside(identifier, code));
}

/** Whether the file itself makes a handler: what comes from outside may have been added there. */
export function isOfFile(sourceCode: SourceCode, handler: Node): boolean {
  const { root, properties } = identityOf(sourceCode, handler);
  if (root.kind === "this") return properties.length === 1;
  if (root.kind === "global") return new RegExp(`(?<![\\w$.])${root.name}\\s*=[^=]`).test(sourceCode.text);
  if (root.kind !== "variable" || properties.length > 0) return false;
  const [definition] = root.variable.defs;
  return (
    definition?.type === "FunctionName" || (definition?.type === "Variable" && definition.node.id.type === "Identifier")
  );
}

/** Whether a handler is handed to code that may add it: a helper, a list, another object. */
export function isHandedOn(sourceCode: SourceCode, handler: Node, removal: Node): boolean {
  const known = new Set<Node>([...registrationsOf(sourceCode), ...removalsOf(sourceCode)].map(({ call }) => call));
  const { root, properties } = identityOf(sourceCode, handler);
  if (root.kind === "variable" && properties.length === 0) {
    return root.variable.references.some(({ identifier, init }) => init !== true && isGiven(identifier, known));
  }
  const name = properties.at(-1) ?? (root.kind === "global" ? root.name : null);
  if (name === null) return true;
  const before = properties.length > 0 ? "\\." : "(?<![\\w$.])";
  const pattern = new RegExp(`${before}${name.replace(/[^\w]/g, "\\$&")}(?![\\w$])(?=\\s*[,)\\]};:])`, "g");
  return [...sourceCode.text.matchAll(pattern)].some(
    ({ index }) => ![...known, removal].some(({ range }) => range[0] <= index && index < range[1]),
  );
}

/** Whether a handler is the result of a call: what `emitter.listeners("x").pop()` gives was added by somebody else. */
export function isFromCall(sourceCode: SourceCode, handler: Node): boolean {
  const { root, properties } = identityOf(sourceCode, handler);
  if (root.kind !== "variable" || properties.length > 0) return false;
  return initialisers(root.variable).some((value) => unwrap(value).type === "CallExpression" && !isFresh(value));
}

function isGiven(identifier: Node, known: ReadonlySet<Node>): boolean {
  const outer = wrapped(identifier);
  const { parent } = outer;
  switch (parent?.type) {
    case "CallExpression":
    case "NewExpression":
      return parent.callee !== outer && !known.has(parent);
    case "AssignmentExpression":
    case "AssignmentPattern":
      return parent.right === outer;
    case "Property":
      return parent.value === outer;
    // The dependencies of a hook only compare it.
    case "ArrayExpression":
      return !(parent.parent.type === "CallExpression" && /^use[A-Z]/.test(calleeName(parent.parent.callee)));
    case "ReturnStatement":
    case "SpreadElement":
    case "VariableDeclarator":
    case "ConditionalExpression":
    case "LogicalExpression":
      return true;
    default:
      return false;
  }
}
