/** What the page of a result shows: all text of the program harmless, and short enough to be read. */
import type { Leak } from "../verdict/baseline.js";
import type { ChainHop, Growth, VerificationResult } from "../verdict/result.js";
import { formatRate } from "../verdict/words.js";
import { formatNumber, hopName, placeText, sentence } from "./chain-text.js";
import { SourceFrames, type CodeFrame } from "./code-frame.js";
import { isSourceFile, UNFLAGGED_PAGE, type ReportContext } from "./context.js";
import { mostImportantFirst, statusOf } from "./entries.js";
import { harmlessText } from "./harmless-text.js";
import { formatBytes } from "./pretty.js";

const TYPE_LENGTH = 100;
/** A chart of this many points is as wide as the page. */
const MOST_POINTS = 400;

/** `unflagged` and `known` are no verdicts of findings, and are filtered like them. */
export const statuses = [
  "confirmed",
  "unflagged",
  "known",
  "inconclusive",
  "refuted",
  "not-exercised",
  "unretained",
] as const;

export interface PageEntry {
  readonly status: string;
  readonly place: string;
  readonly reason: string;
  readonly rule: string;
  readonly url: string;
  readonly message: string;
  readonly holder: string;
  readonly note: string;
  readonly advice: string;
  readonly rate: string;
  readonly bytes: string;
  /** Iteration and size. */
  readonly points: readonly (readonly [number, number])[];
  readonly chain: readonly PageHop[];
  /** Its place's index among the frames; −1 where the source could not be read. */
  readonly frame: number;
}

export interface PageHop {
  readonly name: string;
  /** Empty for a module. */
  readonly type: string;
  readonly place: string;
  readonly details: string;
  readonly kind: "module" | "object";
  readonly isFlagged: boolean;
  readonly count: number;
  readonly frame: number;
}

export interface PageContent {
  readonly entries: readonly PageEntry[];
  readonly frames: readonly (CodeFrame & { readonly place: string })[];
  /** Iteration, then resident and used bytes, then objects. */
  readonly series: readonly (readonly [number, number, number, number | null])[];
}

/** Leaks that keep the most first, then what is known, could not be decided, and is none. */
export function pageContent(result: VerificationResult, context: ReportContext): PageContent {
  const frames = new FrameList(context.workingDirectory);
  const all: Leak[] = mostImportantFirst<Leak>([...result.findings, ...result.unflagged]);
  const rank = (leak: Leak): number => {
    const status = statusOf(result, leak);
    return status === "unflagged" ? 0 : statuses.findIndex((known) => known === status);
  };
  const sorted = all.sort((left, right) => rank(left) - rank(right));
  return {
    entries: sorted.map((leak) => entryOf(leak, statusOf(result, leak), frames, context)),
    frames: frames.all,
    series: thinned(result.series).map(({ iteration, rss, heapUsed, objects }) => [iteration, rss, heapUsed, objects]),
  };
}

class FrameList {
  readonly all: (CodeFrame & { readonly place: string })[] = [];
  readonly #sources: SourceFrames;
  readonly #known = new Map<string, number>();

  constructor(workingDirectory: string) {
    this.#sources = new SourceFrames(workingDirectory);
  }

  indexOf(file: string | null, line: number | null, column: number | null): number {
    if (!isSourceFile(file) || line === null) return -1;
    const place = `${file}:${line}`;
    let index = this.#known.get(place);
    if (index === undefined) {
      const frame = this.#sources.around(file, line, column);
      index = frame === null ? -1 : this.all.push({ ...frame, place: placeText(file, line) }) - 1;
      this.#known.set(place, index);
    }
    return index;
  }
}

function entryOf(leak: Leak, status: string, frames: FrameList, { rules }: ReportContext): PageEntry {
  const { file, line, column, growth, holder } = leak;
  const frame = frames.indexOf(file, line, column);
  const page = "ruleId" in leak ? rules.get(leak.ruleId) : UNFLAGGED_PAGE;
  return {
    status,
    place: file === null ? "" : `${placeText(file, line)}${column === null ? "" : `:${column}`}`,
    reason: sentence(leak.reason),
    rule: "ruleId" in leak ? sentence(leak.ruleId) : "no finding explains it",
    url: page?.url.startsWith("https://") === true ? page.url : "",
    message: sentence(leak.message),
    holder: holder === null ? "" : holderText(harmlessText(holder.type ?? holder.kind, TYPE_LENGTH), holder.size),
    note: leak.note === null ? "" : sentence(leak.note),
    advice: leak.advice === null ? "" : sentence(leak.advice),
    rate: growth === null ? "" : rateText(growth, leak.verdict),
    bytes: growth?.bytesPerIteration ? `${formatBytes(growth.bytesPerIteration)} per iteration` : "",
    points: growth === null ? [] : growth.checkpoints.map(({ iteration, size }) => [iteration, size]),
    chain: leak.chain.map((hop) => hopOf(hop, leak, frame, frames)),
    frame,
  };
}

function holderText(type: string, size: number | null): string {
  return size === null ? type : `${type} (${formatNumber(size)})`;
}

function rateText({ perIteration }: Growth, verdict: string): string {
  return verdict === "confirmed" || verdict === "inconclusive" ? formatRate(perIteration) : "";
}

function hopOf(hop: ChainHop, leak: Leak, ownFrame: number, frames: FrameList): PageHop {
  const isModule = hop.type === "module";
  const details = [
    ...(hop.size === null ? [] : [`${formatNumber(hop.size)} entries`]),
    ...(hop.count > 1 ? [`× ${formatNumber(hop.count)}`] : []),
    ...(hop.retainedBytes === null ? [] : [`${formatBytes(hop.retainedBytes)} retained`]),
  ];
  // Where a holder is declared is the finding's own place, or as good.
  const isOwn = hop.flagged && (hop.file === null || (hop.file === leak.file && hop.line === leak.line));
  return {
    name: hopName(hop),
    type: isModule ? "" : harmlessText(hop.type, TYPE_LENGTH),
    place: isModule || !isSourceFile(hop.file) ? "" : placeText(hop.file, hop.line),
    details: details.join(" · "),
    kind: isModule ? "module" : "object",
    isFlagged: hop.flagged,
    count: hop.count,
    frame: isOwn ? ownFrame : frames.indexOf(hop.file, hop.line, null),
  };
}

function thinned<Sample>(samples: readonly Sample[]): Sample[] {
  const step = Math.max(1, Math.ceil(samples.length / MOST_POINTS));
  return samples.filter((_, index) => index % step === 0 || index === samples.length - 1);
}
