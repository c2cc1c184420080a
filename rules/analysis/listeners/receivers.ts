import type { TSESTree } from "@typescript-eslint/utils";
import { importSource } from "../imports.js";
import { isLoadScope } from "../lifetime.js";
import {
  calleeName,
  functionAround,
  isFunction,
  unwrap,
  variableNamed,
  wrapped,
  type FunctionNode,
  type Node,
  type SourceCode,
  type Variable,
} from "../syntax.js";
import { valuesOfField } from "./fields.js";
import { identityOf, type Identity } from "./identity.js";
import { registrationsOf, type Registration } from "./registrations.js";

/**
 * What a listener is added to, by how long that lives beside the code that adds it.
 *
 * - `process`, `global` (the page), `module` (a variable of this file), `import`: to the end
 * - `connection`: a socket that is kept alive for further requests; `pooled`: taken from a pool, and given back
 * - `parameter`, `field` (from a parameter), `accessor` (`this.image()`): somebody else's, likely longer-lived
 * - `own field`: made by the same instance
 * - `own`: made by the same call, delivered to it, or the instance itself; nothing is kept longer than its receiver
 */
export type ReceiverKind =
  | "process"
  | "global"
  | "module"
  | "import"
  | "connection"
  | "pooled"
  | "parameter"
  | "field"
  | "accessor"
  | "own field"
  | "own";

const PAGE =
  /^(?:window|document|navigator|screen|visualViewport|history|navigation|speechSynthesis|matchMedia|parent|top)$/;
const OF_CLIENT = /(?:spark|sock(?:et)?|ws|client|conn(?:ection)?|peer)$/i;
const OF_REQUEST =
  /^(?:c|ctx|context|req|request|incoming|incomingMessage|res|response|reply|session|clientRequest)_?$/i;
const SOCKET = /^(?:socket|connection|client)$/;
const FROM_POOL =
  /^(?:acquire|checkout|checkOut|lease|borrow)|^get\w*(?:Connection|Client|Socket|Pool|Worker|Runner|Channel|Session|Emitter|Bus|Instance|Singleton)$/;
const MAKES =
  /^(?:create|make|new|open|spawn|fork|exec|build|init|start|fetch|load|clone|render|append|add|wrap|to[A-Z])/;

export function receiverKind(sourceCode: SourceCode, { receiver, call }: Registration): ReceiverKind {
  return kindOf(sourceCode, receiver, call, 0);
}

function kindOf(sourceCode: SourceCode, identity: Identity, call: Node, depth: number): ReceiverKind {
  const { root, properties } = identity;
  if (isOfConnection(identity)) return "connection";
  switch (root.kind) {
    case "global":
      return kindOfGlobal(root.name, properties);
    case "value":
      return kindOfValue(sourceCode, root.node);
    case "this": {
      const [field] = properties;
      return field === undefined || depth > 2 ? "own" : kindOfField(sourceCode, root.owner, field, call, depth);
    }
    case "variable":
      if (/^(?:window|document)$/.test(properties.at(-1) ?? "")) return "global";
      return kindOfVariable(sourceCode, root.variable, properties);
  }
}

/** `req.socket`, `ctx.connection`, `stream.session.socket`: one for many requests. */
function isOfConnection({ root, properties }: Identity): boolean {
  if (!SOCKET.test(properties.at(-1) ?? "")) return false;
  const names = [root.kind === "variable" ? root.variable.name : "", ...properties];
  // `client.request.socket` is that of the request which a web socket began as: it ends with the client.
  return OF_REQUEST.test(names.at(-2) ?? "") && !OF_CLIENT.test(names.at(-3) ?? "");
}

function kindOfGlobal(name: string, properties: readonly string[]): ReceiverKind {
  if (name === "process")
    return properties.length === 0 || /^std(?:in|out|err)$/.test(properties[0] ?? "") ? "process" : "own";
  if (PAGE.test(name)) return "global";
  return "import";
}

function kindOfValue(sourceCode: SourceCode, value: Node): ReceiverKind {
  const node = settled(value);
  if (node.type === "ConditionalExpression") return kindOfValue(sourceCode, node.consequent);
  if (node.type !== "CallExpression") return "own";
  const name = calleeName(node.callee);
  if (name === "matchMedia") return "global";
  const [first] = node.arguments;
  if (/^(?:\$|jQuery)$/.test(name) && first) {
    const { root } = identityOf(sourceCode, first);
    return root.kind === "global" && PAGE.test(root.name) ? "global" : "own";
  }
  if (FROM_POOL.test(name)) return "pooled";
  const callee = unwrap(node.callee);
  if (callee.type !== "MemberExpression") return "own";
  const object = identityOf(sourceCode, callee.object);
  if (name === "connect" && isPool(object)) return "pooled";
  const isOwnMethod = object.root.kind === "this" && object.properties.length === 0;
  return isOwnMethod && !first && !MAKES.test(name) ? "accessor" : "own";
}

