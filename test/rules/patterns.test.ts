import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { lint, type Preset } from "./lint.js";

const PATTERNS = path.resolve(import.meta.dirname, "../patterns");

interface Pattern {
  readonly id: string;
  readonly name: string;
}

const patterns: readonly Pattern[] = JSON.parse(readFileSync(path.join(PATTERNS, "manifest.json"), "utf8"));
const files = readdirSync(PATTERNS);

/** The pairs whose holder is a registry or a cache; the others are for rules of other families. */
const DECIDED = new Map([
  ["01", "no-unbounded-cache"],
  ["02", "no-grow-only-registry"],
  ["05", "no-grow-only-registry"],
  ["06", "no-unbounded-cache"],
  ["08", "no-unbounded-cache"],
  ["09", "no-grow-only-registry"],
  ["10", "no-grow-only-registry"],
  ["12", "no-grow-only-registry"],
  ["13", "no-grow-only-registry"],
  ["14", "no-grow-only-registry"],
  ["16", "no-grow-only-registry"],
  ["17", "no-grow-only-registry"],
  ["18", "no-unbounded-cache"],
  ["20", "no-grow-only-registry"],
  ["40", "no-grow-only-registry"],
  ["60", "no-grow-only-registry"],
]);

/** Their safe twin removes in a function or method of its own, which `strict` leaves to the verifier. */
const REMOVED_ELSEWHERE = new Set(["05", "17", "60"]);

/** What `recommended` reports of the leak twins; the rest have a removal somewhere, or escape. */
const LIKELY = ["01", "05", "06", "08", "09", "10", "12", "13", "14", "20", "40"];

function rulesReported(id: string, twin: "leak" | "safe", preset: Preset): readonly (string | null)[] {
  const file = files.find((name) => name.startsWith(`${id}-`) && name.includes(`.${twin}.`));
  if (!file) throw new Error(`no ${twin} twin of ${id}`);
  const code = readFileSync(path.join(PATTERNS, file), "utf8");
  return lint(code, preset, `src/${file}`).messages.map(({ ruleId }) => ruleId);
}

describe.each(patterns)("$id $name", ({ id }) => {
  const rule = DECIDED.get(id);
  if (rule) {
    it("strict reports the leak", () => expect(rulesReported(id, "leak", "strict")).toEqual([`leakproof/${rule}`]));
  }
  if (LIKELY.includes(id)) {
    it("recommended reports the leak", () => {
      expect(rulesReported(id, "leak", "recommended")).toEqual([`leakproof/${rule}`]);
    });
  }
  it("strict is silent on the safe twin, unless the removal is elsewhere", () => {
    expect(rulesReported(id, "safe", "strict")).toEqual(REMOVED_ELSEWHERE.has(id) ? [`leakproof/${rule}`] : []);
  });
  it("recommended is silent on the safe twin", () => expect(rulesReported(id, "safe", "recommended")).toEqual([]));
});
