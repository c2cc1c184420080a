/** One line that says what would free the objects, and no more than was seen. */
import type { OperationSite } from "../../rules/analysis/facts.js";
import type { ChainHop } from "./result.js";

export interface AdviceInput {
  /** The holder's kind as facts name it, or as the heap shows it. */
  readonly kind: string;
  readonly name: string;
  readonly module: string;
  /** Constructor of the holder. */
  readonly type: string | null;
  readonly chain: readonly ChainHop[];
  /** Removal code that never ran; null where there is none, or where nothing is known of the code. */
  readonly unusedRemoval: OperationSite | null;
  /** Whether the code has any removal at all; null where nothing is known of it. */
  readonly hasRemoval: boolean | null;
  /** Whether the holder's keys are objects. */
  readonly hasObjectKeys: boolean;
}

/** Promises that hang one from the other, of which so many were followed. */
const CHAIN_OF_PROMISES = 8;

/** Advice that fits the kind of holder. */
export function adviceFor(input: AdviceInput): string {
  const { unusedRemoval, module, name } = input;
  const special = byChain(input.chain);
  if (special !== null) return special;
  if (unusedRemoval?.functionName != null && unusedRemoval.isPublic) {
    return `call ${unusedRemoval.functionName}() of ${module} when the work or the test ends: it removes from ${name}, and never ran here`;
  }
  return BY_KIND[input.kind]?.(input) ?? forCollection(input);
}

const BY_KIND: Readonly<Record<string, (input: AdviceInput) => string>> = {
  listener: ({ name }) =>
    `remove the listener from ${name} when the work settles, with the same function, or pass { signal } or { once: true } for an event that is sure to come`,
  "abort-listener": ({ name }) =>
    `remove the abort listener from ${name} in a finally, however the work settles: { once: true } frees it only when the signal aborts`,
  timer: () => "clear the timer when the work settles, in a finally, or let its owner clear it when it is done with",
  subscription: ({ name }) => `keep what subscribing to ${name} returns, and call it when the subscriber is done`,
  resource: ({ name }) => `close or disconnect ${name} when the work is done, in a finally`,
  promise: () =>
    "do not wait on the long-lived promise anew each time: it keeps every reaction until it settles; share one wait, or let it settle",
  context: () => "let the closure close over only what it uses: all closures of a scope share one context",
  "user-timing": () =>
    "call performance.clearMarks() and clearMeasures() with the names once they are read: the timeline keeps every entry",
  mock: ({ name }) => {
    const mock = name.replace(/\.mock\b.*$/, "");
    return `vi.fn() keeps its calls: call ${mock === "" ? "" : `${mock}.`}mockClear() in the function, or give it a plain function`;
  },
  native: ({ name }) => `close ${name} when the work is done: native code keeps it until then`,
};

function forCollection({ name, hasObjectKeys, hasRemoval, type }: AdviceInput): string {
  if (hasObjectKeys && type === "Map") return `key ${name} by a WeakMap: its keys are objects, and it keeps them alive`;
  if (hasRemoval === false) return `nothing removes from ${name}: delete what is done with, or bound it`;
  return `remove from ${name} what is done with, or bound it`;
}

/** What the chain itself shows to be the cause. */
function byChain(chain: readonly ChainHop[]): string | null {
  const edges = chain.map(({ edge }) => edge);
  const flagged = chain.findIndex((hop) => hop.flagged);
  if (edges[flagged] === "storageList")
    return "make one AsyncLocalStorage for all, or call disable() on each that is done with: until then Node keeps those that were entered";
  // An Error on the way to the holder is one, and not what piles up.
  if (edges.some((edge, index) => index > flagged && edge.includes("in an unread Error"))) {
    return "read error.stack once, or keep only its message: until then an Error keeps the receivers and arguments of its frames";
  }
  // Where such a function keeps the promise that others wait on, it is they who wait anew each time.
  const isOnPromise = chain[flagged]?.type === "Promise";
  const local = edges.find((edge, index) => edge.includes("of suspended") && !(isOnPromise && index <= flagged));
  if (local !== undefined) {
    const name = local.slice(local.indexOf("of suspended") + "of suspended ".length);
    return `let ${name} finish: settle what it waits for, or return it early; until then it keeps its variables`;
  }
  if (chain.some(({ type, count }) => type === "Promise" && count >= CHAIN_OF_PROMISES)) {
    return "loop, and await each step, where a promise is now resolved with that of the next step: none of them settles before the last";
  }
  return null;
}
