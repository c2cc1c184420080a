/** What is measured, and how a measurement is written down. */

/** One row of a recording. A number that was not measured is null. */
export interface Sample {
  /** Milliseconds since the recording began. */
  readonly timeMs: number;
  /** The iterations that were over, where a mark was made; null for what the clock asked for. */
  readonly iteration: number | null;
  /** The Node process that was measured; null for all processes of the command together. */
  readonly pid: number | null;
  readonly values: Readonly<Record<MeasureName, number | null>>;
}

/** Columns of the CSV, in this order, after `time_ms`, `iteration` and `pid`. */
export const measureNames = [
  "rss",
  "heap_used",
  "external",
  "array_buffers",
  "objects",
  "handles",
  "listeners",
] as const;

export type MeasureName = (typeof measureNames)[number];

export interface Measure {
  readonly name: MeasureName;
  /** As sentences and plots call it. */
  readonly title: string;
  readonly unit: "bytes" | "count";
}

/** In the order in which a reader wants them: what tells most comes first. */
export const measures: readonly Measure[] = [
  { name: "objects", title: "objects", unit: "count" },
  { name: "heap_used", title: "heap used", unit: "bytes" },
  { name: "external", title: "external", unit: "bytes" },
  { name: "array_buffers", title: "array buffers", unit: "bytes" },
  { name: "rss", title: "RSS", unit: "bytes" },
  { name: "handles", title: "handles", unit: "count" },
  { name: "listeners", title: "listeners", unit: "count" },
];

export const nothingMeasured: Sample["values"] = {
  rss: null,
  heap_used: null,
  external: null,
  array_buffers: null,
  objects: null,
  handles: null,
  listeners: null,
};
