/** Evidence of the heap → whether what piles up in one place does so without end. */
import type { Interval } from "./cohorts.js";
import type { Expiry } from "./evidence.js";
import { assessGrowth, isWellRead, type GrowthAssessment } from "./growth.js";
import type { HeapSuspect, Sighting } from "./heap-suspect.js";
import { unitOf, type Unit } from "./words.js";
import {
  ENOUGH_ENTRIES,
  ENOUGH_ITERATIONS,
  FEWEST_ITERATIONS,
  PAST_CAPACITY,
  UNEXPIRED,
  UNSHRUNK,
} from "./thresholds.js";

/** Births that an interval must be expected to have before its rate says something. */
const FEWEST_EXPECTED = 8;
/** The slowest interval, as a part of the fastest one, of growth that is linear. */
const LINEAR = 0.6;
/** The same for growth that nothing else speaks for: the collection itself has no size that grows. */
const STRICTLY_LINEAR = 0.75;
/** A last interval this slow, as a part of the fastest, has stopped but for a few. */
const STOPPED = 0.05;
/** Objects of an earlier interval that are still there, as a part of those once seen, where none are let go. */
const SURVIVING = 0.25;
/** Entries per iteration, and as a part of the objects, below which objects are counted instead. */
const FEWEST_ENTRIES = 0.01;
/** Births per iteration below which a run is too short to tell. */
const SLOWEST_RATE = 1 / 200;

export type Trend =
  /** Each interval's births are still there, as many as the iterations let expect. */
  | "growing"
  /** Fewer and fewer. */
  | "slowing"
  /** Too few births to know. */
  | "few"
  /** What was born earlier is gone, or nothing is born any more. */
  | "bounded";

export interface HeapGrowth {
  readonly trend: Trend;
  /** What is counted: entries of a collection, or objects where what piles up hangs one from the other. */
  readonly unit: Unit;
  /** Entries or objects per iteration. */
  readonly perIteration: number;
  /** Shallow bytes of the objects of an iteration that stay. */
  readonly bytesPerIteration: number;
  /** Entries or objects at the end: read live where there is a size, else counted from the cohorts. */
  readonly count: number;
  /** Entries that were really counted: what a collection reaches has several slots for each. Null for texts. */
  readonly entries: number | null;
  /** The collection's own size, read live; null where it has none, or none that grows. */
  readonly ownSize: number | null;
  /** Live sizes; null where the collection has none that says something. */
  readonly live: GrowthAssessment | null;
}

export interface HeapContext {
  readonly iterations: number;
  readonly isHeapFull: boolean;
  /** Whether no more iterations will be run. */
  readonly isOver: boolean;
  /** Iterations after which growth without a bound counts; null for as many as verdicts ask for. */
  readonly enoughIterations?: number | null;
  /** Whether what is let go within an hour counts as bounded; true when not said. */
  readonly isExpiryAsked?: boolean;
}

export type HeapDecision =
  | { readonly kind: "leak"; readonly growth: HeapGrowth }
  | { readonly kind: "bounded"; readonly growth: HeapGrowth | null; readonly why: string }
  | {
      readonly kind: "undecided";
      readonly growth: HeapGrowth;
      readonly why: string;
      /** Whether something bounds it that the run was not taken past. */
      readonly isWithinLimit?: boolean;
    };

/** Whether more iterations could decide it, and are worth their time. */
export function isWorthMore(decision: HeapDecision, { iterations }: HeapContext, sighting: Sighting | null): boolean {
  if (decision.kind !== "undecided" || sighting === null) return false;
  // Growth within a limit is followed past it; what is rare or slows down is not followed for ever.
  if (decision.growth.trend === "growing") return true;
  // What grows in bytes alone is a text or a buffer, whose size has still to be read.
  const { accumulation, hasGrownInBytes } = sighting;
  return iterations < ENOUGH_ITERATIONS && (hasGrownInBytes || (accumulation.births.at(-1) ?? 0) >= FEWEST_EXPECTED);
}

