import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Verdict, VerificationResult } from "../../runtime/verdict/result.js";
import { accuse, copyOfFixture, findingsAt, project, verifyJson } from "./command.js";

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

/** Bounded by code beside them: accused by hand, since our own rules see the bound. */
const boundInSight = [
  "lruOf100",
  "lruOf1500",
  "truncatedQueue",
  "replacedQueue",
  "ring",
  "lazyTable",
  "weakReferences",
  "interned",
  "filledAtFirstUse",
  "inFlight",
  "openById",
  "openInOrder",
  "removedSoon",
  "expiring",
];

/** Bounded, but by what a short run does not show, or by a class or a type that no rule takes for a holder. */
const hardToTell = [
  "lruInstance",
  "randomTable",
  "weakNotes",
  "filledAtLoad",
  "removedByTimer",
  "sweptByInterval",
  "flushedByInterval",
];

describe("holders that are bounded", () => {
  let folder: string;
  let result: VerificationResult & { code: number | null };

  beforeAll(async () => {
    folder = copyOfFixture("bounded");
    const accused = {
      "hidden.mjs": [...boundElsewhere, "randomTable"],
      "visible.mjs": [...boundInSight, ...hardToTell],
    };
    result = await verifyJson([accuse(folder, accused), "--workload", "workload.mjs", "--time-budget", "110"], {
      cwd: folder,
    });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const verdictsOn = (file: string, name: string): readonly Verdict[] =>
    findingsAt(result, folder, file, name).flatMap(({ holder, verdict }) => (holder === null ? [] : [verdict]));

  it.each(boundElsewhere)("%s, bounded by another module, is refuted", (name) => {
    expect(verdictsOn("hidden.mjs", name)).toContain("refuted");
  });

  it.each(boundInSight)("%s, bounded in its own module, is refuted", (name) => {
    expect(verdictsOn("visible.mjs", name)).toContain("refuted");
  });

  it.each(hardToTell)("%s is not confirmed", (name) => {
    const verdicts = findingsAt(result, folder, "visible.mjs", name).map(({ verdict }) => verdict);
    expect(verdicts.length).toBeGreaterThan(0);
    expect(verdicts).not.toContain("confirmed");
  });

  it("a table of 2,000 random keys is not taken for a leak while it fills", () => {
    expect(verdictsOn("hidden.mjs", "randomTable")).toHaveLength(1);
    expect(verdictsOn("hidden.mjs", "randomTable")).not.toContain("confirmed");
  });

  it("nothing here fails a build", () => {
    expect(result.summary.confirmed).toBe(0);
    expect(result.code).toBe(0);
  });
});

it("what expires below a holder that does not grow itself is not confirmed", async () => {
  const folder = project({
    "sessions.mjs": `const byTenant = new Map([["a", new Map()]]);
export function open(id, at) { byTenant.get("a").set(id, { at, user: { id } }); }
export function tenants() { return byTenant; }
`,
    "workload.mjs": `import { open, tenants } from "./sessions.mjs";
export function iteration(i) {
  const now = Date.now();
  open(i, now);
  for (const sessions of tenants().values())
    for (const [id, { at }] of sessions) {
      if (now - at < 300_000) break;
      sessions.delete(id);
    }
}
`,
  });
  const { findings } = await verifyJson(["sessions.mjs", "--workload", "workload.mjs"], { cwd: folder });
  expect(findings).toMatchObject([{ holder: { name: "byTenant" }, verdict: "refuted" }]);
});
