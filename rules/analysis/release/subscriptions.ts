import { importSource } from "../imports.js";
import { calleePlace, invocationsOf, receiverOf, type Invocation } from "../invocations.js";
import type { Leak } from "../leak.js";
import { runsAgain } from "../lifetime.js";
import { perFile } from "../per-file.js";
import {
  classAround,
  calleeName,
  functionAround,
  isFunction,
  isInside,
  unwrap,
  variableNamed,
  walk,
  type FunctionNode,
  type Node,
  type SourceCode,
} from "../syntax.js";
import { callbackOf, callsByName } from "./callbacks.js";
import { custodyOf, type Custody } from "./custody.js";
import { effectAround, returnedValues } from "./effects.js";
import { isGuarded } from "./guards.js";
import { isCompleted, isShortLived, pipelineOf } from "./observables.js";
import { PIPE_NAMES, pipeLeaks } from "./pipes.js";
import type { ReleaseBy } from "./release-table.js";
import { classOfSource, lifeOfSource, type SourceLife } from "./sources.js";
import { methodsOf, nameOf } from "./teardown.js";
import { taskLeaks } from "./task-lists.js";

interface Subscription {
  readonly call: Invocation;
  /** What is subscribed to, operators left out. */
  readonly source: Node;
  readonly callback: FunctionNode | null;
}

/** Methods that take a listener and return what removes it, by the naming of their libraries. */
const EVENT_METHOD =
  /^(?:on(?:Did|Will)[A-Z]\w*|on[A-Z]\w*(?:Changed|Changes?|Requested|Closed?|Disposed?|Updated?)|event)$/;
