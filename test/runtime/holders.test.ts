/**
 * The truth set, in batches: each a project with many holders and one workload that uses all of them. `bench/holders`
 * verifies each alone.
 *
 * All bounded holders but the largest are run, accused by hand. The leaking ones are a choice of 65, so that the whole
 * takes two minutes and a half: one or more of each kind of holder.
 */
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { JudgedFinding, UnflaggedGrowth, VerificationResult } from "../../runtime/verdict/result.js";
import { placeOf, verifyJson } from "./command.js";

interface Truth {
  readonly file: string;
  readonly leaks: boolean;
  readonly kind: string;
  readonly holder: string;
}

const kinds = path.join(import.meta.dirname, "fixtures/kinds");
const truths = JSON.parse(readFileSync(path.join(kinds, "truth.json"), "utf8")) as Truth[];
/** Limits that a run of 4,096 iterations is not taken past. */
const tooLarge: ReadonlySet<string> = new Set([
  "distances-by-stride.mjs",
  "geocodes-of-subclass.mjs",
  "offers-by-json-config.cjs",
  "ring-with-index.mjs",
  "topics-8191.mjs",
]);
const bounded = truths.filter(({ leaks, file }) => !leaks && !tooLarge.has(path.basename(file)));

/** Missed, each with the reason. */
const knownGaps: Readonly<Record<string, string>> = {
  "symbol-registry.mjs": "V8 keeps the registry's symbols under a root that holds all interned strings as well",
};

/** Leaking holders that are left out. */
const leftOut: ReadonlySet<string> = new Set([
  // It records what all others do, so that a batch would measure little else.
  "async-hooks-map.mjs",
  // Each differs little from another.
  "abort-listener-once.mjs",
  "debounce-table.mjs",
  // A batch of them has more places where something piles up than are followed, and one list of timers.
  "frames-concatenated.mjs",
  "generations-chained.mjs",
  "poller-reschedules.mjs",
  "exports-list.cjs",
  "factory-twice.cjs",
  "field-public.mjs",
  "linked-list-tail.mjs",
  "listener-on-global-target.mjs",
  "lru-wrong-key-type.mjs",
  "map-of-arrays.mjs",
  "metrics-labels.mjs",
  "middleware-per-call.mjs",
  "object-replacement.mjs",
  "open-options.mjs",
  "performance-measure.mjs",
  "queue-never-drained.mjs",
  "race-timeout-day.mjs",
  "singleton-closures.mjs",
  "slowing-squares.mjs",
  "static-private.mjs",
  "untrimmed-ring.mjs",
  "waiters-timed-out.mjs",
]);

/** What else holds what a fixture leaks. */
const otherHolders: Readonly<Record<string, RegExp>> = {
  "import-cache.mjs": /#resolveCache/, // Node's own, beside the table of modules
};

const leaking = truths.filter(({ leaks, file }) => leaks && !leftOut.has(nameOf({ file })));

function nameOf({ file }: Pick<Truth, "file">): string {
  return path.basename(file);
}

/** Every n-th, so that holders of one kind are spread over the batches. */
function batchesOf(all: readonly Truth[], count: number): Truth[][] {
  return Array.from({ length: count }, (_, batch) => all.filter((_, index) => index % count === batch));
}

function projectOf(batch: readonly Truth[]): string {
  const folder = mkdtempSync(path.join(realpathSync(tmpdir()), "leakproof-holders-"));
  for (const truth of batch) cpSync(path.join(kinds, truth.file), path.join(folder, nameOf(truth)));
  writeFileSync(path.join(folder, "package.json"), '{ "type": "module" }');
  const imports = batch.map((truth, index) => `import * as subject${index} from "./${nameOf(truth)}";\n`);
  const subjects = batch.map((_, index) => `subject${index}`).join(", ");
  const workload = `${imports.join("")}
const iterations = [${subjects}].map((subject) => (subject.iteration ?? subject.default.iteration));
export async function iteration(i) {
  for (const iterate of iterations) await iterate(i);
}
`;
  writeFileSync(path.join(folder, "workload.mjs"), workload);
  return folder;
}

/** An ESLint report that accuses each holder where its name first stands; some are known by their class alone. */
function accusation(folder: string, batch: readonly Truth[]): string {
  const named = batch.filter((truth) => readFileSync(path.join(kinds, truth.file), "utf8").includes(truth.holder));
  const results = named.map((truth) => ({
    filePath: path.join(folder, nameOf(truth)),
    messages: [
      {
        ruleId: "leakproof/no-grow-only-registry",
        severity: 2,
        message: "accused by hand",
        ...placeOf(folder, nameOf(truth), truth.holder),
      },
    ],
  }));
  writeFileSync(path.join(folder, "lint.json"), JSON.stringify(results));
  return "lint.json";
}

type Growing = JudgedFinding | UnflaggedGrowth;

function growingIn({ findings, unflagged }: VerificationResult): Growing[] {
  return [...findings.filter(({ verdict }) => verdict === "confirmed"), ...unflagged];
}

/** By its file where there is one of the batch's, else by the holder's name. */
function isAbout(growing: Growing, truth: Truth, batch: readonly Truth[]): boolean {
  const { file, holder, chain } = growing;
  const names = new Set(batch.map(nameOf));
  const files = [file, ...chain.map((hop) => hop.file)].filter((name) => name !== null && names.has(name));
  if (files.length > 0) return files.includes(nameOf(truth));
  const texts = [holder?.name ?? "", ...chain.flatMap(({ edge, type }) => [edge, type])];
  return texts.some((text) => text.includes(truth.holder) || (otherHolders[nameOf(truth)]?.test(text) ?? false));
}

const described = ({ file, reason, chain }: Growing): string =>
  `${file ?? ""}: ${reason} (${chain.map(({ edge }) => edge).join(" > ")})`;

// More iterations could only refute more: what is confirmed is confirmed by then.
const LIMITS = ["--iterations", "4096", "--time-budget", "200"];

async function verifyBatch(folder: string, input: readonly string[]): Promise<VerificationResult> {
  return verifyJson([...input, "--workload", "workload.mjs", ...LIMITS], { cwd: folder, timeout: 280_000 });
}

describe.each(batchesOf(bounded, 2).map((batch, index) => ({ batch, name: `batch ${index + 1}` })))(
  "bounded holders, $name",
  ({ batch }) => {
    let folder: string;
    beforeAll(() => {
      folder = projectOf(batch);
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    it("accused by hand, are neither confirmed nor found to grow", { timeout: 300_000 }, async () => {
      const result = await verifyBatch(folder, [accusation(folder, batch)]);
      expect(growingIn(result).map(described)).toEqual([]);
      expect(result.iterations).toBe(4096);
    });
  },
);

describe.each(batchesOf(leaking, 3).map((batch, index) => ({ batch, name: `batch ${index + 1}` })))(
  "leaking holders, $name",
  ({ batch }) => {
    let folder: string;
    let growing: Growing[];
    beforeAll(async () => {
      folder = projectOf(batch);
      growing = growingIn(await verifyBatch(folder, []));
    }, 300_000);
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    const expected = batch.filter((truth) => knownGaps[nameOf(truth)] === undefined);
    it.each(expected)("$kind: $holder of $file is named", (truth) => {
      expect(growing.filter((one) => isAbout(one, truth, batch)).map(described)).not.toEqual([]);
    });

    it("nothing is found to grow that is none of them", () => {
      const others = growing.filter((one) => !batch.some((truth) => isAbout(one, truth, batch)));
      expect(others.map(described)).toEqual([]);
    });
  },
);
