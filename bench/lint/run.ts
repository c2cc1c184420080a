/**
 * Lint cost: what the presets, each rule, and comparable plugins add to the time that ESLint takes to parse, on two
 * pinned code bases (`@typescript-eslint/parser` without type information).
 *
 *   npm run bench:lint                            all of it, three passes
 *   npm run bench:lint -- --passes <n>
 *   npm run bench:lint -- --no-peers              ours alone
 *   npm run bench:lint -- --source <name> …       other sources of bench/noise/sources.json, by the start of their name
 *   npm run bench:lint -- --git <folder>          where the git directories of those that are repositories lie
 *
 * Only the ratio of times from the same pass is compared: it hardly depends on how busy the machine is.
 */
import { parseArgs } from "node:util";
import type { SourceFile } from "../noise/source-files.js";
import { lineCount } from "../noise/source-files.js";
import { filesOf, labelOf, sources } from "../noise/sources.js";
import { measure, spreadOf, type Spread, type Times } from "./measure.js";
import { peerSets } from "./peers.js";
import { aloneSets, presetSets, type RuleSet } from "./rule-sets.js";
import { table } from "./table.js";

const DEFAULT_SOURCES = ["@theia/plugin-ext@", "maplibre-gl@"];
/** Files linted before anything is measured, for the compiler to warm up. */
const WARM_UP_FILES = 80;
/** Shares of parse time. */
const PRESET_TARGETS: Readonly<Record<string, number>> = { "leakproof recommended": 0.03, "leakproof strict": 0.05 };
const RULE_TARGET = 0.01;

const { values: options } = parseArgs({
  allowNegative: true,
  options: {
    passes: { type: "string", default: "3" },
    peers: { type: "boolean", default: true },
    source: { type: "string", multiple: true, default: DEFAULT_SOURCES },
    git: { type: "string", multiple: true, default: [] },
  },
});

interface CodeBase {
  readonly name: string;
  readonly files: readonly SourceFile[];
  readonly kiloLines: number;
}

const codeBases = sources
  .filter((source) => options.source.some((name) => labelOf(source).startsWith(name)))
  .map((source): CodeBase => {
    const files = [...(filesOf(source, options.git) ?? [])];
    return {
      name: labelOf(source),
      files,
      kiloLines: files.reduce((sum, { text }) => sum + lineCount(text), 0) / 1000,
    };
  })
  .filter(({ files }) => files.length > 0);
if (codeBases.length === 0) throw new Error(`none of these sources could be read: ${options.source.join(", ")}`);
const comparedSets = [...presetSets, ...(options.peers ? await peerSets() : [])];
const sets = [...comparedSets, ...aloneSets];

for (const { files } of codeBases) for (const set of sets) measure(set, files.slice(0, WARM_UP_FILES));
const passes = new Map<string, Times[]>();
for (let pass = 1; pass <= Number(options.passes); pass++) {
  for (const codeBase of codeBases) {
    // Another set goes first in each pass: the heap it starts with is the smallest.
    for (const set of [...sets.slice(pass), ...sets.slice(0, pass)]) {
      const times = measure(set, codeBase.files);
      timesOf(set, codeBase).push(times);
      console.error(`pass ${pass}: ${codeBase.name}, ${set.name}: ${percent(times.rules / times.parse)} of parsing`);
    }
  }
}

for (const { name, kiloLines, files } of codeBases)
  console.log(`${name}: ${kiloLines.toFixed(1)} kLOC in ${files.length} files`);
console.log(`\nTime of the rules over time of parsing, ${options.passes} passes\n`);
console.log(
  table(
    ["rule set", "code base", "rules", "median", "least", "greatest", "parse ms/kLOC", "rules ms/kLOC", "target", ""],
    comparedSets.flatMap((set) => codeBases.map((codeBase) => setRow(set, codeBase))),
  ),
);
console.log(`\nEach of our rules, as a share of the time of parsing: charged in \`strict\`, and alone\n`);
console.log(
  table(
    ["rule", "code base", "in strict", "alone", "least", "greatest", "target", ""],
    aloneSets.flatMap((set) => codeBases.map((codeBase) => ruleRow(set, codeBase))),
  ),
);

function timesOf(set: RuleSet, codeBase: CodeBase): Times[] {
  const key = `${set.name} ${codeBase.name}`;
  const known = passes.get(key) ?? [];
  passes.set(key, known);
  return known;
}

function setRow(set: RuleSet, codeBase: CodeBase): string[] {
  const times = timesOf(set, codeBase);
  const ratio = ratioOf(times);
  const perKiloLine = (part: "parse" | "rules"): string =>
    (spreadOf(times.map((pass) => pass[part])).median / codeBase.kiloLines).toFixed(2);
  const ruleCount = String(times[0]?.byRule.size ?? 0);
  return [
    set.name,
    codeBase.name,
    ruleCount,
    ...spreadCells(ratio),
    perKiloLine("parse"),
    perKiloLine("rules"),
    ...targetCells(ratio, PRESET_TARGETS[set.name]),
  ];
}

function ruleRow(set: RuleSet, codeBase: CodeBase): string[] {
  const [, strict] = presetSets;
  const charged = strict
    ? spreadOf(timesOf(strict, codeBase).map(({ byRule, parse }) => (byRule.get(set.name) ?? 0) / parse))
    : null;
  const alone = ratioOf(timesOf(set, codeBase));
  return [
    set.name,
    codeBase.name,
    charged ? percent(charged.median) : "",
    ...spreadCells(alone),
    ...targetCells(alone, RULE_TARGET),
  ];
}

function ratioOf(times: readonly Times[]): Spread {
  return spreadOf(times.map(({ rules, parse }) => rules / parse));
}

function spreadCells({ median, least, greatest }: Spread): string[] {
  return [median, least, greatest].map(percent);
}

function targetCells({ median }: Spread, target: number | undefined): string[] {
  if (target === undefined) return ["", ""];
  return [percent(target), median <= target ? "ok" : "over"];
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
