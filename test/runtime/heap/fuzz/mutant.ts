import { seededRandom } from "../snapshot-builder.js";
import { BYTE_MUTATIONS } from "./bytes.js";
import { pick, type Random } from "./odd-values.js";
import { rewritten } from "./rewrite.js";
import { joined, SECTION_MUTATIONS, sectionsOf } from "./sections.js";
import type { Seed } from "./seeds.js";
import { STRUCTURE_MUTATIONS } from "./structure.js";

export interface Mutant {
  readonly bytes: Uint8Array;
  /** The seed and the mutations, in their order. */
  readonly description: string;
  /** Whether the file still says what a healthy one may say: then it must be taken. */
  readonly isHealthy: boolean;
}

/** The mutant of this number: the same for the same seeds and numbers. */
export function mutantOf(seeds: readonly Seed[], run: number, index: number): Mutant {
  const random = seededRandom(run * 1_000_003 + index);
  // Larger seeds cost more: one in 36, one in six.
  const [small, part, larger] = [seeds.slice(0, -2), ...seeds.slice(-2)];
  const size = random(36);
  const seed = size === 0 ? larger : size < 7 ? part : pick(random, small);
  const names: string[] = [seed.name];
  const json = structuredClone(seed.json);
  const kind = random(20);
  if (kind === 0) names.push("other bytes");
  if (kind > 0 && kind < 9) change(STRUCTURE_MUTATIONS, json, random, names);
  const sections = sectionsOf(json);
  if (kind >= 9 && kind < 13) change(SECTION_MUTATIONS, sections, random, names);
  const text = joined(sections);
  let bytes: Uint8Array = Buffer.from(kind < 3 ? rewritten(text, random) : text);
  // Some of the others too: what is wrong in two ways may pass one check and fail none.
  for (let changes = kind >= 13 ? 1 + random(3) : kind === 8 ? 1 : 0; changes > 0 && bytes.length > 0; changes--) {
    const [name, mutate] = pick(random, Object.entries(BYTE_MUTATIONS));
    names.push(name);
    bytes = mutate(bytes, random);
  }
  return { bytes, description: names.join(", "), isHealthy: kind === 0 };
}

function change<Subject>(
  mutations: Readonly<Record<string, (subject: Subject, random: Random) => void>>,
  subject: Subject,
  random: Random,
  names: string[],
): void {
  for (let changes = 1 + random(3); changes > 0; changes--) {
    const [name, mutate] = pick(random, Object.entries(mutations));
    names.push(name);
    mutate(subject, random);
  }
}

/** The bytes in pieces: whole, cut once, in small pieces, or byte by byte. */
export function chunksOf(bytes: Uint8Array, random: Random): Uint8Array[] {
  const most = pick(random, [bytes.length, 4096, 9, 1]);
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = Math.min(bytes.length, at + 1 + random(bytes.length > 65_536 ? Math.max(most, 1024) : most));
    chunks.push(bytes.subarray(at, end));
    at = end;
  }
  return chunks;
}
