/**
 * The heap engine against damaged, hostile and foreign snapshots.
 *
 *   npx tsx bench/fuzz/run.ts --count 10000 --seed 1     that many mutants
 *   npx tsx bench/fuzz/run.ts --seed 1 --write 4711      writes mutant 4711 to mutant-1-4711.heapsnapshot
 *
 * Each mutant must be refused in one line or answer everything as the slow reference does. Prints the outcomes by kind;
 * the exit code is 1 if any is neither.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { mutantOf } from "../../test/runtime/heap/fuzz/mutant.js";
import { runMutants } from "../../test/runtime/heap/fuzz/run-mutants.js";
import { fuzzSeeds } from "../../test/runtime/heap/fuzz/seeds.js";
import type { Judged } from "../../test/runtime/heap/fuzz/worker.js";

const SHOWN_VIOLATIONS = 20;
const SHOWN_SLOW = 3;

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "10000" },
    seed: { type: "string", default: "1" },
    write: { type: "string" },
  },
});
const seed = Number(values.seed);

if (values.write === undefined) {
  const startedAt = performance.now();
  const judged = await runMutants(seed, Number(values.count));
  report(judged, (performance.now() - startedAt) / 1000);
} else {
  const { bytes, description } = mutantOf(fuzzSeeds(), seed, Number(values.write));
  const file = `mutant-${seed}-${values.write}.heapsnapshot`;
  writeFileSync(file, bytes, { mode: 0o600 });
  console.log(`${file}: ${bytes.length} bytes (${description})`);
}

function report(judged: readonly Judged[], seconds: number): void {
  const counts = new Map<string, number>();
  for (const { outcome } of judged) {
    const kind = nameOf(outcome);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  for (const [kind, count] of [...counts].sort((left, right) => right[1] - left[1])) {
    console.log(`${String(count).padStart(7)}  ${kind}`);
  }
  const slowest = judged.toSorted((left, right) => right.milliseconds - left.milliseconds).slice(0, SHOWN_SLOW);
  for (const { index, description, milliseconds } of slowest) {
    console.log(`slow: ${(milliseconds / 1000).toFixed(2)} s  mutant ${index} (${description})`);
  }
  const violations = judged.flatMap(({ index, description, outcome }) =>
    outcome.kind === "violation" ? [`mutant ${index} (${description}): ${outcome.reason}`] : [],
  );
  for (const violation of violations.slice(0, SHOWN_VIOLATIONS)) console.log(`\nVIOLATION  ${violation}`);
  console.log(`\n${judged.length} mutants of seed ${seed}, ${violations.length} violations, ${seconds.toFixed(0)} s`);
  process.exitCode = violations.length > 0 ? 1 : 0;
}

function nameOf(outcome: Judged["outcome"]): string {
  if (outcome.kind === "refused") return `refused: ${outcome.message}`;
  if (outcome.kind === "violation") return "VIOLATION";
  return outcome.isStrictJson ? "a graph, as JSON.parse reads it" : "a graph of what is no strict JSON";
}
