/**
 * What a run found out about the file that is linted: where its verdicts stand in the current text, and which reports
 * they make needless.
 */
import path from "node:path";
import type { TSESLint, TSESTree } from "@typescript-eslint/utils";
import { factsAt } from "../facts.js";
import type { SourceCode } from "../syntax.js";
import { asVerified } from "./as-verified.js";
import { currentPlaces } from "./current-code.js";
import type { VerdictEntry } from "./format.js";
import { FRESH_MS, nearestVerdictFile, verdictFileAt, type VerdictFile } from "./nearest.js";

export const CONFIRMED_RULE = "no-confirmed-leak";

/** What of a rule's context tells which file is linted, and under which settings. */
interface Linted {
  readonly filename: string;
  readonly cwd: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** What was found out about one file. */
export type FileVerdicts =
  | { readonly kind: "broken"; readonly path: string }
  | {
      readonly kind: "entries";
      /** As the entries name it. */
      readonly file: string;
      readonly entries: readonly VerdictEntry[];
    };

export interface JudgedPlace {
  readonly entry: VerdictEntry;
  readonly loc: TSESTree.SourceLocation;
}

/** The answer given last: every rule asks for the same file, one right after the other. */
const latest = {
  filename: "",
  cwd: "",
  settings: null as unknown,
  until: 0,
  verdicts: null as FileVerdicts | null,
};

/** What is known of the linted file; null where no verdict file names it, or where the settings say not to look. */
export function verdictsOn({ filename, cwd, settings }: Linted): FileVerdicts | null {
  const now = performance.now();
  const isLatest = latest.filename === filename && latest.cwd === cwd && latest.settings === settings;
  if (isLatest && now <= latest.until) return latest.verdicts;
  const verdicts = lookUp(
    path.isAbsolute(filename) ? filename : path.resolve(cwd, filename),
    cwd,
    settings["leakproof"],
  );
  Object.assign(latest, { filename, cwd, settings, until: now + FRESH_MS, verdicts });
  return verdicts;
}

function lookUp(filename: string, cwd: string, settings: unknown): FileVerdicts | null {
  const given: unknown = typeof settings === "object" && settings !== null ? Reflect.get(settings, "verdicts") : null;
  if (given === false) return null;
  const nearest =
    typeof given === "string" ? verdictFileAt(path.resolve(cwd, given)) : nearestVerdictFile(path.dirname(filename));
  return nearest && verdictsIn(nearest, filename);
}

function verdictsIn({ path: verdictPath, root, entries }: VerdictFile, filename: string): FileVerdicts | null {
  if (entries === null) return { kind: "broken", path: verdictPath };
  const file = path.relative(root, filename).replaceAll("\\", "/");
  const own = entries.get(file);
  return own ? { kind: "entries", file, entries: own } : null;
}

// One for each file that was judged and is being linted; most files are neither.
const placesByFile = new WeakMap<SourceCode, readonly JudgedPlace[]>();

/** Where the judged code of a file stands now. Code that has changed since is nowhere. */
export function judgedPlaces(sourceCode: SourceCode, verdicts: FileVerdicts): readonly JudgedPlace[] {
  if (verdicts.kind === "broken") return [];
  const known = placesByFile.get(sourceCode);
  if (known) return known;
  const verified = asVerified(sourceCode);
  const places = verdicts.entries.flatMap((entry) =>
    currentPlaces(verified, entry).map((loc): JudgedPlace => ({ entry, loc })),
  );
  placesByFile.set(sourceCode, places);
  return places;
}

/** Files in which `no-confirmed-leak` is at work: what it reports there, no other rule need report. */
const showsConfirmed = new WeakSet<SourceCode>();

/** To be called when `no-confirmed-leak` begins a file: rules begin before any of them reports. */
export function showConfirmed(sourceCode: SourceCode): void {
  showsConfirmed.add(sourceCode);
}

/** The part of ESLint's context that our rules use. */
export type RuleView<MessageIds extends string, Options extends readonly unknown[]> = Pick<
  Readonly<TSESLint.RuleContext<MessageIds, Options>>,
  "sourceCode" | "filename" | "cwd" | "report" | "settings"
>;

/**
 * The context of a rule, whose `report` passes over what a run has refuted, and what `no-confirmed-leak` reports at the
 * same place. The context itself where nothing was judged in the file.
 */
export function withVerdicts<MessageIds extends string, Options extends readonly unknown[]>(
  rule: string,
  context: Readonly<TSESLint.RuleContext<MessageIds, Options>>,
): RuleView<MessageIds, Options> {
  const verdicts = rule === CONFIRMED_RULE ? null : verdictsOn(context);
  if (verdicts?.kind !== "entries") return context;
  const { sourceCode, filename, cwd, settings } = context;
  return {
    sourceCode,
    filename,
    cwd,
    settings,
    report(descriptor) {
      const start = startOf(descriptor);
      if (start && isSettled(sourceCode, verdicts, rule, start)) return;
      context.report(descriptor);
    },
  };
}

function startOf<MessageIds extends string>(
  descriptor: TSESLint.ReportDescriptor<MessageIds>,
): TSESTree.Position | null {
  if (!("loc" in descriptor)) return descriptor.node.loc.start;
  return "start" in descriptor.loc ? descriptor.loc.start : descriptor.loc;
}

function isSettled(
  sourceCode: SourceCode,
  verdicts: FileVerdicts & { readonly kind: "entries" },
  rule: string,
  start: TSESTree.Position,
): boolean {
  const here = judgedPlaces(sourceCode, verdicts).filter(
    ({ loc }) => loc.start.line === start.line && loc.start.column === start.column,
  );
  if (here.length === 0) return false;
  if (here.some(({ entry }) => entry.verdict === "confirmed")) return showsConfirmed.has(sourceCode);
  if (here.some(({ entry }) => entry.rule === rule)) return true;
  // The verifier judges a holder that several rules accuse once.
  const place = { line: start.line, column: start.column + 1 };
  // `factsAt` takes ESLint's own type of source code.
  const facts = factsAt(asVerified(sourceCode) as never, rule, place, verdicts.file);
  return facts !== null && here.some(({ entry }) => entry.holder === facts.name);
}
