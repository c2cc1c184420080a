/** A chain of references as lines of text, without anything that a terminal or a page would take for its own. */
import type { ChainHop } from "../verdict/result.js";
import { harmlessText } from "./harmless-text.js";

const NAME_LENGTH = 160;
const PLACE_LENGTH = 200;
const SENTENCE_LENGTH = 1000;

/** How the hop is reached: `module src/errors.ts`, `log`, `.request`. */
export function hopName({ type, file, edge }: ChainHop): string {
  return type === "module"
    ? `module ${harmlessText(file ?? "", PLACE_LENGTH, "middle")}`
    : harmlessText(edge, NAME_LENGTH);
}

/** What is there: `Array (4,096)`, `LogEntry (src/errors.ts:8) × 4,096`; empty for a module. */
export function hopType(hop: ChainHop): string {
  if (hop.type === "module") return "";
  const size = hop.size === null ? "" : ` (${formatNumber(hop.size)})`;
  const place = hop.flagged || hop.file === null ? "" : ` (${placeText(hop.file, hop.line)})`;
  const count = hop.count > 1 ? ` × ${formatNumber(hop.count)}` : "";
  return `${harmlessText(hop.type, NAME_LENGTH)}${size}${place}${count}`;
}

/** `src/errors.ts:8` */
export function placeText(file: string, line: number | null): string {
  return `${harmlessText(file, PLACE_LENGTH, "middle")}:${line ?? 1}`;
}

/** A reason, a note or a piece of advice: one line. */
export function sentence(text: string): string {
  return harmlessText(text, SENTENCE_LENGTH);
}

/** The chain, a line for each hop, each further to the right, with what they are in one column. */
export function chainLines(chain: readonly ChainHop[]): string[] {
  const rows = chain.map((hop, depth) => ({ hop, left: "  ".repeat(depth) + hopName(hop), right: hopType(hop) }));
  const width = Math.max(0, ...rows.filter(({ right }) => right !== "").map(({ left }) => left.length)) + 2;
  return rows.map(({ hop, left, right }) =>
    [right === "" ? left : left.padEnd(width) + right, ...(hop.flagged ? ["← flagged"] : [])].join("  "),
  );
}

/** The chain in one line: `module src/errors.ts → log: Array (4,096) → [0]: LogEntry × 4,096`. */
export function chainSentence(chain: readonly ChainHop[]): string {
  return chain.map((hop) => [hopName(hop), hopType(hop)].filter((part) => part !== "").join(": ")).join(" → ");
}

export function formatNumber(value: number): string {
  return value.toLocaleString("en-US");
}
