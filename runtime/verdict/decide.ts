/** Evidence → verdict: an ordered list of questions, the first that answers decides. */
import { isExpired, isShrinking, type HeapGrowth } from "./decide-heap.js";
import type { Evidence, InstanceEvidence } from "./evidence.js";
import { assessGrowth, isWellRead, type GrowthAssessment, type Sample } from "./growth.js";
import type { Verdict } from "./result.js";
import { PAST_CAPACITY } from "./thresholds.js";
import { formatCount, formatRate, unitOf } from "./words.js";
import type { CollectionKind, HolderKind } from "../../rules/analysis/facts.js";

/** Grow operations without growth after which a holder has stopped. */
const ENOUGH_RUNS_WITHOUT_GROWTH = 200;
/** What the holder retains must grow with what is reached from it, by at least this much a slot. */
const FEWEST_BYTES_PER_SLOT = 4;
/** Objects that only the holder keeps, per iteration, below which a rise is taken for noise. */
const FEWEST_OBJECTS_PER_ITERATION = 0.2;
/** A snapshot this far into the run speaks for its end. */
const STILL_FRESH = 0.9;
export interface Decision {
  readonly verdict: Verdict;
  readonly reason: string;
  /** The instance the verdict was reached on; null where there is none. */
  readonly instance: InstanceEvidence | null;
  readonly growth: GrowthAssessment | null;
}

/** What ended the run, as far as it matters to what is undecided. */
export type Stop = "complete" | "time-budget" | "heap-limit" | "iterations";

type Question = (evidence: Evidence) => Decision | null;

const questionsBeforeMeasuring: readonly Question[] = [notLoaded, notExercised];

/** The verdict, or null as long as more iterations could change it. */
export function decide(evidence: Evidence): Decision | null {
  for (const question of questionsBeforeMeasuring) {
    const decision = question(evidence);
    if (decision !== null) return decision;
  }
  if (!isCollection(evidence.facts.kind)) return byHeap(evidence);
  const withoutInstance = noHolder(evidence) ?? noSurvivor(evidence);
  if (withoutInstance !== null) return withoutInstance;
  const decisions = evidence.instances.map((instance) => judgeInstance(evidence, instance));
  const confirmed = decisions
    .filter((decision) => decision?.verdict === "confirmed")
    .sort((left, right) => (right?.growth?.perIteration ?? 0) - (left?.growth?.perIteration ?? 0))[0];
  if (confirmed !== undefined) return confirmed;
  if (decisions.some((decision) => decision === null)) return null;
  return decisions.find((decision) => decision?.verdict === "inconclusive") ?? largest(decisions) ?? null;
}

/** The verdict when no more iterations will be run. */
export function decideFinally(evidence: Evidence, stop: Stop): Decision {
  const decision = decide({
    ...evidence,
    isOver: true,
    isHeapFull: stop === "heap-limit",
    isTimeOver: stop === "time-budget",
  });
  if (decision !== null) return decision;
  const instance = evidence.instances[0] ?? null;
  const growth = instance === null || !isCollection(evidence.facts.kind) ? null : assessGrowth(sizesOf(instance));
  return { verdict: "inconclusive", reason: undecidedReason(evidence, growth, stop), instance, growth };
}

function notLoaded(evidence: Evidence): Decision | null {
  if (evidence.isLoaded) return null;
  return verdictOnly("not-exercised", "the workload never loaded this file");
}

// What grows all the same is added to from elsewhere, or the workload has taken the counts of the coverage.
function notExercised({ growRuns, facts, instances }: Evidence): Decision | null {
  if (growRuns !== 0 || facts.growSites.length === 0) return null;
  if (instances.some((instance) => assessGrowth(sizesOf(instance)).trend === "growing")) return null;
  return verdictOnly("not-exercised", `the code that adds to ${facts.name} never ran`);
}

