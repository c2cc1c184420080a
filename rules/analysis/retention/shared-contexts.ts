import { constructionsOf, invocationsOf } from "../invocations.js";
import type { Leak } from "../leak.js";
import { isLoadScope } from "../lifetime.js";
import { outlives } from "../outlives.js";
import {
  isFunction,
  unwrap,
  variableNamed,
  wrapped,
  type FunctionNode,
  type Node,
  type SourceCode,
  type Variable,
} from "../syntax.js";
import { functionsMadeIn, isCaptured, uses } from "./closures.js";
import { isConstant } from "./slots.js";

const SIZED = [
  ...["Array", "ArrayBuffer", "SharedArrayBuffer"],
  ...["Uint8", "Int8", "Uint8Clamped", "Uint16", "Int16", "Uint32", "Int32", "Float16", "Float32", "Float64"].map(
    (element) => `${element}Array`,
  ),
  ...["BigUint64Array", "BigInt64Array"],
];
const BIG_CALLS = ["alloc", "allocUnsafe", "readFileSync", "readFile", "arrayBuffer", "fill", "repeat"];

/**
 * Closures that outlive their call without using a big value of it, which a closure beside them uses for a moment: they
 * share the context, and so keep the value.
 */
export function sharedContexts(sourceCode: SourceCode): readonly Leak[] {
  const leaks: Leak[] = [];
  for (const variable of bigVariables(sourceCode)) {
    const around = variable.scope.variableScope.block;
    if (!isFunction(around) || !isCaptured(variable) || !isConstant(variable)) continue;
    const keeper = keeperBeside(sourceCode, variable, around);
    const [identifier] = variable.identifiers;
    if (!keeper || !identifier) continue;
    leaks.push({
      messageId: "sibling",
      data: { holder: variable.name, line: String(keeper.loc.start.line) },
      place: identifier,
      isLikely: false,
      holder: {
        kind: "context",
        name: variable.name,
        container: "unknown",
        expression: identifier,
        closures: [keeper],
      },
      acquisitions: [keeper],
      releases: [],
    });
  }
  return leaks;
}

/** `const data = readFileSync(path)`, `const bytes = await file.arrayBuffer()`, `const table = new Float64Array(size)`. */
function bigVariables(sourceCode: SourceCode): readonly Variable[] {
  const made = [
    ...SIZED.flatMap((name) => constructionsOf(sourceCode, name)).filter(({ arguments: [size] }) => size !== undefined),
    ...invocationsOf(sourceCode, BIG_CALLS).filter(({ type }) => type === "CallExpression"),
  ];
  return made.flatMap((value) => {
    const [size] = value.arguments;
    if (size && isSmall(size)) return [];
    const outer = wrapped(value);
    const given = outer.parent?.type === "AwaitExpression" ? wrapped(outer.parent) : outer;
    const declarator = given.parent;
    if (declarator?.type !== "VariableDeclarator" || declarator.init !== given) return [];
    return declarator.id.type === "Identifier" ? (variableNamed(sourceCode, declarator.id) ?? []) : [];
  });
}

function isSmall(size: Node): boolean {
  const node = unwrap(size);
  return (
    (node.type === "Literal" && typeof node.value === "number" && node.value < 1024) ||
    node.type === "ArrayExpression" ||
    node.type === "ObjectExpression"
  );
}

/** A closure that outlives the call and does not use the variable, where those that use it do not outlive it. */
function keeperBeside(sourceCode: SourceCode, variable: Variable, around: FunctionNode): FunctionNode | null {
  if (isLoadScope(sourceCode, around)) return null;
  const made = functionsMadeIn(variable.scope);
  const users = made.filter((closure) => uses(closure, variable));
  if (users.length === 0 || users.some((closure) => outlives(sourceCode, closure.body, around))) return null;
  return made.find((closure) => !users.includes(closure) && outlives(sourceCode, closure.body, around)) ?? null;
}