/** What can be said of a heap suspect now. */
export function decideHeapSuspect(suspect: HeapSuspect, context: HeapContext): HeapDecision {
  const { sighting, expiry } = suspect;
  if (sighting === null) return { kind: "bounded", growth: null, why: "nothing of it was left at the end" };
  const growth = heapGrowth(suspect, sighting);
  if (growth.trend === "bounded") return { kind: "bounded", growth, why: "what was added earlier is gone by the end" };
  if (growth.trend !== "growing") return { kind: "undecided", growth, why: "too little, or slower and slower" };
  const reached = growth.entries ?? growth.count;
  const limit = Math.max(0, ...sighting.limits.filter((number) => reached <= number * PAST_CAPACITY));
  if (limit > 0) return withinLimit(growth, `within the limit of ${limit} beside it`);
  const { heldBytes } = sighting.accumulation;
  const byteLimit = sighting.byteLimits.find((bytes) => heldBytes <= bytes * PAST_CAPACITY);
  if (byteLimit !== undefined) return withinLimit(growth, `within the limit of ${byteLimit} bytes beside it`);
  if (isFilling(suspect, reached)) return withinLimit(growth, "within the length that the array was made with");
  const written = Math.max(0, ...sighting.writtenLimits.filter((number) => reached <= number * PAST_CAPACITY));
  if (written > 0 && !context.isOver) return { kind: "undecided", growth, why: `${written} may be its limit` };
  if (!isLongEnough(growth, context)) return { kind: "undecided", growth, why: "not seen for long enough" };
  if (context.isExpiryAsked === false) return { kind: "leak", growth };
  if (isExpired(expiry)) return { kind: "bounded", growth, why: "it was freed when the clock was moved on" };
  if (isShrinking(expiry)) return { kind: "undecided", growth, why: "it began to shrink when the clock was moved on" };
  if (expiry === "impossible") return { kind: "undecided", growth, why: "the clock could not be moved on" };
  return { kind: "leak", growth };
}

function withinLimit(growth: HeapGrowth, why: string): HeapDecision {
  return { kind: "undecided", growth, why, isWithinLimit: true };
}

/** Whether the places of an array are given values, and none is added: those that are left are its limit. */
function isFilling({ isArray, largest }: HeapSuspect, reached: number): boolean {
  const first = largest?.sizes[0]?.size ?? 0;
  const last = largest?.sizes.at(-1)?.size ?? 0;
  return isArray && first === last && reached <= last;
}

/** Whether most of what was there went when the clock was moved on. */
export function isExpired(expiry: HeapSuspect["expiry"]): expiry is Expiry {
  return expiry !== null && expiry !== "impossible" && expiry.after < expiry.before * UNEXPIRED;
}

/** Whether it became less, though more was added meanwhile. */
export function isShrinking(expiry: HeapSuspect["expiry"]): boolean {
  if (expiry === null || expiry === "impossible") return false;
  return expiry.after < expiry.before * (expiry.isSampled ? UNEXPIRED : UNSHRUNK);
}

function isLongEnough({ ownSize }: HeapGrowth, context: HeapContext): boolean {
  const { iterations, isHeapFull, enoughIterations } = context;
  if (iterations >= (enoughIterations ?? ENOUGH_ITERATIONS)) return true;
  return iterations >= FEWEST_ITERATIONS && ((ownSize ?? 0) >= ENOUGH_ENTRIES || isHeapFull);
}

