/** What the runs are printed as. Ratios come first: they hold on other machines too. */
import { table } from "../lint/table.js";
import type { Agreement } from "./agreement.js";
import type { Measurement, Step, Subject } from "./measure.js";

export interface Result {
  readonly sample: string;
  readonly bytes: number;
  readonly measurements: readonly Measurement[];
}

const MEBIBYTE = 1 << 20;

/** Each engine as a multiple of ours, ours as a multiple of the floor, and memory as a multiple of the file. */
export function ratioTable(results: readonly Result[]): string {
  const rows = results.flatMap((result) =>
    result.measurements.map((measurement) => {
      const { cpuSeconds, wallSeconds, peakMebibytes } = lastStep(measurement);
      const ours = lastStepOf(result, "ours");
      const scan = lastStepOf(result, "scan");
      return [
        result.sample,
        measurement.subject,
        times(cpuSeconds, ours?.cpuSeconds),
        times(wallSeconds, ours?.wallSeconds),
        times(cpuSeconds, scan?.cpuSeconds),
        times(peakMebibytes * MEBIBYTE, result.bytes),
      ];
    }),
  );
  return table(["snapshot", "engine", "CPU / ours", "wall / ours", "CPU / scan", "peak RSS / file"], rows);
}

/** Seconds and memory up to the end of each step. */
export function measurementTable(results: readonly Result[]): string {
  const rows = results.flatMap(({ sample, bytes, measurements }) =>
    measurements.flatMap(({ subject, steps, load }) =>
      steps.map(({ name, cpuSeconds, wallSeconds, peakMebibytes }) => [
        sample,
        (bytes / 1e6).toFixed(1),
        subject,
        name,
        cpuSeconds.toFixed(2),
        wallSeconds.toFixed(2),
        peakMebibytes.toFixed(0),
        load.toFixed(1),
      ]),
    ),
  );
  return table(["snapshot", "MB", "engine", "up to", "CPU s", "wall s", "peak RSS MiB", "load"], rows);
}

/** Whether all found the same retained size of the root. */
export function rootTable(results: readonly Result[]): string {
  const rows = results.map(({ sample, measurements }) => {
    const engines = measurements.filter(({ subject }) => subject !== "scan");
    const sizes = new Set(engines.map(({ found }) => found.rootRetained));
    const { nodes, edges } = engines[0].found;
    return [sample, nodes, edges, [...sizes].join(", "), sizes.size === 1 ? "equal" : "DIFFERENT"];
  });
  return table(["snapshot", "nodes", "edges", "retained by the root, bytes", "in all engines"], rows);
}

export function agreementTable(agreements: readonly Agreement[]): string {
  return table(
    ["snapshot", "peer", "after its rule", "other retained size", "other dominator", "not retained"],
    agreements.map((row) => [row.sample, row.peer, row.rule || "(none)", row.sizes, row.dominators, row.unretained]),
  );
}

/** What the engine is held to, where it could be measured. */
export function targetLines(results: readonly Result[]): string[] {
  const large = results.find(({ sample }) => sample === "ast-1200");
  const small = results.find(({ sample }) => sample === "typescript");
  const lines: string[] = [];
  const judge = (what: string, ours: number | undefined, limit: number | undefined): void => {
    if (ours === undefined || limit === undefined) return;
    lines.push(`${ours <= limit ? "ok  " : "OVER"}  ${what}: ${ours.toFixed(2)} of ${limit.toFixed(2)}`);
  };
  if (large !== undefined) {
    const memlab = lastStepOf(large, "memlab")?.cpuSeconds;
    judge("ast-1200: a quarter of memlab's CPU, s", lastStepOf(large, "ours")?.cpuSeconds, memlab && memlab / 4);
    const peak = lastStepOf(large, "ours")?.peakMebibytes;
    judge("ast-1200: 1.2 times the file in memory, MiB", peak, (large.bytes / MEBIBYTE) * 1.2);
  }
  for (const peer of ["memlab", "devtools"] as const) {
    const ours = small && lastStepOf(small, "ours");
    const other = small && lastStepOf(small, peer);
    judge(`typescript: no more CPU than ${peer}, s`, ours?.cpuSeconds, other?.cpuSeconds);
    judge(`typescript: no more wall time than ${peer}, s`, ours?.wallSeconds, other?.wallSeconds);
  }
  return lines;
}

function lastStepOf({ measurements }: Result, subject: Subject): Step | undefined {
  return measurements.find((measurement) => measurement.subject === subject)?.steps.at(-1);
}

function lastStep({ steps }: Measurement): Step {
  return steps[steps.length - 1];
}

function times(value: number, unit: number | undefined): string {
  return unit === undefined ? "" : (value / unit).toFixed(2);
}