/** Some of these, as a call. */
const EVENT_CALL =
  /\bon(?:(?:Did|Will)[A-Z]\w*|[A-Z]\w*(?:Changed|Changes?|Requested|Closed?|Disposed?|Updated?))(?=\s*\(|\?\.\()/g;
const MOBX = /^(?:autorun|reaction|observe|intercept|onSnapshot|onPatch|onAction)$/;
const ENDS: ReleaseBy = {
  by: "method",
  names: ["unsubscribe", "dispose", "remove", "cancel", "close", "off", "stop", "return", "()"],
};

/** Subscriptions that nothing can end, and pipes that keep one. */
export const subscriptionLeaks = perFile((sourceCode): readonly Leak[] => [
  ...droppedSubscriptions(sourceCode),
  ...pipeLeaks(sourceCode),
  ...taskLeaks(sourceCode),
]);

function droppedSubscriptions(sourceCode: SourceCode): readonly Leak[] {
  return subscriptionsOf(sourceCode).flatMap((subscription) => {
    const { call, source } = subscription;
    if (!runsAgain(sourceCode, call, null)) return [];
    const custody = custodyOf(sourceCode, call, ENDS);
    if (custody.releases.length > 0 || custody.escapes.length > 0) return [];
    if (custody.holders.length > 0 && custody.fate.kind === "member") return [];
    const life = lifeOfSource(sourceCode, source, call);
    if (life === "own" || (life !== "module" && isOfOneLife(sourceCode, subscription))) return [];
    return [leakOf(sourceCode, subscription, custody, isLikely(sourceCode, subscription, custody, life))];
  });
}

const SUBSCRIBING = ["subscribe", "listen", "observe", "autorun", "reaction", "intercept", ...PIPE_NAMES, "schedule"];

/** All calls of a file that subscribe, without those that cannot leak. */
function subscriptionsOf(sourceCode: SourceCode): readonly Subscription[] {
  const events = new Set(sourceCode.text.match(EVENT_CALL));
  const calls = invocationsOf(sourceCode, [...SUBSCRIBING, "event", ...events]);
  return calls.flatMap((call) => {
    const subscription = call.type === "CallExpression" ? asSubscription(sourceCode, call) : null;
    return subscription ? [subscription] : [];
  });
}

function asSubscription(sourceCode: SourceCode, call: Invocation): Subscription | null {
  const name = calleeName(call.callee);
  const receiver = receiverOf(call);
  const listener = call.arguments.find((argument) => isListener(sourceCode, argument));
  const callback = callbackOf(sourceCode, listener);
  if (MOBX.test(name)) {
    const isMobx = !receiver && isFrom(sourceCode, call.callee, /^mobx/);
    const watched = name === "autorun" || name === "reaction" ? call.callee : call.arguments[0];
    return isMobx && watched ? { call, source: watched, callback } : null;
  }
  if (!receiver || receiver.type === "Super" || /[{,]\s*signal\b/.test(optionsText(sourceCode, call))) return null;
  const { source, operators } = pipelineOf(receiver);
  if (name === "subscribe") {
    const isRx = operators.length > 0 || /\$$/.test(sourceCode.getText(source));
    if (!listener && !(isRx && call.arguments.length === 0)) return null;
    if (isCompleted({ source, operators }) || isShortLived(sourceCode, source)) return null;
    if (passesSubscriber(call) || isSettledOperator(sourceCode, call)) return null;
  } else if (name === "listen" || name === "event" || EVENT_METHOD.test(name)) {
    // `listen(port, callback)` starts a server; a third argument is where VS Code puts the disposable.
    if (!callback || call.arguments[0] !== listener || call.arguments.length > 2) return null;
    if (name === "event" && !/emitter/i.test(sourceCode.getText(receiver))) return null;
    if (/^(?:props|this\.props|options|opts|config|hooks|callbacks|handlers)$/.test(sourceCode.getText(receiver)))
      return null;
  } else {
    return null;
  }
  return returnsNothing(sourceCode, source, name) ? null : { call, source, callback };
}

function isListener(sourceCode: SourceCode, argument: Node): boolean {
  const node = unwrap(argument);
  if (isFunction(node) || callbackOf(sourceCode, node)) return true;
  if (node.type === "ObjectExpression") return /\b(?:next|error|complete)\b/.test(sourceCode.getText(node));
  if (node.type === "CallExpression")
    return /^(?:bind|debounce|throttle|useCallback|action)$/.test(calleeName(node.callee));
  return node.type === "MemberExpression" && /^this\b/.test(sourceCode.getText(node));
}

function isFrom(sourceCode: SourceCode, callee: Node, module: RegExp): boolean {
  const node = unwrap(callee);
  const variable = node.type === "Identifier" ? variableNamed(sourceCode, node) : null;
  return module.test((variable && importSource(variable)) ?? "");
}

function optionsText(sourceCode: SourceCode, { arguments: [, ...options] }: Invocation): string {
  return options
    .filter((option) => option.type === "ObjectExpression")
    .map((option) => sourceCode.getText(option))
    .join();
}

/** `source.subscribe(subscriber)` inside an operator: the subscriber's own end ends it. */
function passesSubscriber({ arguments: passed }: Invocation): boolean {
  return passed.some((argument) => {
    const node = unwrap(argument);
    if (node.type === "Identifier") return /subscriber|observer|destination|subject|\$$/i.test(node.name);
    const isCall = node.type === "CallExpression" || node.type === "NewExpression";
    return isCall && /Subscriber|Observer$/.test(calleeName(node.callee));
  });
}

/** Inside `new Observable((subscriber) => …)` and operators, where a teardown is linked by other means. */
function isSettledOperator(sourceCode: SourceCode, call: Invocation): boolean {
  const around = functionAround(call);
  return (
    around !== null &&
    around.params.some(
      (parameter) => parameter.type === "Identifier" && /^(?:subscriber|observer|subscriptions?)$/.test(parameter.name),
    ) &&
    /\.add\(|unsubscribe/.test(sourceCode.getText(around))
  );
}

/** A class of this file whose method returns nothing cannot be left by what it returns. */
function returnsNothing(sourceCode: SourceCode, source: Node, name: string): boolean {
  const method = methodOf(sourceCode, source, name);
  return method !== null && returnedValues(sourceCode, method).length === 0;
}

function returnsRemover(sourceCode: SourceCode, source: Node, name: string): boolean {
  const method = methodOf(sourceCode, source, name);
  return (
    method !== null &&
    returnedValues(sourceCode, method).some((value) => isFunction(value) || value.type === "ObjectExpression")
  );
}

function methodOf(sourceCode: SourceCode, source: Node, name: string): FunctionNode | null {
  const owner = classOfSource(sourceCode, source);
  return (owner && methodsOf(sourceCode, owner).find((method) => nameOf(method) === name)) ?? null;
}

const START_UP =
  /^(?:init\w*|main|boot\w*|set_?up\w*|install\w*|register\w*|activate|launch\w*|start\w*|configure\w*|apply|bind\w*|on(?:Start|Init|Load|Ready)\w*|constructor|create\w*|use[A-Z]\w*)$/i;

const END_EVENT = /^on(?:Did|Will)?(?:Dispose|Close|Destroy|Exit|Terminate|Stop|End)/;
const SET_UP =
  /^(?:constructor|init\w*|onStart\w*|onModuleInit|configure|start\w*|activate|setup\w*|postConstruct|register\w*)$/i;
const MORTAL_BASE = /Widget|Component|View|Element|Disposable|Dialog|Panel|Editor|Model|Session|Item|Document|Node$/;

/**
 * Events that end with what they tell of: its own end, the cancelling of one request. And events that an object
 * without any end takes when it is set up: services that a container makes once. Observables are not taken for either.
 */
function isOfOneLife(sourceCode: SourceCode, { call }: Subscription): boolean {
  const name = calleeName(call.callee);
  if (!EVENT_METHOD.test(name)) return false;
  const around = functionAround(call);
  if (END_EVENT.test(name)) return true;
  if (/Cancel/.test(name)) return around !== null && !isRepeated(sourceCode, call, around);
  const owner = classAround(call);
  if (!around || (owner?.type !== "ClassDeclaration" && owner?.type !== "ClassExpression")) return false;
  if (!SET_UP.test(nameOf(around) ?? "") || around.parent.parent !== owner.body) return false;
  const base = owner.superClass ? sourceCode.getText(owner.superClass) : "";
  if (MORTAL_BASE.test(base) || MORTAL_BASE.test(owner.id?.name ?? "")) return false;
  return !/dispos|unsubscribe|destroy/i.test(sourceCode.getText(owner));
}

/** Nearly certain: a source of the module's, for each call; the same source in each round of a loop. */
function isLikely(sourceCode: SourceCode, { call, source }: Subscription, custody: Custody, life: SourceLife): boolean {
  const around = functionAround(call);
  if (!around || custody.holders.some(({ kind }) => kind === "field")) return false;
  if (life === "foreign") return isRepeated(sourceCode, call, around);
  if (life !== "module" || isGuarded(sourceCode, around, call)) return false;
  if (returnsRemover(sourceCode, source, calleeName(call.callee))) return true;
  if (effectAround(sourceCode, call)?.setup === around) return true;
  if (!isKnownEmitter(sourceCode, source)) return false;
  return classAround(call) !== null || !START_UP.test(nameOf(around) ?? "");
}

/** A source of this file (`new Subject()`), or a static one: not an import, which may be anything. */
function isKnownEmitter(sourceCode: SourceCode, source: Node): boolean {
  const node = unwrap(source);
  if (node.type === "MemberExpression")
    return /^[A-Z]/.test(sourceCode.getText(node)) && node.object.type === "Identifier";
  const variable = node.type === "Identifier" ? variableNamed(sourceCode, node) : null;
  return variable !== null && importSource(variable) === null && variable.defs.length > 0;
}

/** In a loop of its function, or in a function that calls itself, while what it subscribes to stays the same. */
function isRepeated(sourceCode: SourceCode, call: Invocation, around: FunctionNode): boolean {
  const root = receiverOf(call);
  for (let up: Node | undefined = call.parent; up && !isRealBoundary(up, around); up = up.parent) {
    const isLoop = /^(?:For|ForOf|ForIn|While|DoWhile)Statement$/.test(up.type);
    if (isLoop && root && !isDeclaredIn(sourceCode, root, up)) return true;
  }
  return callsByName(sourceCode, around, around) && root !== null && /^this\b/.test(sourceCode.getText(root));
}

/** The executor of a promise runs where it stands. */
function isRealBoundary(node: Node, around: FunctionNode): boolean {
  if (!isFunction(node)) return false;
  return !(node === around && node.parent.type === "NewExpression" && calleeName(node.parent.callee) === "Promise");
}

function isDeclaredIn(sourceCode: SourceCode, expression: Node, loop: Node): boolean {
  let isFound = false;
  walk(sourceCode, expression, (node) => {
    const [declared] = node.type === "Identifier" ? (variableNamed(sourceCode, node)?.identifiers ?? []) : [];
    if (declared && isInside(declared, loop)) isFound = true;
    return !isFound;
  });
  return isFound;
}

function leakOf(
  sourceCode: SourceCode,
  { call, source, callback }: Subscription,
  custody: Custody,
  likely: boolean,
): Leak {
  const name = sourceCode.getText(source).replace(/\s+/g, "").slice(0, 60);
  const [holder] = custody.holders;
  return {
    messageId: holder ? "neverEnded" : "dropped",
    data: { source: name, handle: holder ? (holder.kind === "field" ? holder.text : holder.name) : "" },
    place: calleePlace(call.callee),
    isLikely: likely,
    holder: {
      kind: "subscription",
      name,
      container: "unknown",
      expression: source,
      closures: callback ? [callback] : [],
    },
    acquisitions: [call],
    releases: [],
  };
}
