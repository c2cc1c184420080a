/** What a reader of the code said of each `recommended` finding. */
import { readFileSync } from "node:fs";
import path from "node:path";
import type { Finding } from "./snapshot.js";

/** `real`: it grows as long as the program runs. `arguable`: it can, in some uses. `wrong`: it cannot. */
export const OPINIONS = ["real", "arguable", "wrong"] as const;
export type Opinion = (typeof OPINIONS)[number];

/**
 * One judgement covers all findings of the same rule about the same holder in a file, since lines may move; those in one
 * function, where it names it.
 */
export interface Judgement {
  /** `mongodb@7.9.0`. */
  readonly source: string;
  readonly file: string;
  readonly rule: string;
  /** As the facts name it, else the reported text. */
  readonly holder: string;
  /** The functions and classes around it, as in reports. */
  readonly within?: string;
  readonly opinion: Opinion;
  /** One line. */
  readonly reason: string;
}

export interface Judged {
  readonly finding: Finding;
  readonly judgement: Judgement;
}

export interface Review {
  readonly judged: readonly Judged[];
  readonly unjudged: readonly { readonly source: string; readonly finding: Finding }[];
  /** Judgements of findings that there are no more. */
  readonly stale: readonly Judgement[];
}

/** @throws when an entry's opinion is none of the three, or its reason is missing */
export function readJudgements(): readonly Judgement[] {
  const judgements = JSON.parse(readFileSync(path.join(import.meta.dirname, "judgements.json"), "utf8")) as Judgement[];
  const bad = judgements.find(({ opinion, reason }) => !OPINIONS.includes(opinion) || reason.trim() === "");
  if (bad)
    throw new Error(
      `judgements.json: ${keyOf(bad)}: an opinion of ${OPINIONS.join(", ")} and a one-line reason are needed`,
    );
  return judgements;
}

/** @param findings of `recommended`, for each source that was linted */
export function review(judgements: readonly Judgement[], findings: ReadonlyMap<string, readonly Finding[]>): Review {
  const byKey = new Map(judgements.map((judgement) => [keyOf(judgement), judgement]));
  const judged: Judged[] = [];
  const unjudged: Review["unjudged"][number][] = [];
  for (const [source, list] of findings) {
    for (const finding of list) {
      const { file, rule, holder, within } = finding;
      const about = { source, file, rule, holder };
      const judgement = byKey.get(keyOf({ ...about, within })) ?? byKey.get(keyOf(about));
      if (judgement) judged.push({ finding, judgement });
      else unjudged.push({ source, finding });
    }
  }
  const used = new Set(judged.map(({ judgement }) => judgement));
  const stale = judgements.filter((judgement) => findings.has(judgement.source) && !used.has(judgement));
  return { judged, unjudged, stale };
}

/** Entries for `judgements.json` that lack only the opinion and the reason. */
export function drafts(unjudged: Review["unjudged"]): string {
  const entries = new Map(
    unjudged.map(({ source, finding: { file, rule, holder, within } }) => {
      const about = { source, file, rule, holder };
      const isElsewhereToo = unjudged.some(
        ({ source: other, finding }) =>
          keyOf({ source: other, ...finding, within: "" }) === keyOf({ ...about, within: "" }) &&
          finding.within !== within,
      );
      const entry = { ...about, ...(isElsewhereToo ? { within } : {}), opinion: "", reason: "" };
      return [keyOf(entry), entry];
    }),
  );
  return JSON.stringify([...entries.values()], null, 2);
}

type Subject = Pick<Judgement, "source" | "file" | "rule" | "holder" | "within">;

function keyOf({ source, file, rule, holder, within }: Subject): string {
  return [source, file, rule, holder, within ?? "everywhere"].join(" ");
}