function isPool({ root, properties }: Identity): boolean {
  const name = properties.at(-1) ?? (root.kind === "variable" ? root.variable.name : "");
  return /pool|client|database|^db$/i.test(name);
}

/** What is awaited, out of `.catch(…)`. */
function settled(value: Node): Node {
  const node = unwrap(value);
  if (node.type === "AwaitExpression") return settled(node.argument);
  if (node.type !== "CallExpression") return node;
  const callee = unwrap(node.callee);
  return callee.type === "MemberExpression" && /^(?:catch|finally)$/.test(calleeName(callee))
    ? settled(callee.object)
    : node;
}

function kindOfField(
  sourceCode: SourceCode,
  owner: Node | null,
  field: string,
  call: Node,
  depth: number,
): ReceiverKind {
  const values = valuesOfField(sourceCode, owner, field);
  const kinds = values
    .filter((value) => !isEmpty(value))
    .map((value) => kindOf(sourceCode, identityOf(sourceCode, value), call, depth + 1));
  const foreign = kinds.find((kind) => kind !== "own" && kind !== "own field");
  if (foreign === "parameter") return "field";
  // A field that the file never fills comes from a base class or from a decorator.
  return foreign ?? (kinds.length === 0 ? "field" : "own field");
}

function isEmpty(value: Node): boolean {
  return value.type === "Literal" || (value.type === "Identifier" && value.name === "undefined");
}

function kindOfVariable(sourceCode: SourceCode, variable: Variable, properties: readonly string[]): ReceiverKind {
  const [definition] = variable.defs;
  if (definition?.type === "ImportBinding" || importSource(variable) !== null) return "import";
  if (definition?.type === "Parameter") return kindOfParameter(sourceCode, variable, definition.node);
  if (definition?.type === "CatchClause") return "own";
  const values = variable.references.flatMap((reference) =>
    reference.isWrite() && reference.writeExpr ? [reference.writeExpr] : [],
  );
  const { block } = variable.scope.variableScope;
  if (!isFunction(block) || isLoadScope(sourceCode, block)) {
    // What functions assign anew is no one object.
    const isFixed =
      definition?.type !== "Variable" ||
      values.every((value) => functionAround(value) === functionAround(definition.node));
    return isFixed ? "module" : "own";
  }
  if (definition?.type !== "Variable" || definition.node.type !== "VariableDeclarator") return "own";
  if (definition.node.id.type !== "Identifier" || properties.length > 1) return "own";
  const kinds = values.filter((value) => !isEmpty(value)).map((value) => kindOfValue(sourceCode, value));
  return kinds.find((kind) => kind !== "own") ?? "own";
}

/** Callbacks are handed what the caller made for them, but for the socket of a request, which may be an old one. */
function kindOfParameter(sourceCode: SourceCode, variable: Variable, declared: Node): ReceiverKind {
  if (!isFunction(declared)) return "own";
  const call = callbackOf(sourceCode, declared);
  if (call) {
    const registration = registrationsOf(sourceCode).find((each) => each.call === call);
    return registration?.event.text === "socket" && variable.name !== "client" ? "connection" : "own";
  }
  return OF_REQUEST.test(variable.name) ? "own" : "parameter";
}

/** The call that a function is handed to, in place or by its name. */
function callbackOf(sourceCode: SourceCode, declared: FunctionNode): TSESTree.CallExpression | null {
  const outer = wrapped(declared);
  const { parent } = outer;
  if (parent?.type === "CallExpression") return parent.callee === outer ? null : parent;
  if (parent?.type === "NewExpression") return null;
  const name =
    declared.id ?? (parent?.type === "VariableDeclarator" && parent.id.type === "Identifier" ? parent.id : null);
  // A constructor is handed to `inherits(…)`, which does not call it.
  const variable = name && /^[^A-Z]/.test(name.name) ? variableNamed(sourceCode, name) : null;
  for (const { identifier } of variable?.references ?? []) {
    const call = identifier.parent;
    if (call?.type === "CallExpression" && call.callee !== identifier) return call;
  }
  return null;
}