/** The trend of a suspect that was seen in the newest snapshot. */
export function heapGrowth(suspect: HeapSuspect, sighting: Sighting): HeapGrowth {
  const { accumulation, intervals } = sighting;
  const cohorts = cohortTrend(accumulation.births, suspect.peaks, intervals);
  const { live, isOwnSize } = liveGrowth(suspect);
  const sizeUnit = unitOf(suspect.largest?.type ?? "");
  const hasGrown = isOwnSize && live !== null && isGrowing(live);
  const isBulk = hasGrown && sizeUnit !== "entries";
  const ownSize = hasGrown && !isBulk ? live.last : null;
  const entriesPerIteration =
    sum(accumulation.entryBirths) / Math.max(1, sum(intervals.map(({ from, to }) => to - from)));
  const isChain =
    entriesPerIteration < FEWEST_ENTRIES && sum(accumulation.entryBirths) < sum(accumulation.births) * FEWEST_ENTRIES;
  const unit = isBulk ? sizeUnit : isChain && (live === null || !isGrowing(live)) ? "objects" : "entries";
  const births = unit === "objects" ? accumulation.births : accumulation.entryBirths;
  const counted = sum(births);
  const last = intervals.at(-1);
  const length = last === undefined ? 1 : Math.max(1, last.to - last.from);
  const perIteration = live !== null && isGrowing(live) ? live.perIteration : (births.at(-1) ?? 0) / length;
  return {
    trend: combine(cohorts, live, isOwnSize),
    unit,
    perIteration,
    bytesPerIteration: Math.round((accumulation.bornBytes.at(-1) ?? 0) / length),
    count: live !== null && isGrowing(live) ? live.last : counted,
    entries: unit === "entries" ? (ownSize ?? (isChain ? null : counted)) : null,
    ownSize,
    live,
  };
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

interface CohortTrend {
  readonly trend: Trend;
  readonly evenness: number;
}

function combine({ trend, evenness }: CohortTrend, live: GrowthAssessment | null, isOwnSize: boolean): Trend {
  if (live === null) return trend;
  // What is reached from a collection that lets go of its own may be kept by something else.
  if (!isOwnSize && trend === "bounded") return trend;
  // A size that grows says it all: numbers have no births, and of a queue that is drained too slowly the old ones go.
  if (live.trend === "growing") return "growing";
  if (trend !== "growing") return trend;
  if (live.trend === "slowing" || live.trend === "few") return "slowing";
  return evenness >= STRICTLY_LINEAR ? "growing" : "slowing";
}

function isGrowing({ trend }: GrowthAssessment): boolean {
  return trend === "growing" || trend === "slowing" || trend === "few";
}

/** The live sizes of the largest instance, or of what it reaches where its own size stays. */
function liveGrowth(suspect: HeapSuspect): { live: GrowthAssessment | null; isOwnSize: boolean } {
  const instance = suspect.largest;
  if (instance === null) return { live: null, isOwnSize: false };
  const { sizes, reach, rested, isWeak } = instance.evidence();
  const own = isWeak ? rested : sizes;
  if (own.length < 2 || !(isWeak || isWellRead(own))) return { live: null, isOwnSize: false };
  const growth = assessGrowth(own);
  if (isGrowing(growth)) return { live: growth, isOwnSize: true };
  const below = assessGrowth(reach);
  return isWellRead(reach) && isGrowing(below) ? { live: below, isOwnSize: false } : { live: growth, isOwnSize: true };
}

/**
 * Compares the rates of the intervals: an interval too short to have births is taken together with the next.
 *
 * @param peaks the most births of each interval that any snapshot saw: more than now where some were let go
 */
export function cohortTrend(
  births: readonly number[],
  peaks: readonly number[],
  intervals: readonly Interval[],
): CohortTrend {
  const lengths = intervals.map(({ from, to }) => Math.max(1, to - from));
  const lastRate = (births.at(-1) ?? 0) / (lengths.at(-1) ?? 1);
  const total = sum(births);
  const meanRate = total / Math.max(1, sum(lengths));
  const fastest = Math.max(...births.map((count, index) => count / (lengths[index] ?? 1)));
  if (births.length >= 2 && total >= FEWEST_EXPECTED && lastRate < STOPPED * fastest)
    return { trend: "bounded", evenness: 0 };
  if (meanRate < SLOWEST_RATE) return { trend: "few", evenness: 0 };
  if (births.some((count, index) => index < births.length - 1 && count < (peaks[index] ?? 0) * SURVIVING))
    return { trend: "bounded", evenness: 0 };
  const rates: number[] = [];
  let pending = { births: 0, length: 0 };
  births.forEach((count, index) => {
    pending = { births: pending.births + count, length: pending.length + (lengths[index] ?? 1) };
    if (pending.length * Math.max(lastRate, meanRate) < FEWEST_EXPECTED) return;
    rates.push(pending.births / pending.length);
    pending = { births: 0, length: 0 };
  });
  // What all survived and began late still goes on.
  while (rates.length > 2 && (rates[0] ?? 0) <= (rates[1] ?? 0) * LINEAR) rates.shift();
  if (rates.length < 2) return { trend: "few", evenness: 0 };
  const evenness = Math.min(...rates) / Math.max(...rates);
  return { trend: evenness >= LINEAR ? "growing" : "slowing", evenness };
}
