import type { TSESTree } from "@typescript-eslint/utils";
import { invocationsOf, receiverOf } from "../invocations.js";
import { calleeName, unwrap, variableNamed, type Node, type SourceCode, type Variable } from "../syntax.js";
import { onlyValue } from "./races.js";

/** A part of something bigger that points into it. */
export interface Slice {
  /** The expression that cuts: `text.slice(0, end)`, `match[1]`. */
  readonly cut: Node;
  readonly method: Node;
  readonly input: TSESTree.Identifier;
  readonly isView: boolean;
}

const BIG =
  /^(?:data|buf|buffer|text|chunk|body|source|src|html|xml|json|csv|contents?|input|payload|raw|file|bytes|packet|segment|document|stdout|output|markdown|code)\d?$|(?:Text|Buffer|Body|Source|Html|Xml|Content|Contents|Chunk|Data|Payload|Bytes)$/;
const READS = /^(?:readFile|readFileSync|text|arrayBuffer|buffer|concat)$/;
/** V8 copies what is shorter (`SlicedString::kMinLength`), and points into the parent otherwise. */
const SHORTEST_SLICED_STRING = 13;

/** The methods that cut a part out of something. */
export const CUTTING = ["subarray", "slice", "substring", "substr", "match", "split", "exec"];

/** Whether the file cuts anything of a big input, kept or not: most do not. */
export function cutsBigInput(sourceCode: SourceCode): boolean {
  return invocationsOf(sourceCode, CUTTING).some((call) =>
    [receiverOf(call), call.arguments[0]].some((node) => node && bigInput(sourceCode, unwrap(node))),
  );
}

/** The parts of big inputs that a value holds, itself or in its literals. */
export function slicesIn(sourceCode: SourceCode, value: Node): readonly Slice[] {
  const node = unwrap(value);
  switch (node.type) {
    case "ObjectExpression":
      return node.properties.flatMap((property) =>
        property.type === "Property" ? slicesIn(sourceCode, property.value) : [],
      );
    case "ArrayExpression":
      return node.elements.flatMap((element) =>
        element && element.type !== "SpreadElement" ? slicesIn(sourceCode, element) : [],
      );
    case "Identifier": {
      const variable = variableNamed(sourceCode, node);
      const made = variable && onlyValue(variable);
      if (made && made.type !== "Identifier" && isOfCall(variable)) return slicesIn(sourceCode, made);
      return [];
    }
    case "MemberExpression":
      return indexedSlice(sourceCode, node);
    case "CallExpression":
      return calledSlice(sourceCode, node);
    default:
      return [];
  }
}

function calledSlice(sourceCode: SourceCode, call: TSESTree.CallExpression): readonly Slice[] {
  const method = calleeName(call.callee);
  // `toString` of a view decodes, and so copies; trimming, like cutting, points into the whole.
  if (!/^(?:subarray|slice|substring|substr|trim|trimStart|trimEnd)$/.test(method)) return [];
  const receiver = receiverOf(call);
  if (!receiver || call.callee.type !== "MemberExpression") return [];
  if (/^trim/.test(method)) return slicesIn(sourceCode, receiver);
  const input = bigInput(sourceCode, receiver);
  const isView = method === "subarray" || input?.kind === "buffer";
  if (!input || call.arguments.length === 0 || (!isView && isShort(call))) return [];
  if (method === "slice" && input.kind === "typed array") return [];
  return [{ cut: call, method: call.callee.property, input: input.identifier, isView }];
}

/** `text.split("\n")[0]`, `text.match(pattern)[1]`, `pattern.exec(text)[1]`. */
function indexedSlice(sourceCode: SourceCode, member: TSESTree.MemberExpression): readonly Slice[] {
  if (!member.computed) return [];
  const object = unwrap(member.object);
  const variable = object.type === "Identifier" ? variableNamed(sourceCode, object) : null;
  const call = variable ? onlyValue(variable) : object;
  if (call?.type !== "CallExpression" || call.callee.type !== "MemberExpression") return [];
  const method = calleeName(call.callee);
  const [first] = call.arguments;
  const from = method === "exec" ? first : /^(?:match|split)$/.test(method) ? receiverOf(call) : null;
  const input = from && bigInput(sourceCode, unwrap(from));
  return input ? [{ cut: member, method: call.callee.property, input: input.identifier, isView: false }] : [];
}

interface BigInput {
  readonly identifier: TSESTree.Identifier;
  readonly kind: "buffer" | "typed array" | "string" | "unknown";
}

/** A parameter or variable that is big by its name or type, or that is read from a file or a response. */
function bigInput(sourceCode: SourceCode, node: Node): BigInput | null {
  if (node.type !== "Identifier") return null;
  const variable = variableNamed(sourceCode, node);
  const definition = variable?.defs[0];
  if (!variable || !definition) return null;
  const [identifier] = variable.identifiers;
  const annotation = identifier?.type === "Identifier" ? identifier.typeAnnotation : undefined;
  const type = annotation ? sourceCode.getText(annotation.typeAnnotation) : "";
  if (/\[\]$|^(?:Readonly)?Array<|^Set</.test(type)) return null;
  const kind = /Buffer/.test(type)
    ? "buffer"
    : /Array$|Array</.test(type)
      ? "typed array"
      : type === "string"
        ? "string"
        : "unknown";
  if (definition.type === "Parameter" && (kind === "buffer" || kind === "typed array" || BIG.test(node.name)))
    return { identifier: node, kind };
  return isRead(variable) ? { identifier: node, kind } : null;
}

function isRead(variable: Variable): boolean {
  const made = onlyValue(variable);
  const value = made?.type === "AwaitExpression" ? unwrap(made.argument) : made;
  return value?.type === "CallExpression" && READS.test(calleeName(value.callee));
}

function isShort({ arguments: [start, end] }: TSESTree.CallExpression): boolean {
  const first = numberOf(start);
  const last = numberOf(end);
  if (first === null) return false;
  if (first < 0 && end === undefined) return -first < SHORTEST_SLICED_STRING;
  return last !== null && Math.abs(last - first) < SHORTEST_SLICED_STRING;
}

function numberOf(node: Node | undefined): number | null {
  if (!node) return null;
  const value = unwrap(node);
  if (value.type === "UnaryExpression" && value.operator === "-") {
    const inner = numberOf(value.argument);
    return inner === null ? null : -inner;
  }
  return value.type === "Literal" && typeof value.value === "number" ? value.value : null;
}

function isOfCall(variable: Variable): boolean {
  return variable.scope.variableScope.block.type !== "Program";
}