/** Holders that are no collection have no size of their own: what piles up in the heap under them is their size. */
function byHeap(evidence: Evidence): Decision | null {
  const { facts, tied, iterations, growRunsAfterWarmUp, lastSnapshotAt, patience } = evidence;
  const leaks = tied.flatMap(({ decision, suspect: { expiry } }) =>
    decision.kind === "leak" ? [{ growth: decision.growth, expiry }] : [],
  );
  const [largestLeak] = leaks.sort((left, right) => right.growth.bytesPerIteration - left.growth.bytesPerIteration);
  if (largestLeak !== undefined) return confirmByHeap(evidence, largestLeak.growth, isExpired(largestLeak.expiry));
  if (tied.some(({ decision }) => decision.kind === "undecided")) return null;
  const expired = tied.map(({ suspect }) => suspect.expiry).find(isExpired);
  if (expired !== undefined) {
    return verdictOnly("refuted", `${facts.name}: what it keeps is let go within ${expired.horizon}`);
  }
  if (Math.min(iterations, lastSnapshotAt) < patience.iterationsWithoutGrowth) return null;
  const count = formatCount(iterations);
  if (growRunsAfterWarmUp === 0) {
    return verdictOnly("refuted", `runs only at set-up: not once after the first iterations of ${count}`);
  }
  return verdictOnly("refuted", `none of what ${facts.name} is given stays, in ${count} iterations`);
}

function confirmByHeap(evidence: Evidence, growth: HeapGrowth, isFiredLater: boolean): Decision {
  const { facts, iterations } = evidence;
  const rate = formatRate(growth.perIteration, growth.unit);
  const what = KEPT_THINGS[facts.kind] ?? "what";
  return {
    verdict: "confirmed",
    reason: `${what} ${facts.name} ${facts.kind in KEPT_THINGS ? "grow" : "holds grows"} by ${rate} to ${formatCount(growth.count)}, no bound in ${formatCount(iterations)} iterations${isFiredLater ? "; each stays until it fires" : ""}`,
    instance: null,
    growth: {
      trend: "growing",
      perIteration: growth.perIteration,
      first: 0,
      last: growth.count,
      maximum: growth.count,
    },
  };
}

/** What a holder keeps, by its kind, as the beginning of a sentence that goes on with the holder's name. */
const KEPT_THINGS: Partial<Record<HolderKind, string>> = {
  listener: "listeners kept by",
  timer: "timers kept by",
  subscription: "subscriptions kept by",
  resource: "resources kept by",
  promise: "reactions kept by",
  context: "closures kept by",
};

/** A module that was seen to be evaluated so many times is a test file, or what resets modules loads. */
const OFTEN_LOADED = 4;

function noHolder(evidence: Evidence): Decision | null {
  const { instances, instancesSeen, facts, growRunsAfterWarmUp, timesLoaded } = evidence;
  if (instances.length > 0 || instancesSeen > 0) return null;
  if (growRunsAfterWarmUp !== null && growRunsAfterWarmUp > 0 && facts.path.root.kind === "variable") {
    if (facts.path.root.scope === "function")
      return verdictOnly("refuted", `no ${facts.name} outlives the call that made it`);
    if (timesLoaded >= OFTEN_LOADED && facts.kind !== "import")
      return verdictOnly("refuted", `no ${facts.name} outlives its module, which is loaded anew again and again`);
    return verdictOnly("inconclusive", `${facts.name} was added to, but could not be found in the heap`);
  }
  return verdictOnly("unretained", `${facts.name} does not exist at run time: nothing that lives on refers to it`);
}

function noSurvivor({ instances, instancesSeen, facts }: Evidence): Decision | null {
  if (instances.some((instance) => instance.isAlive) || instancesSeen === 0) return null;
  return verdictOnly("refuted", `each ${facts.name} is collected after the calls that use it`);
}

/**
 * A WeakMap keeps what its long-lived keys lead to, and nothing else: entries whose keys are new stay for as long as
 * something else keeps those keys, and that is what leaks. So what piles up must do so under it.
 */
