/** What was told differently when the same cases were run again. */
import { placeOf, type Judgement } from "./judge-case.js";

export interface Change {
  /** Case, version, and what it is about. */
  readonly about: string;
  /** What each repeat said; `absent` where it said nothing. */
  readonly said: readonly string[];
  /** Whether one repeat confirmed what another refuted. */
  readonly isFlip: boolean;
}

/** Of findings and growths with the same fingerprint, or at the same place where there is none. */
export function changesBetween(repeats: readonly (readonly Judgement[])[]): readonly Change[] {
  const subjects = new Map<string, { readonly about: string; readonly said: string[] }>();
  for (const [index, judgements] of repeats.entries()) {
    for (const { key, about, verdict } of judgements.flatMap(verdictsOf)) {
      const subject = subjects.get(key) ?? { about, said: repeats.map(() => "absent") };
      subject.said[index] = verdict;
      subjects.set(key, subject);
    }
  }
  return [...subjects.values()]
    .filter(({ said }) => new Set(said).size > 1)
    .map(({ about, said }) => ({ about, said, isFlip: said.includes("confirmed") && said.includes("refuted") }));
}

export function changeLines(changes: readonly Change[], repeats: number): readonly string[] {
  const flips = changes.filter(({ isFlip }) => isFlip).length;
  const lines = changes.map(({ about, said, isFlip }) => `  ${isFlip ? "FLIP" : "    "} ${about}: ${said.join(", ")}`);
  return [
    "",
    `${flips} changed between confirmed and refuted in ${repeats} repeats, ${changes.length - flips} otherwise`,
    ...lines,
  ];
}

interface Verdict {
  /** The same in each repeat. */
  readonly key: string;
  readonly about: string;
  readonly verdict: string;
}

function verdictsOf({ leak, version, all, verification }: Judgement): readonly Verdict[] {
  const label = `${leak.id} ${version}`;
  if (verification.kind === "failed") return [{ key: label, about: label, verdict: "failed" }];
  const copies = new Map<string, number>();
  return all.map((told) => {
    const about = `${label} ${told.means} ${placeOf(told)}`;
    const name = `${label} ${told.means} ${told.fingerprint ?? placeOf(told)}`;
    // The same code twice in a file has one fingerprint.
    const copy = (copies.get(name) ?? 0) + 1;
    copies.set(name, copy);
    return { key: `${name} ${copy}`, about, verdict: told.verdict };
  });
}
