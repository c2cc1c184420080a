import type { TSESTree } from "@typescript-eslint/utils";
import { constructionsOf } from "../invocations.js";
import type { Leak } from "../leak.js";
import { runsAgain } from "../lifetime.js";
import { isFunction, unwrap, wrapped, type FunctionNode, type Node, type SourceCode } from "../syntax.js";

/** Promises made per call whose executor takes no function that could settle them. */
export function deadExecutors(sourceCode: SourceCode): readonly Leak[] {
  const leaks: Leak[] = [];
  for (const made of constructionsOf(sourceCode, "Promise")) {
    const executor = made.arguments[0] && unwrap(made.arguments[0]);
    if (!executor || !isFunction(executor)) continue;
    if (canSettle(sourceCode, executor)) continue;
    if (!runsAgain(sourceCode, made, null) || isParked(made)) continue;
    const isEmpty = isEmptyBody(executor);
    leaks.push({
      messageId: isEmpty ? "parked" : "unsettled",
      data: { holder: "Promise" },
      place: made.callee,
      isLikely: !isEmpty && isWaitedFor(made),
      holder: { kind: "promise", name: "Promise", container: "unknown", expression: null, closures: [executor] },
      acquisitions: [made],
      releases: [],
    });
  }
  return leaks;
}

/** Through its parameters, `arguments`, or by throwing. */
function canSettle(sourceCode: SourceCode, executor: FunctionNode): boolean {
  const parameters = sourceCode.getDeclaredVariables(executor).filter(({ defs }) => defs[0]?.type === "Parameter");
  if (parameters.some(({ references }) => references.length > 0)) return true;
  if (executor.params.some(({ type }) => type === "RestElement")) return true;
  return /\bthrow\b|\barguments\b|\bprocess\.(?:exit|kill|abort)\b|\blocation\b/.test(
    sourceCode.getText(executor.body),
  );
}

function isEmptyBody({ body }: FunctionNode): boolean {
  const inner = unwrap(body);
  if (inner.type === "BlockStatement") return inner.body.length === 0;
  return inner.type === "Identifier" || inner.type === "Literal" || inner.type === "UnaryExpression";
}

/** Thrown to suspend a component, or one operand of a race: nobody waits for it alone. */
function isParked(made: TSESTree.NewExpression): boolean {
  const parent = wrapped(made).parent;
  return parent?.type === "ThrowStatement" || parent?.type === "ArrayExpression";
}

function isWaitedFor(made: Node): boolean {
  const outer = wrapped(made);
  const parent = outer.parent;
  if (!parent) return false;
  if (parent.type === "AwaitExpression" || parent.type === "ReturnStatement") return true;
  return (isFunction(parent) && parent.body === outer) || parent.type === "MemberExpression";
}