function judgeWeak(evidence: Evidence, instance: InstanceEvidence): Decision | null {
  const { facts, tied, iterations, lastSnapshotAt, patience } = evidence;
  const growth = assessGrowth(sizesOf(instance));
  const bySize = judgeGrowth(evidence, instance, growth, `what ${facts.name} holds`);
  if (bySize?.verdict === "refuted") return bySize;
  const leak = tied.find(({ decision }) => decision.kind === "leak");
  if (leak?.decision.kind === "leak") {
    const { perIteration, count } = leak.decision.growth;
    const grown = { ...growth, trend: "growing", perIteration, last: count } as const;
    return { ...confirmByHeap(evidence, leak.decision.growth, false), instance, growth: grown };
  }
  if (Math.min(iterations, lastSnapshotAt) < patience.iterations) return null;
  if (tied.some(({ decision }) => decision.kind === "undecided")) return null;
  const reason = `${facts.name} grows only as its keys are kept by something else, with which its entries would go`;
  return { verdict: "refuted", reason, instance, growth };
}

function judgeInstance(evidence: Evidence, instance: InstanceEvidence): Decision | null {
  if (instance.isWeak) return judgeWeak(evidence, instance);
  const bySize = judgeBySize(evidence, instance);
  // A size that grew and then expired has answered; one that never grew leaves the question what is retained.
  const isAnswered = bySize?.verdict !== "refuted" || bySize.growth?.trend === "growing";
  return isAnswered ? bySize : judgeRetained(evidence, instance, bySize);
}

function judgeBySize(evidence: Evidence, instance: InstanceEvidence): Decision | null {
  const { name } = evidence.facts;
  const byOwnSize = judgeGrowth(evidence, instance, assessGrowth(sizesOf(instance)), name, unitOfSize(instance));
  // One that grew and then expired has answered.
  if (byOwnSize?.verdict !== "refuted" || byOwnSize.growth?.trend === "growing") return byOwnSize;
  const below = instance.isWeak ? instance.rested : instance.reach;
  const inner = assessGrowth(below);
  const holdsMore = isWellRead(below) && isStillGrowing(inner) && retainsMoreAndMore(instance);
  return holdsMore ? judgeGrowth(evidence, instance, inner, `what ${name} holds`) : byOwnSize;
}

// Lists linked through objects of the user's classes have no size to read: what only the holder keeps is counted.
function judgeRetained(evidence: Evidence, instance: InstanceEvidence, otherwise: Decision): Decision | null {
  const rates = objectRates(instance.marks);
  const first = rates[0] ?? 0;
  const latest = rates.at(-1) ?? 0;
  if (first < FEWEST_OBJECTS_PER_ITERATION || latest < first / 2) return otherwise;
  const last = instance.marks.at(-1);
  if (last === undefined || last.iteration < evidence.iterations * STILL_FRESH) return null;
  const growth: GrowthAssessment = {
    trend: "growing",
    perIteration: latest,
    first: 0,
    last: last.objects,
    maximum: last.objects,
  };
  return judgeGrowth(evidence, instance, growth, `what ${evidence.facts.name} keeps`);
}

/** Objects per iteration that only the holder keeps, from each snapshot to the next. */
function objectRates(marks: InstanceEvidence["marks"]): number[] {
  return marks.slice(1).map((mark, index) => {
    const before = marks[index] ?? mark;
    return (mark.objects - before.objects) / Math.max(1, mark.iteration - before.iteration);
  });
}

/** Whether only another snapshot can tell: no size of the holder grows, but what it retained did. */
export function needsSnapshot(evidence: Evidence): boolean {
  if (evidence.iterations < evidence.patience.iterationsWithoutGrowth) return false;
  return evidence.instances.some((instance) => {
    const bySize = judgeBySize(evidence, instance);
    return bySize?.verdict === "refuted" && judgeRetained(evidence, instance, bySize) === null;
  });
}

/** Whether a holder's size says something only after a collection. */
export function isWeakHolder({ instances }: Evidence): boolean {
  return instances.some((instance) => instance.isWeak);
}

