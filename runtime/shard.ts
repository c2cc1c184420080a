/** Which of the findings one of several runs judges, so that together they judge all. */
import { createHash } from "node:crypto";
import path from "node:path";
import type { Finding } from "./findings.js";
import type { Shard } from "./verdict/result.js";

/** Part `index` of `count`, from 1. */
export interface ShardPart {
  readonly index: number;
  readonly count: number;
}

/**
 * The findings of one part, and what a merge has to know of it. The files stand in one order, and each part takes a run
 * of them with about as many findings as the others: runs that see the same findings agree, in whatever order they see
 * them. What a comment disables belongs to all parts, since the growth that it explains is excused in all of them.
 */
export function takeShard(
  findings: readonly Finding[],
  { index, count }: ShardPart,
  workingDirectory: string,
): { readonly findings: Finding[]; readonly shard: Shard } {
  const judged = findings.filter(({ isSuppressed }) => !isSuppressed);
  const places = judged.map((finding) => `${relativeOf(finding, workingDirectory)}:${finding.line}:${finding.column}`);
  const perFile = new Map<string, number>();
  for (const finding of judged) {
    const file = relativeOf(finding, workingDirectory);
    perFile.set(file, (perFile.get(file) ?? 0) + 1);
  }
  const own = new Set<string>();
  let before = 0;
  // Not by `localeCompare`, which differs between machines.
  for (const [file, size] of [...perFile].sort(([left], [right]) => (left < right ? -1 : 1))) {
    if (Math.floor(((before + size / 2) / judged.length) * count) + 1 === index) own.add(file);
    before += size;
  }
  return {
    findings: findings.filter((finding) => finding.isSuppressed || own.has(relativeOf(finding, workingDirectory))),
    shard: { index, count, findings: judged.length, digest: digestOf(places) },
  };
}

function relativeOf({ file }: Finding, workingDirectory: string): string {
  return path.relative(workingDirectory, file).split(path.sep).join("/");
}

function digestOf(places: readonly string[]): string {
  return createHash("sha256")
    .update([...places].sort().join("\n"))
    .digest("hex")
    .slice(0, 16);
}
