/** What can be said of each suspect now: of findings, and of places in the heap where objects pile up. */
import { explains } from "./attribute.js";
import { decide, decideFinally, isCollection, type Decision, type Stop } from "./decide.js";
import { decideHeapSuspect, isWorthMore, type HeapContext, type HeapDecision } from "./decide-heap.js";
import type { Growing } from "./clock-test.js";
import type { Evidence, TiedGrowth } from "./evidence.js";
import type { CoverageLog } from "./exercise.js";
import type { HeapSuspect } from "./heap-suspect.js";
import type { HeapWatch } from "./heap-watch.js";
import type { Suspect } from "./suspect.js";
import type { Patience } from "./thresholds.js";

export interface Judgement {
  readonly suspect: Suspect;
  readonly evidence: Evidence;
  readonly decision: Decision;
}

export interface HeapJudgement {
  readonly suspect: HeapSuspect;
  readonly decision: HeapDecision;
  /** The findings that explain it. */
  readonly explainedBy: readonly Suspect[];
}

/** How far the run has come. */
export interface RunState {
  readonly iterations: number;
  /** Iterations in which what grows these holders was run: fewer where it is not run any more. */
  readonly iterationsOf: (keys: readonly number[]) => number;
  /** Iteration of the newest snapshot; 0 before there is one. */
  readonly snapshotAt: number;
  /** Takes of the coverage up to the end of warm-up. */
  readonly warmUpTake: number;
  readonly stop: Stop;
  /** Whether no more iterations will be run, but for those after the hour. */
  readonly isOver: boolean;
}

export class Judge {
  readonly #suspects: readonly Suspect[];
  readonly #heap: HeapWatch;
  readonly #coverage: CoverageLog;
  readonly #patience: Patience;
  readonly #state: () => RunState;

  /** @param state is asked each time */
  constructor(
    suspects: readonly Suspect[],
    heap: HeapWatch,
    coverage: CoverageLog,
    patience: Patience,
    state: () => RunState,
  ) {
    this.#patience = patience;
    this.#suspects = suspects;
    this.#heap = heap;
    this.#coverage = coverage;
    this.#state = state;
  }

  evidenceOf(suspect: Suspect): Evidence {
    const { iterationsOf, snapshotAt, warmUpTake } = this.#state();
    const evidence = suspect.evidence(this.#coverage, warmUpTake, iterationsOf(suspect.keys), this.#patience);
    return { ...evidence, tied: this.#tiedTo(suspect), lastSnapshotAt: snapshotAt };
  }

  decideHeap(suspect: HeapSuspect): HeapDecision {
    return decideHeapSuspect(suspect, this.#heapContext(suspect));
  }

  /** What may be growing without end, as far as was seen: the keys of each. */
  growingKeys(): Record<"findings" | "places", (readonly number[])[]> {
    const findings = this.#suspects.filter((suspect) => {
      const verdict = this.#verdictOf(suspect);
      return verdict === "confirmed" || verdict === "inconclusive";
    });
    const places = this.#heap.suspects.filter((suspect) => this.decideHeap(suspect).growth?.trend === "growing");
    return { findings: findings.map(({ keys }) => keys), places: places.map(({ keys }) => keys) };
  }

  /** Findings and places in the heap that more iterations could decide. */
  countUndecided(): number {
    const { iterations, iterationsOf } = this.#state();
    const isRun = ({ keys }: Suspect | HeapSuspect): boolean => iterationsOf(keys) === iterations;
    const findings = this.#suspects.filter((suspect) => isRun(suspect) && decide(this.evidenceOf(suspect)) === null);
    const places = this.#heap.suspects.filter(
      (suspect) =>
        isRun(suspect) && isWorthMore(this.decideHeap(suspect), this.#heapContext(suspect), suspect.sighting),
    );
    return findings.length + places.length;
  }

  /** What a collection explains that was read live needs no snapshot. */
  isHeapAsked(): boolean {
    return (
      this.#suspects.some(({ facts }) => !isCollection(facts.kind)) ||
      this.#heap.suspects.some(
        (suspect) => this.decideHeap(suspect).kind !== "bounded" && this.#explanationOf(suspect) === undefined,
      )
    );
  }

  /** Whether anything will be confirmed unless it is freed at rest or expires; what ended the run matters to that. */
  isAnyConfirmed(): boolean {
    return this.#suspects.some((suspect) => this.#verdictOf(suspect) === "confirmed");
  }

  /** What will be called a leak unless it expires, and what waits for a timer that has not fired. */
  growing(): Growing {
    const places = this.#heap.suspects.filter((suspect) => this.decideHeap(suspect).kind === "leak");
    return {
      findings: this.#suspects.filter((suspect) => this.#mayExpire(suspect)),
      places: new Map(places.map((suspect) => [suspect, this.#explanationOf(suspect)])),
    };
  }

  judgeFindings(): Judgement[] {
    return this.#suspects.map((suspect) => {
      const evidence = this.evidenceOf(suspect);
      return { suspect, evidence, decision: decideFinally(evidence, this.#state().stop) };
    });
  }

  judgeHeap(): HeapJudgement[] {
    return this.#heap.suspects.map((suspect) => ({
      suspect,
      decision: this.decideHeap(suspect),
      explainedBy: this.#suspects.filter((finding) => isExplanation(finding, suspect)),
    }));
  }

  #mayExpire(suspect: Suspect): boolean {
    const verdict = this.#verdictOf(suspect);
    return verdict === "confirmed" || (verdict === "inconclusive" && this.evidenceOf(suspect).hasUnfiredTimer);
  }

  #verdictOf(suspect: Suspect): Decision["verdict"] {
    return decideFinally(this.evidenceOf(suspect), this.#state().stop).verdict;
  }

  /** The collection that is about to be confirmed and explains it. */
  #explanationOf(suspect: HeapSuspect): Suspect | undefined {
    return this.#suspects.find(
      (finding) =>
        isCollection(finding.facts.kind) && isExplanation(finding, suspect) && this.#verdictOf(finding) === "confirmed",
    );
  }

  #tiedTo(finding: Suspect): TiedGrowth[] {
    return this.#heap.suspects
      .filter((suspect) => isExplanation(finding, suspect))
      .map((suspect) => ({ suspect, decision: this.#decideTied(finding, suspect) }));
  }

  // A timer that will fire some day is let go some day: what is asked is whether it should still be waiting.
  #decideTied(finding: Suspect, suspect: HeapSuspect): HeapDecision {
    const context = { ...this.#heapContext(suspect), isExpiryAsked: finding.facts.kind !== "timer" };
    return decideHeapSuspect(suspect, context);
  }

  #heapContext({ keys }: HeapSuspect): HeapContext {
    const { iterationsOf, stop, isOver } = this.#state();
    const iterations = iterationsOf(keys);
    const isTimeOver = isOver && stop === "time-budget";
    return { iterations, isHeapFull: stop === "heap-limit", isTimeOver, isOver, patience: this.#patience };
  }
}

function isExplanation(finding: Suspect, { sighting }: HeapSuspect): boolean {
  return sighting !== null && explains(finding, sighting);
}
