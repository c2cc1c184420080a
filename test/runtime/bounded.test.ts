import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { VerificationResult } from "../../runtime/verdict/result.js";
import { accuse, copyOfFixture, findingsAt, verifyJson } from "./command.js";

/** Bounded by code in another module, so that every linter has to suspect them. */
const boundElsewhere = [
  "lruOf100",
  "lruOf1500",
  "lruOf5000",
  "truncatedQueue",
  "replacedQueue",
  "ring",
  "lazyTable",
  "weakReferences",
  "interned",
  "filledOnce",
  "inFlight",
  "expiring",
  "timestamped",
  "openById",
  "openInOrder",
];

/** Bounded by code beside them: accused by hand, since our own rules may see the bound. */
const boundInSight = [
  "lruOf100",
  "lruOf1500",
  "lruInstance",
  "truncatedQueue",
  "replacedQueue",
  "ring",
  "lazyTable",
  "randomTable",
  "weakNotes",
  "weakReferences",
  "interned",
  "filledAtLoad",
  "filledAtFirstUse",
  "inFlight",
  "expiring",
  "openById",
  "openInOrder",
  "removedByTimer",
  "sweptByInterval",
  "flushedByInterval",
  "removedSoon",
];

describe("holders that are bounded", () => {
  let folder: string;
  let result: VerificationResult & { code: number | null };

  beforeAll(async () => {
    folder = copyOfFixture("bounded");
    const accused = { "hidden.mjs": [...boundElsewhere, "randomTable"], "visible.mjs": boundInSight };
    result = await verifyJson([accuse(folder, accused), "--workload", "workload.mjs"], { cwd: folder });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(boundElsewhere)("%s, bounded by another module, is refuted", (name) => {
    const verdicts = findingsAt(result, folder, "hidden.mjs", name).flatMap(({ holder, verdict }) =>
      holder === null ? [] : [verdict],
    );
    expect(new Set(verdicts)).toEqual(new Set(["refuted"]));
  });

  it("a table of 2,000 random keys is not taken for a leak while it fills", () => {
    const verdicts = findingsAt(result, folder, "hidden.mjs", "randomTable").map(({ verdict }) => verdict);
    expect(verdicts.length).toBeGreaterThan(0);
    expect(verdicts).not.toContain("confirmed");
  });

  it.each(boundInSight)("%s, bounded in its own module, is not confirmed", (name) => {
    const verdicts = findingsAt(result, folder, "visible.mjs", name).map(({ verdict }) => verdict);
    expect(verdicts.length).toBeGreaterThan(0);
    expect(verdicts).not.toContain("confirmed");
  });

  it("nothing here fails a build", () => {
    expect(result.summary.confirmed).toBe(0);
    expect(result.code).toBe(0);
  });
});
