/** A recording → what it shows of each measure: the rows that are plotted, their trends, and remarks on them together. */
import { measures, type Measure, type MeasureName, type Sample } from "./sample.js";
import type { Point } from "./theil-sen.js";
import { trendOf, type Trend } from "./trend.js";

/** Without iterations, a run is cut into so many pieces. */
const PIECES = 20;
/** Pages are added to RSS and given back one by one. */
const RSS_CREEP = 0.01;
/** V8 compiles for a while, and code is on the heap; no object of the program's is. */
const CODE_CREEP = 0.02;
/** What is kept explains a rise of RSS when it comes to this share of it. */
const EXPLAINING_SHARE = 0.25;

export interface Row {
  readonly measure: Measure;
  /** Milliseconds and values, on the clock and at marks alike. */
  readonly samples: readonly Point[];
  /** Milliseconds and values at marks, in order of iterations. */
  readonly marks: readonly Point[];
  /** Over iterations, or over seconds where there are none. */
  readonly trend: Trend;
}

export interface Description {
  readonly rows: readonly Row[];
  /** What `x` of the trends is. */
  readonly per: "iteration" | "second";
  /** Iterations and the milliseconds at which they were over. */
  readonly marks: readonly { readonly iteration: number; readonly timeMs: number }[];
  readonly durationMs: number;
  /** The process whose rows are shown; null for a command without Node, whose processes are taken together. */
  readonly pid: number | null;
  /** Node processes that were measured. */
  readonly processes: number;
  readonly remarks: readonly Remark[];
}

/** What only several rows together show. */
export type Remark =
  /** RSS rises, and neither bytes nor objects do that are kept. */
  | "fragmentation"
  /** Bytes rise, and the objects stay as many: strings, and arrays and maps that get longer. */
  | "bytes-without-objects";

/** @param samples at least one, in order of time */
export function describe(samples: readonly Sample[]): Description {
  const pid = subjectOf(samples);
  const own = samples.filter((sample) => sample.pid === pid);
  const marked = own.filter((sample) => sample.iteration !== null);
  const per = marked.length > 0 ? "iteration" : "second";
  const [objects] = measures.flatMap((measure) => (measure.name === "objects" ? rowOf(measure, own, marked, per) : []));
  const creepOf = creepWhere(objects?.trend.kind === "flat");
  const rows = measures.flatMap((measure) => rowOf(measure, own, marked, per, creepOf(measure.name)));
  return {
    rows,
    per,
    marks: marked.map(({ iteration, timeMs }) => ({ iteration: iteration ?? 0, timeMs })),
    durationMs: samples.at(-1)?.timeMs ?? 0,
    pid,
    processes: new Set(samples.flatMap((sample) => sample.pid ?? [])).size,
    remarks: remarksOn(rows),
  };
}

/** The process that makes the marks, else the Node process with the most on its heap, else all together. */
function subjectOf(samples: readonly Sample[]): number | null {
  const weights = new Map<number, { marks: number; heap: number }>();
  for (const { pid, iteration, values } of samples) {
    if (pid === null) continue;
    const { marks, heap } = weights.get(pid) ?? { marks: 0, heap: 0 };
    weights.set(pid, { marks: marks + Number(iteration !== null), heap: Math.max(heap, values.heap_used ?? 0) });
  }
  const [first] = [...weights].sort(([, one], [, other]) => other.marks - one.marks || other.heap - one.heap);
  return first?.[0] ?? null;
}

function rowOf(
  measure: Measure,
  own: readonly Sample[],
  marked: readonly Sample[],
  per: Description["per"],
  creep = 0,
): Row[] {
  const samples = pointsOf(own, measure.name);
  if (samples.length === 0) return [];
  const marks = pointsOf(marked, measure.name);
  const overIterations = marked.flatMap(({ iteration, values }) => {
    const y = values[measure.name];
    return iteration === null || y === null ? [] : [{ x: iteration, y }];
  });
  const points = per === "iteration" ? overIterations : lowestOfPieces(samples);
  return [{ measure, samples, marks, trend: trendOf(points, measure.unit, creep) }];
}

/** Where no object stays, the heap is flat until it moves by more than code makes it. */
function creepWhere(isNothingKept: boolean): (name: MeasureName) => number {
  return (name) => (name === "rss" ? RSS_CREEP : name === "heap_used" && isNothingKept ? CODE_CREEP : 0);
}

function pointsOf(samples: readonly Sample[], name: MeasureName): Point[] {
  return samples.flatMap(({ timeMs, values }) => {
    const y = values[name];
    return y === null ? [] : [{ x: timeMs, y }];
  });
}

/**
 * The lowest value of each twentieth of the run, over seconds. Memory goes up and down like a saw as garbage is made and
 * collected, and what is kept shows at the roots of its teeth; samples in short succession say little that is new.
 */
function lowestOfPieces(samples: readonly Point[]): Point[] {
  const [start, end] = [samples[0].x, samples.at(-1)?.x ?? 0];
  const width = (end - start) / PIECES;
  const lowest = new Map<number, Point>();
  for (const { x, y } of samples) {
    const piece = width === 0 ? 0 : Math.min(PIECES - 1, Math.floor((x - start) / width));
    const known = lowest.get(piece);
    if (known === undefined || y < known.y) lowest.set(piece, { x: x / 1000, y });
  }
  return [...lowest.values()];
}

function remarksOn(rows: readonly Row[]): Remark[] {
  const of = (name: MeasureName): Trend | undefined => rows.find(({ measure }) => measure.name === name)?.trend;
  const [rss, heap, external, objects] = [of("rss"), of("heap_used"), of("external"), of("objects")];
  const stays = (trend: Trend | undefined): boolean => trend?.kind === "flat" || trend?.kind === "falls";
  if (!stays(objects)) return [];
  if (heap?.kind === "rises") return ["bytes-without-objects"];
  if (rss?.kind !== "rises" || !rss.isSettled || heap === undefined || external === undefined) return [];
  if (heap.kind === "too-few" || external.kind === "too-few" || external.kind === "rises") return [];
  const kept = Math.max(0, heap.high) + Math.max(0, external.high);
  return kept <= EXPLAINING_SHARE * rss.low ? ["fragmentation"] : [];
}
