/** Recordings that nobody made. */
import { nothingMeasured, type MeasureName, type Sample } from "../../../runtime/record/sample.js";

/** A sample before, and a mark after each of so many iterations of 200 ms, with what a measure has then. */
export function recording(
  iterations: number,
  values: Partial<Record<MeasureName, (iteration: number) => number>>,
): Sample[] {
  const at = (iteration: number): Sample["values"] => ({
    ...nothingMeasured,
    ...Object.fromEntries(Object.entries(values).map(([name, of]) => [name, of(iteration)])),
  });
  return Array.from({ length: iterations + 1 }, (_, iteration) => [
    {
      timeMs: 100 + 200 * iteration,
      iteration: null,
      pid: 41,
      values: { ...at(iteration), objects: null, listeners: null },
    },
    { timeMs: 200 + 200 * iteration, iteration, pid: 41, values: at(iteration) },
  ]).flat();
}

export const megabytes = (amount: number): number => amount * 1e6;
