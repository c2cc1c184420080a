/** Evidence → verdict: an ordered list of questions, the first that answers decides. */
import type { Evidence, InstanceEvidence } from "./evidence.js";
import { assessGrowth, type GrowthAssessment, type Sample } from "./growth.js";
import type { Verdict } from "./result.js";
import type { CollectionKind, HolderKind } from "../../rules/analysis/facts.js";

/** Growth with no bound must have gone on for this many iterations, or have reached this many entries. */
export const ENOUGH_ITERATIONS = 4096;
const ENOUGH_ENTRIES = 4096;
const FEWEST_ITERATIONS = 100;
/** A holder must outgrow the limits in its code by this factor before they are believed not to hold. */
const PAST_CAPACITY = 1.25;
/** Grow operations or iterations without growth after which a holder has stopped. */
const ENOUGH_RUNS_WITHOUT_GROWTH = 200;
const ENOUGH_ITERATIONS_WITHOUT_GROWTH = 1024;
/** What the holder retains must grow with what is reached from it, by at least this much a slot. */
const FEWEST_BYTES_PER_SLOT = 4;
/** Objects that only the holder keeps, per iteration, below which a rise is taken for noise. */
const FEWEST_OBJECTS_PER_ITERATION = 0.2;
/** A snapshot this far into the run speaks for its end. */
const STILL_FRESH = 0.9;
/** What is left after an hour, as a part of what was there, for a holder that does not expire. */
const UNEXPIRED = 0.5;

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

const questionsBeforeMeasuring: readonly Question[] = [notLoaded, notExercised, notWeighed, noHolder, noSurvivor];

/** The verdict, or null as long as more iterations could change it. */
export function decide(evidence: Evidence): Decision | null {
  for (const question of questionsBeforeMeasuring) {
    const decision = question(evidence);
    if (decision !== null) return decision;
  }
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
  const decision = decide(stop === "heap-limit" ? { ...evidence, isHeapFull: true } : evidence);
  if (decision !== null) return decision;
  const instance = evidence.instances[0] ?? null;
  const growth = instance === null ? null : assessGrowth(sizesOf(instance));
  return { verdict: "inconclusive", reason: undecidedReason(evidence, growth, stop), instance, growth };
}

function notLoaded(evidence: Evidence): Decision | null {
  if (evidence.isLoaded) return null;
  return verdictOnly("not-exercised", "the workload never loaded this file");
}

function notExercised({ growRuns, facts }: Evidence): Decision | null {
  if (growRuns !== 0 || facts.growSites.length === 0) return null;
  return verdictOnly("not-exercised", `the code that adds to ${facts.name} never ran`);
}

/** Holders that are no collection: what they keep is not counted yet, and nothing is claimed of them. */
function notWeighed({ facts }: Evidence): Decision | null {
  if (isCollection(facts.kind)) return null;
  return verdictOnly("inconclusive", `${facts.name} is a ${facts.kind}; so far only collections are weighed`);
}

function noHolder({ instances, instancesSeen, facts, growRunsAfterWarmUp }: Evidence): Decision | null {
  if (instances.length > 0 || instancesSeen > 0) return null;
  if (growRunsAfterWarmUp !== null && growRunsAfterWarmUp > 0 && facts.path.root.kind === "variable") {
    return facts.path.root.scope === "function"
      ? verdictOnly("refuted", `no ${facts.name} outlives the call that made it`)
      : verdictOnly("inconclusive", `${facts.name} was added to, but could not be found in the heap`);
  }
  return verdictOnly("unretained", `${facts.name} does not exist at run time: nothing that lives on refers to it`);
}

function noSurvivor({ instances, instancesSeen, facts }: Evidence): Decision | null {
  if (instances.some((instance) => instance.isAlive) || instancesSeen === 0) return null;
  return verdictOnly("refuted", `each ${facts.name} is collected after the calls that use it`);
}

function judgeInstance(evidence: Evidence, instance: InstanceEvidence): Decision | null {
  const bySize = judgeBySize(evidence, instance);
  // A size that grew and then expired has answered; one that never grew leaves the question what is retained.
  const isAnswered = bySize?.verdict !== "refuted" || bySize.growth?.trend === "growing";
  return isAnswered ? bySize : judgeRetained(evidence, instance, bySize);
}

