import { unwrap, variableNamed, type Node, type SourceCode } from "../syntax.js";

/** What the third argument of a registration or removal says; null: the file does not tell. */
export interface ListenerOptions {
  /** Listeners of the capture phase and of the others are told apart when one is removed. */
  readonly capture: boolean | null;
  readonly once: boolean | null;
  readonly hasSignal: boolean | null;
}

const NONE: ListenerOptions = { capture: false, once: false, hasSignal: false };
const UNKNOWN: ListenerOptions = { capture: null, once: null, hasSignal: null };

export function listenerOptions(sourceCode: SourceCode, argument: Node | undefined): ListenerOptions {
  return argument ? optionsOf(sourceCode, argument) : NONE;
}

function optionsOf(sourceCode: SourceCode, argument: Node): ListenerOptions {
  const node = unwrap(argument);
  const flag = flagOf(node);
  if (flag !== null) return { ...NONE, capture: flag };
  if (node.type === "Literal" || node.type === "FunctionExpression" || node.type === "ThisExpression") return NONE;
  if (node.type === "Identifier") {
    if (node.name === "undefined") return NONE;
    const [definition, second] = variableNamed(sourceCode, node)?.defs ?? [];
    const isConstant = definition?.type === "Variable" && definition.parent.kind === "const" && !second;
    const written = isConstant && definition.node.id.type === "Identifier" ? definition.node.init : null;
    return written && unwrap(written).type !== "Identifier" ? optionsOf(sourceCode, written) : UNKNOWN;
  }
  if (node.type !== "ObjectExpression") return UNKNOWN;
  let options = NONE;
  for (const property of node.properties) {
    if (property.type === "SpreadElement") {
      const spread = optionsOf(sourceCode, property.argument);
      options = { capture: spread.capture, once: spread.once, hasSignal: spread.hasSignal };
    } else if (property.key.type === "Identifier" && !property.computed) {
      const said = flagOf(unwrap(property.value));
      if (property.key.name === "capture") options = { ...options, capture: said };
      if (property.key.name === "once") options = { ...options, once: said };
      if (property.key.name === "signal") options = { ...options, hasSignal: true };
    }
  }
  return options;
}

/** `true`, `false`, and what minifiers write for them. */
function flagOf(node: Node): boolean | null {
  if (node.type === "Literal" && typeof node.value === "boolean") return node.value;
  if (node.type === "UnaryExpression" && node.operator === "!" && node.argument.type === "Literal") {
    return !node.argument.value;
  }
  return null;
}
