/** Whether a verification told the truth about one version of a case. */
import type { ChainHop, JudgedFinding } from "../../runtime/verdict/result.js";
import { siteFile, type Leak, type Version } from "./cases.js";
import { bindingNames, expectedNames, lastName, namesOfHop } from "./names.js";
import type { Verification } from "./verify-case.js";

/** What growth was told by: the verdict on a finding, or as growth that no finding explains. */
export type Means = "finding" | "unflagged";

/** A finding or an unflagged growth. */
export type Told = Pick<JudgedFinding, "verdict" | "reason" | "chain" | "holder" | "fingerprint"> & {
  readonly means: Means;
  /** Null where no source is known. */
  readonly file: string | null;
  readonly line: number | null;
};

/**
 * How something told is known to be about the case's holder: it is at a leak site's line or has its name there, its
 * chain has the name of what a leak site binds or of a holder of the expected chain, or (unflagged growth alone) its
 * chain passes an object that a leak site's file made.
 */
export type Tie = "site" | "binding" | "expected chain" | "made there";

export type TiedTold = Told & { readonly tie: Tie };

export interface Judgement {
  readonly leak: Leak;
  readonly version: Version;
  readonly verification: Verification;
  /** Leaky: the holder is confirmed. Fixed: it is not. */
  readonly isRight: boolean;
  /** Confirmed at the case's holder, findings first. */
  readonly atHolder: readonly TiedTold[];
  /** All findings at a leak site, whatever the verdict. */
  readonly suspects: readonly Told[];
  /** Confirmed, and about something else. */
  readonly elsewhere: readonly Told[];
  /** All that was told. */
  readonly all: readonly Told[];
  /** What a right answer lacks. */
  readonly shortfalls: readonly string[];
}

export function judge(leak: Leak, version: Version, verification: Verification): Judgement {
  const all = verification.kind === "result" ? toldBy(verification.result) : [];
  const findings = all.filter(({ means }) => means === "finding");
  const suspects = findings.filter((told) => isAtSite(leak, version, told));
  const confirmed = all.filter(({ verdict }) => verdict === "confirmed");
  const ties = new Map(confirmed.map((told) => [told, tieOf(leak, version, told)]));
  const atHolder = confirmed.flatMap((told) => {
    const tie = ties.get(told) ?? null;
    return tie === null ? [] : [{ ...told, tie }];
  });
  const isHolderConfirmed = atHolder.length > 0;
  return {
    leak,
    version,
    verification,
    isRight: verification.kind !== "failed" && isHolderConfirmed === (version === "leaky"),
    atHolder,
    suspects,
    elsewhere: confirmed.filter((told) => ties.get(told) === null),
    all,
    shortfalls: version === "leaky" ? shortfallsOf(suspects, atHolder) : [],
  };
}

/** One line that names what a finding or growth is about, and where. */
export function placeOf({ file, line, holder }: Told): string {
  const place = file === null ? null : line === null ? file : `${file}:${line}`;
  return [place, holder?.name].filter(Boolean).join(" ");
}

/** A chain in one line. */
export function chainText(chain: readonly ChainHop[]): string {
  return chain
    .map(({ edge, type, file, count, flagged }) => {
      const what = edge === "module" ? `module ${file ?? ""}` : `${edge} ${type}`;
      return `${what}${count > 1 ? ` × ${count}` : ""}${flagged ? " ←" : ""}`;
    })
    .join(" → ");
}

function toldBy({ findings, unflagged }: Extract<Verification, { kind: "result" }>["result"]): readonly Told[] {
  return [
    ...findings.map((finding) => ({ ...finding, means: "finding" as const })),
    ...unflagged.map((growth) => ({ ...growth, means: "unflagged" as const })),
  ];
}

function shortfallsOf(suspects: readonly Told[], atHolder: readonly TiedTold[]): readonly string[] {
  const byFinding = atHolder.filter(({ means }) => means === "finding");
  const shortfalls: string[] = [];
  if (suspects.length > 0 && atHolder.length > 0 && byFinding.length === 0)
    shortfalls.push("flagged, confirmed only as unflagged");
  if (byFinding.length > 0 && !byFinding.some(({ chain }) => chain.some(({ flagged }) => flagged)))
    shortfalls.push("confirmed by a finding whose chain does not mark it");
  return shortfalls;
}

function tieOf(leak: Leak, version: Version, told: Told): Tie | null {
  const isFinding = told.means === "finding";
  if (isFinding && isAtSite(leak, version, told)) return "site";
  const names = [...told.chain.flatMap(namesOfHop), lastName(told.holder?.name ?? "")];
  const isNamed = (known: ReadonlySet<string>): boolean => names.some((name) => known.has(name));
  if (isNamed(bindingNames(leak))) return "binding";
  if (isNamed(expectedNames(leak))) return "expected chain";
  return !isFinding && passesSite(leak, told.chain) ? "made there" : null;
}

/** At a leak site's line, or of the same name in the same file. The fixed version has other lines. */
function isAtSite(leak: Leak, version: Version, { file, line, holder }: Told): boolean {
  return leak.leakSites.some((site) => {
    if (!isSiteFile(leak, site.file, file)) return false;
    const name = lastName(site.binding);
    return (version === "leaky" && line === site.line) || (name !== "" && lastName(holder?.name ?? "") === name);
  });
}

/** Whether a chain passes an object that a leak site's file made. Its module is none, nor are the module's own functions. */
function passesSite(leak: Leak, chain: readonly ChainHop[]): boolean {
  return chain.some(({ type, file }, index) => {
    const isOfModule = type === "module" || (type.startsWith("function") && chain[index - 1]?.type === "module");
    return !isOfModule && leak.leakSites.some((site) => isSiteFile(leak, site.file, file));
  });
}

function isSiteFile(leak: Leak, site: string, file: string | null): boolean {
  return file?.endsWith(siteFile(leak, site)) ?? false;
}
