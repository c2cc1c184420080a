import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { formatSarif } from "../../../runtime/report/sarif.js";
import { compareBaseline } from "../../../runtime/verdict/baseline.js";
import type { VerificationResult } from "../../../runtime/verdict/result.js";
import { hostileTexts } from "./hostile-text.js";
import { cleared, context, finding, hop, result, unflagged } from "./results.js";
import { sarifSchema } from "./sarif-schema.js";

const validate = new Ajv({ strict: true, strictRequired: false, allErrors: true }).compile(sarifSchema);

interface Location {
  readonly id?: number;
  readonly physicalLocation: {
    readonly artifactLocation: { readonly uri: string; readonly uriBaseId?: string };
    readonly region: unknown;
  };
  readonly message?: { readonly text: string };
}

interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations: readonly Location[];
  readonly codeFlows?: readonly { threadFlows: readonly { locations: readonly { location: Location }[] }[] }[];
  readonly relatedLocations?: readonly Location[];
  readonly partialFingerprints?: Readonly<Record<string, string>>;
  readonly baselineState?: string;
}

interface Run {
  readonly tool: { readonly driver: { readonly rules: readonly Readonly<Record<string, unknown>>[] } };
  readonly automationDetails: { readonly id: string };
  readonly results: readonly Result[];
}

function runOf(run: VerificationResult, more: Partial<typeof context> = {}): Run {
  const log: { runs: Run[] } = JSON.parse(formatSarif(run, { ...context, ...more }));
  validate(log);
  expect(validate.errors ?? []).toEqual([]);
  const [first] = log.runs;
  if (first === undefined) throw new Error("no run");
  return first;
}

const resultsOf = (run: VerificationResult, more?: Partial<typeof context>): readonly Result[] =>
  runOf(run, more).results;

describe("SARIF", () => {
  it("has leaks as errors and what was not decided as notes, and nothing else", () => {
    const others = (["refuted", "not-exercised", "unretained", "inconclusive"] as const).map((verdict) =>
      cleared({ verdict, fingerprint: null }),
    );
    const run = runOf(result({ findings: [finding(), ...others], unflagged: [unflagged()] }));
    expect(run.results.map(({ ruleId, level }) => [ruleId, level])).toEqual([
      ["leakproof/no-grow-only-registry", "error"],
      ["leakproof/no-grow-only-registry", "note"],
      ["leakproof/unflagged", "error"],
    ]);
    expect(run.automationDetails.id).toBe("leakproof/bench/orders.mjs/");
    const { rules } = run.tool.driver;
    for (const { ruleId, ruleIndex } of run.results) expect(rules[ruleIndex]?.["id"]).toBe(ruleId);
    expect(rules[0]).toMatchObject({
      shortDescription: { text: "Disallow collections that are never cleared" },
      helpUri: "https://example.org/no-grow-only-registry.md",
    });
  });

  it("names all hops in the message, and has a place for each hop that has one", () => {
    const [leak] = resultsOf(result());
    expect(leak?.message.text).toContain(
      "Kept by: module src/errors.ts → log: Array (4,096) → [0]: LogEntry (src/errors.ts:8) × 4,096 → .request: Request",
    );
    expect(leak?.locations).toEqual([
      {
        physicalLocation: {
          artifactLocation: { uri: "src/errors.ts", uriBaseId: "%SRCROOT%" },
          region: { startLine: 14, startColumn: 7 },
        },
      },
    ]);
    const flow = leak?.codeFlows?.[0]?.threadFlows[0]?.locations.map(({ location }) => location.message?.text);
    expect(flow).toEqual([
      "module src/errors.ts",
      "log: Array (4,096)",
      "[0]: LogEntry (src/errors.ts:8) × 4,096",
      ".request: Request (src/request.ts:7)",
      ".connection: Connection (src/connection.ts:3)",
    ]);
    expect(leak?.relatedLocations?.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5]);
  });

  it("knows a leak again when its lines move, and two of one kind apart", () => {
    const moved = result({
      findings: [finding({ line: 99, column: 1 }), finding({ line: 120 })],
      unflagged: [unflagged()],
    });
    const names = (run: VerificationResult) =>
      resultsOf(run).map(({ partialFingerprints }) => partialFingerprints?.["primaryLocationLineHash"]);
    expect(names(result({ findings: [finding()], unflagged: [unflagged()] }))).toEqual(["f00d:1", "babe:1"]);
    expect(names(moved)).toEqual(["f00d:1", "f00d:2", "babe:1"]);
  });

  it("has paths of the repository as URIs", () => {
    const uris = (file: string | null, more?: Partial<typeof context>) =>
      resultsOf(result({ findings: [], unflagged: [unflagged({ file, line: null, column: null })] }), more).map(
        ({ locations }) => locations[0]?.physicalLocation.artifactLocation,
      );
    const inRoot = (uri: string) => [{ uri, uriBaseId: "%SRCROOT%" }];
    expect(uris("src/a b#c?%20.ts")).toEqual(inRoot("src/a%20b%23c%3F%2520.ts"));
    expect(uris("src/a.ts", { sourceRoot: "/home/me" })).toEqual(inRoot("shop/src/a.ts"));
    expect(uris("../lib/a.ts", { sourceRoot: "/home/me" })).toEqual(inRoot("lib/a.ts"));
    if (process.platform !== "win32") expect(uris("../lib/a.ts")).toEqual([{ uri: "file:///home/me/lib/a.ts" }]);
    // What has no place stands at the workload.
    expect(uris(null)).toEqual(inRoot("bench/orders.mjs"));
  });

  it("tells what a baseline knows", () => {
    const run = compareBaseline(result({ unflagged: [unflagged()] }), result(), "earlier.json");
    expect(resultsOf(run).map(({ baselineState }) => baselineState)).toEqual(["unchanged", "new"]);
  });

  it.each(hostileTexts)("takes any name (%#)", (text) => {
    const chain = [hop(text, "module", { file: text }), hop(`[here](1)${text}`, text, { file: text, line: 3 })];
    const more = {
      file: text,
      message: text,
      reason: `[here](1)${text}`,
      note: text,
      advice: text,
      chain,
      fingerprint: text,
    };
    const [leak, other] = resultsOf(
      result({ workload: text, findings: [finding(more)], unflagged: [unflagged(more)] }),
    );
    for (const message of [
      leak?.message.text,
      other?.message.text,
      leak?.relatedLocations?.at(-1)?.message?.text ?? "",
    ]) {
      expect(message?.length).toBeLessThan(6000);
      // Not a link of SARIF's.
      expect(message).not.toContain("](");
    }
  });
});