function judgeBySize(evidence: Evidence, instance: InstanceEvidence): Decision | null {
  const { name } = evidence.facts;
  const byOwnSize = judgeGrowth(evidence, instance, assessGrowth(sizesOf(instance)), name);
  if (byOwnSize?.verdict !== "refuted") return byOwnSize;
  const inner = assessGrowth(instance.isWeak ? instance.rested : instance.reach);
  const holdsMore = isStillGrowing(inner) && retainsMoreAndMore(instance);
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
  if (evidence.iterations < ENOUGH_ITERATIONS_WITHOUT_GROWTH) return false;
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
): Decision | null {
  const { iterations } = evidence;
  const decided = (verdict: Verdict, reason: string): Decision => ({ verdict, reason, instance, growth });
  const reached = formatCount(growth.last);
  switch (growth.trend) {
    case "flat":
    case "stopped": {
      // V8 stops counting calls of functions that it has optimized: what was counted is the least that ran.
      const runs = evidence.growRunsAfterWarmUp ?? 0;
      const isLongEnough = runs >= 2 * ENOUGH_RUNS_WITHOUT_GROWTH && iterations >= FEWEST_ITERATIONS;
      if (!isLongEnough && iterations < ENOUGH_ITERATIONS_WITHOUT_GROWTH) return null;
      const additions = runs > 0 ? `, though added to at least ${formatCount(runs)} times` : "";
      const state = growth.trend === "flat" ? "stays" : "stops";
      return decided("refuted", `${what} ${state} at ${reached} in ${formatCount(iterations)} iterations${additions}`);
    }
    case "falling":
      if (iterations < ENOUGH_ITERATIONS_WITHOUT_GROWTH) return null;
      return decided(
        "refuted",
        `${what} empties itself: at most ${formatCount(growth.maximum)}, ${reached} at the end of ${formatCount(iterations)} iterations`,
      );
    case "few":
    case "slowing":
      return null;
    case "growing":
      return isPastEveryBound(evidence, growth) ? confirm(evidence, decided, growth, what) : null;
  }
}

function confirm(
  evidence: Evidence,
  decided: (verdict: Verdict, reason: string) => Decision,
  growth: GrowthAssessment,
  what: string,
): Decision {
  const { expiry, hasUnfiredTimer, iterations } = evidence;
  if (expiry === "impossible") {
    return decided("inconclusive", `${what} grows, but its entries may expire, and the clock could not be moved on`);
  }
  if (expiry !== null && expiry.after < expiry.before * UNEXPIRED) {
    return decided(
      "refuted",
      `${what} expires: ${formatCount(expiry.before)} fell to ${formatCount(expiry.after)} when the clock was moved on by an hour`,
    );
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
  const rate = formatRate(growth.perIteration);
  return decided(
    "confirmed",
    `${what} grows by ${rate} to ${formatCount(growth.last)}, no bound in ${formatCount(iterations)} iterations`,
  );
}

function isPastEveryBound({ facts, iterations, isHeapFull }: Evidence, growth: GrowthAssessment): boolean {
  const capacity = Math.max(0, ...facts.capacities);
  if (growth.last <= capacity * PAST_CAPACITY) return false;
  if (iterations >= ENOUGH_ITERATIONS || (growth.last >= ENOUGH_ENTRIES && iterations >= FEWEST_ITERATIONS))
    return true;
  // Large entries fill the heap before they are many: enough, where no code could take one out again.
  return isHeapFull && iterations >= FEWEST_ITERATIONS && capacity === 0 && facts.shrinkSites.length === 0;
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
        ? `the heap had grown by 128 MB after ${count} iterations`
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
      return `${facts.name} did not grow; ${why}, too early to tell`;
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

function formatCount(count: number): string {
  return Math.round(count).toLocaleString("en-US");
}

/** `1 per iteration`, `0.025 per iteration (1 in 40)`. */
function formatRate(perIteration: number): string {
  if (perIteration >= 0.95) return `${formatCount(perIteration)} per iteration`;
  return `1 in ${formatCount(1 / Math.max(perIteration, 1e-9))} iterations`;
}

const COLLECTION_KINDS: ReadonlySet<HolderKind> = new Set<CollectionKind>([
  "binding",
  "export",
  "static",
  "property",
  "closure",
  "global",
  "import",
]);

function isCollection(kind: HolderKind): boolean {
  return COLLECTION_KINDS.has(kind);
}
