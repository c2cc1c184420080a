import type { Leak } from "../leak.js";
import { perFile } from "../per-file.js";
import { functionAround, type Node } from "../syntax.js";
import { contextChains } from "./context-chains.js";
import { heldTargets } from "./finalizers.js";
import { prototypePatches, rewraps } from "./rewraps.js";
import { sharedContexts } from "./shared-contexts.js";

/** Closures that keep more than they use, or the one they replaced. One report for each place that keeps them. */
export const retainedClosures = perFile((sourceCode): readonly Leak[] => {
  const leaks = [
    ...contextChains(sourceCode),
    ...rewraps(sourceCode),
    ...prototypePatches(sourceCode),
    ...heldTargets(sourceCode),
    ...sharedContexts(sourceCode),
  ];
  const seen = new Set<Node>();
  return leaks.filter(({ messageId, place }) => {
    // A function that patches one object in several places is one finding.
    const key = messageId === "rewrap" || messageId === "patch" ? (functionAround(place) ?? place) : place;
    return !seen.has(key) && seen.add(key);
  });
});
