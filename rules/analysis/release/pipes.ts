import type { TSESTree } from "@typescript-eslint/utils";
import { calleePlace, invocationsOf, receiverOf } from "../invocations.js";
import type { Leak, Suggestion } from "../leak.js";
import { runsAgain } from "../lifetime.js";
import { calleeName, unwrap, type Node, type SourceCode } from "../syntax.js";
import { givesStanding, isCompleted, isOfRxjs, isShortLived, pipelineOf } from "./observables.js";
import { outlivesCalls } from "./sources.js";

/** Operators that subscribe to observables of their own, which an earlier `takeUntil` knows nothing of. */
const SUBSCRIBING =
  /^(?:switchMap|mergeMap|flatMap|concatMap|exhaustMap|switchMapTo|mergeMapTo|concatMapTo|switchAll|mergeAll|concatAll|exhaustAll|expand|combineLatestWith|mergeWith|concatWith|zipWith|repeat|repeatWhen)$/;
/** The operators that are looked at. */
export const PIPE_NAMES = ["takeUntil", "takeUntilDestroyed", "shareReplay"];
const END = /^(?:takeUntil|takeUntilDestroyed)$/;

/** Pipes whose operators keep a subscription that their reader has given up. */
export function pipeLeaks(sourceCode: SourceCode): readonly Leak[] {
  return [...endsTooEarly(sourceCode), ...sharesForEver(sourceCode)];
}

/** `source.pipe(takeUntil(gone), switchMap(() => other))`: `other` stays subscribed when `gone` has come. */
function endsTooEarly(sourceCode: SourceCode): readonly Leak[] {
  return invocationsOf(sourceCode, ["takeUntil", "takeUntilDestroyed"]).flatMap((end) => {
    const pipe = end.parent;
    if (pipe.type !== "CallExpression" || calleeName(pipe.callee) !== "pipe" || !isOfRxjs(sourceCode, end.callee))
      return [];
    const after = pipe.arguments
      .slice(pipe.arguments.findIndex((argument) => argument === end) + 1)
      .flatMap(operatorOf);
    const subscribing = after.filter(({ callee }) => SUBSCRIBING.test(calleeName(callee)));
    const [first] = subscribing;
    const isEndedLater = after.some(({ callee }) => END.test(calleeName(callee)));
    if (!first || isEndedLater) return [];
    const last = subscribing.at(-1) ?? first;
    return [
      leakOf(sourceCode, pipe, end, {
        messageId: "endsTooEarly",
        data: { end: calleeName(end.callee), operator: calleeName(last.callee) },
        isLikely: subscribing.some((operator) => givesStanding(sourceCode, operator)),
        suggestions: [],
      }),
    ];
  });
}

function operatorOf(argument: Node): readonly TSESTree.CallExpression[] {
  const operator = unwrap(argument);
  return operator.type === "CallExpression" ? [operator] : [];
}

/** `shareReplay(1)`: its one subscription to the source stays when all readers have gone. */
function sharesForEver(sourceCode: SourceCode): readonly Leak[] {
  return invocationsOf(sourceCode, ["shareReplay"]).flatMap((share) => {
    const pipe = share.parent;
    if (pipe.type !== "CallExpression" || calleeName(pipe.callee) !== "pipe" || !isOfRxjs(sourceCode, share.callee))
      return [];
    const [options] = share.arguments;
    if (options && (options.type === "SpreadElement" || /refCount|^[A-Za-z_$.]+$/.test(sourceCode.getText(options))))
      return [];
    const { source, operators } = pipelineOf(pipe);
    const before = operators.slice(
      0,
      operators.findIndex((operator) => operator === share),
    );
    if (isShortLived(sourceCode, source) || isCompleted({ source, operators: before })) return [];
    const isAgain = runsAgain(sourceCode, share, null);
    if (!isAgain) return [];
    return [
      leakOf(sourceCode, pipe, share, {
        messageId: "sharesForEver",
        data: {},
        isLikely: outlivesCalls(sourceCode, source, share),
        suggestions: countingReaders(share),
      }),
    ];
  });
}

function countingReaders(share: TSESTree.CallExpression | TSESTree.NewExpression): readonly Suggestion[] {
  const [size] = share.arguments;
  if (share.arguments.length > 1 || (size && size.type !== "Literal")) return [];
  const options = size ? `{ bufferSize: ${size.raw}, refCount: true }` : "{ refCount: true }";
  const [start, end] = [share.callee.range[1], share.range[1]];
  return [{ messageId: "countReaders", fix: (fixer) => fixer.replaceTextRange([start, end], `(${options})`) }];
}

function leakOf(
  sourceCode: SourceCode,
  pipe: TSESTree.CallExpression,
  operator: TSESTree.CallExpression | TSESTree.NewExpression,
  fault: Pick<Leak, "messageId" | "data" | "isLikely" | "suggestions">,
): Leak {
  const receiver = receiverOf(pipe);
  const { source } = pipelineOf(receiver ?? pipe);
  const name = sourceCode.getText(source).slice(0, 60);
  return {
    ...fault,
    data: { ...fault.data, source: name },
    place: calleePlace(operator.callee),
    holder: { kind: "subscription", name, container: "unknown", expression: source, closures: [] },
    acquisitions: [operator],
    releases: [],
  };
}