function judgeGrowth(
  evidence: Evidence,
  instance: InstanceEvidence,
  growth: GrowthAssessment,
  what: string,
  unit: SizeUnit | null = null,
): Decision | null {
  const { iterations, patience } = evidence;
  const decided = (verdict: Verdict, reason: string): Decision => ({ verdict, reason, instance, growth });
  const reached = formatCount(growth.last);
  switch (growth.trend) {
    case "flat":
    case "stopped": {
      // V8 stops counting calls of functions that it has optimized: what was counted is the least that ran.
      const runs = evidence.growRunsAfterWarmUp ?? 0;
      const isLongEnough = runs >= 2 * ENOUGH_RUNS_WITHOUT_GROWTH && iterations >= patience.fewestIterations;
      if (!isLongEnough && iterations < patience.iterationsWithoutGrowth) return null;
      // A module that was loaded late has been watched for less than the run.
      if (
        iterationsWatched(instance) <
        (isLongEnough ? patience.fewestIterations : patience.iterationsWithoutGrowth) / 2
      )
        return null;
      const additions = runs > 0 ? `, though added to at least ${formatCount(runs)} times` : "";
      const state = growth.trend === "flat" ? "stays" : "stops";
      return decided("refuted", `${what} ${state} at ${reached} in ${formatCount(iterations)} iterations${additions}`);
    }
    case "falling":
      if (iterations < patience.iterationsWithoutGrowth) return null;
      return decided(
        "refuted",
        `${what} empties itself: at most ${formatCount(growth.maximum)}, ${reached} at the end of ${formatCount(iterations)} iterations`,
      );
    case "few":
    case "slowing":
      return null;
    case "growing":
      return isPastEveryBound(evidence, growth, unit)
        ? confirm(evidence, decided, growth, what, unit ?? "entries")
        : null;
  }
}

function iterationsWatched({ sizes, reach }: InstanceEvidence): number {
  const samples = sizes.length > 0 ? sizes : reach;
  return (samples.at(-1)?.iteration ?? 0) - (samples[0]?.iteration ?? 0);
}

function confirm(
  evidence: Evidence,
  decided: (verdict: Verdict, reason: string) => Decision,
  growth: GrowthAssessment,
  what: string,
  unit: SizeUnit,
): Decision {
  const { expiry, hasUnfiredTimer, iterations } = evidence;
  if (expiry === "impossible") {
    return decided("inconclusive", `${what} grows, but its entries may expire, and the clock could not be moved on`);
  }
  if (expiry !== null && isShrinking(expiry)) {
    const fall = `${formatCount(expiry.before)} fell to ${formatCount(expiry.after)} when the clock was moved on by ${expiry.horizon}`;
    return isExpired(expiry) && expiry.horizon === "an hour"
      ? decided("refuted", `${what} expires: ${fall}`)
      : decided("inconclusive", `${what} grows, and is let go late: ${fall}`);
  }
  if (evidence.facts.hasUnknownLimit && evidence.facts.capacities.length === 0) {
    return decided(
      "inconclusive",
      `${what} grows to ${formatCount(growth.last)}, but its code compares its size with a limit that could not be read`,
    );
  }
  if (hasUnfiredTimer) {
    return decided("inconclusive", `${what} grows, but a timer that removes from it did not fire in this run`);
  }
  const rate = formatRate(growth.perIteration, unit);
  return decided(
    "confirmed",
    `${what} grows by ${rate} to ${formatCount(growth.last)}, no bound in ${formatCount(iterations)} iterations`,
  );
}

type SizeUnit = ReturnType<typeof unitOf>;

/** What the holder's own size counts; null where it has none of its own. */
function unitOfSize({ type, isWeak }: InstanceEvidence): SizeUnit | null {
  return isWeak ? null : unitOf(type);
}

