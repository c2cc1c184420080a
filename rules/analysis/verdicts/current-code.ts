/** Where the code that a verdict was given on stands in the text as it is now. */
import type { TSESTree } from "@typescript-eslint/utils";
import { DETECTORS } from "../detectors.js";
import { growthPlaces } from "../growth/growth-facts.js";
import { leakFingerprint } from "../leak-facts.js";
import { placeOf } from "../leak.js";
import type { SourceCode } from "../syntax.js";
import type { VerdictEntry } from "./format.js";
import { codeHash, unflaggedPlace } from "./holder-code.js";

/**
 * The places at which the code of an entry is reported. None where that code has changed; several where the file has
 * the same code for the same holder more than once.
 */
export function currentPlaces(sourceCode: SourceCode, entry: VerdictEntry): readonly TSESTree.SourceLocation[] {
  const { file, rule, holder, fingerprint } = entry;
  if (rule === null) {
    const place = unflaggedPlace(sourceCode, { file, holder }, fingerprint);
    return place ? [place] : [];
  }
  if (entry.code !== null && codeHash(sourceCode, { file, holder }) !== entry.code) return [];
  const detect = Object.hasOwn(DETECTORS, rule) ? DETECTORS[rule] : undefined;
  const leaks = (detect?.(sourceCode) ?? []).filter(
    (leak) => leak.holder.name === holder && leakFingerprint(sourceCode, rule, leak, file) === fingerprint,
  );
  return leaks.length > 0 ? leaks.map(({ place }) => placeOf(place)) : growthPlaces(sourceCode, { ...entry, rule });
}
