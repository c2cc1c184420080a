/**
 * Damaged, hostile and foreign snapshots: each is refused in one line, or makes a graph on which everything answers, as
 * the slow reference does. `bench/fuzz/run.ts` judges as many as one likes.
 */
import { describe, expect, it } from "vitest";
import { judge } from "./fuzz/judge.js";
import { mutantOf } from "./fuzz/mutant.js";
import { runMutants } from "./fuzz/run-mutants.js";
import { fuzzSeeds } from "./fuzz/seeds.js";

const RUN = 1;
const MUTANTS = 600;

const seeds = fuzzSeeds();

describe("mutants of small snapshots", () => {
  it("are refused in one line or answer everything", async () => {
    const judged = await runMutants(RUN, MUTANTS, seeds);
    const violations = judged.flatMap(({ index, description, outcome }) =>
      outcome.kind === "violation" ? [`mutant ${RUN}-${index} (${description}): ${outcome.reason}`] : [],
    );
    expect(violations).toEqual([]);
    // Neither all noise nor all harmless.
    for (const kind of ["refused", "graph"]) {
      expect(judged.filter(({ outcome }) => outcome.kind === kind).length, kind).toBeGreaterThan(MUTANTS / 4);
    }
    const messages = judged.flatMap(({ outcome }) => (outcome.kind === "refused" ? [outcome.message] : []));
    expect(new Set(messages).size).toBeGreaterThan(30);
  });

  it("are the same for the same number", () => {
    for (let index = 0; index < 50; index++) expect(mutantOf(seeds, 3, index)).toEqual(mutantOf(seeds, 3, index));
    expect(mutantOf(seeds, 3, 1).bytes).not.toEqual(mutantOf(seeds, 4, 1).bytes);
  });
});

describe("healthy snapshots of all shapes", () => {
  it.each(seeds.map((seed) => [seed.name, seed] as const))("%s", (_, { json }) => {
    const bytes = Buffer.from(JSON.stringify(json));
    expect(judge({ bytes, isHealthy: true, description: "" }, 1)).toEqual({ kind: "graph", isStrictJson: true });
  });
});