/** @param unit of the holder's own size; null where what it reaches was counted, several slots for each entry */
function isPastEveryBound(
  { facts, iterations, isHeapFull, isTimeOver, isOver, writtenLimits, tied, patience }: Evidence,
  growth: GrowthAssessment,
  unit: SizeUnit | null,
): boolean {
  const capacity = Math.max(0, ...facts.capacities);
  const reached = unit === null ? Math.min(growth.last, iterations) : growth.last;
  if (reached <= capacity * PAST_CAPACITY) return false;
  // The heap shows limits that the file does not.
  if (tied.some(({ decision }) => decision.kind === "undecided" && decision.isWithinLimit === true)) return false;
  if (!isOver && writtenLimits.some((number) => reached <= number * PAST_CAPACITY)) return false;
  if (iterations >= patience.iterations) return true;
  if (iterations < patience.fewestIterations) return false;
  if ((unit === "entries" && growth.last >= patience.entries) || (isTimeOver && patience.endsWithTime)) return true;
  // Large entries fill the heap before they are many: enough, where no code could take one out again.
  return isHeapFull && capacity === 0 && facts.shrinkSites.length === 0;
}

// What is reached from a holder may grow for reasons of its own: it counts when only the holder keeps it.
function retainsMoreAndMore({ marks, reach, rested, isWeak }: InstanceEvidence): boolean {
  const first = marks[0];
  const last = marks.at(-1);
  if (first === undefined || last === undefined || last.iteration <= first.iteration) return false;
  const slots = isWeak ? rested : reach;
  const at = (iteration: number): number => slots.findLast((sample) => sample.iteration <= iteration)?.size ?? 0;
  const grown = at(last.iteration) - at(first.iteration);
  return grown > 0 && last.retainedBytes - first.retainedBytes >= grown * FEWEST_BYTES_PER_SLOT;
}

function isStillGrowing(growth: GrowthAssessment): boolean {
  return growth.trend === "growing" || growth.trend === "slowing" || growth.trend === "few";
}

/** The sizes that count for an instance. */
export function sizesOf(instance: InstanceEvidence): readonly Sample[] {
  return instance.isWeak ? instance.rested : instance.sizes;
}

function undecidedReason(evidence: Evidence, growth: GrowthAssessment | null, stop: Stop): string {
  const { facts, iterations } = evidence;
  const count = formatCount(iterations);
  const why =
    stop === "time-budget"
      ? `the time budget ended the run after ${count} iterations`
      : stop === "heap-limit"
        ? `the heap had grown by 64 MB after ${count} iterations`
        : `after ${count} iterations`;
  if (growth === null) return `${facts.name}: ${why}, too early to tell`;
  const capacity = Math.max(0, ...facts.capacities);
  switch (growth.trend) {
    case "growing":
      return growth.last <= capacity * PAST_CAPACITY
        ? `${facts.name} grew to ${formatCount(growth.last)}, within the limit of ${formatCount(capacity)} in its code; ${why}`
        : `${facts.name} grew by ${formatRate(growth.perIteration)} to ${formatCount(growth.last)}; ${why}`;
    case "slowing":
      return `${facts.name} grew to ${formatCount(growth.last)}, slower and slower; ${why}`;
    case "few":
      return `${facts.name} grew to ${formatCount(growth.last)}, too seldom to tell; ${why}`;
    default:
      return `${facts.name}: ${why}, too early to tell`;
  }
}

function verdictOnly(verdict: Verdict, reason: string): Decision {
  return { verdict, reason, instance: null, growth: null };
}

function largest(decisions: readonly (Decision | null)[]): Decision | undefined {
  return decisions
    .filter((decision): decision is Decision => decision !== null)
    .sort((left, right) => (right.growth?.last ?? 0) - (left.growth?.last ?? 0))[0];
}

const COLLECTION_KINDS: ReadonlySet<HolderKind> = new Set<CollectionKind | "field">([
  "binding",
  "export",
  "static",
  "property",
  "closure",
  "global",
  "import",
  "field",
]);

export function isCollection(kind: HolderKind): boolean {
  return COLLECTION_KINDS.has(kind);
}
