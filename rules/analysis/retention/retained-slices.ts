import { holdersOf } from "../growth/holders.js";
import type { Leak } from "../leak.js";
import { runsAgain } from "../lifetime.js";
import { perFile } from "../per-file.js";
import { cutsBigInput, slicesIn } from "./slices.js";

/** Parts of big inputs that a long-lived collection keeps, each with the whole that it was cut from. */
export const retainedSlices = perFile((sourceCode): readonly Leak[] => {
  const leaks: Leak[] = [];
  const seen = new Set<unknown>();
  if (!cutsBigInput(sourceCode)) return leaks;
  for (const holder of holdersOf(sourceCode)) {
    if (holder.container === "WeakMap") continue;
    for (const growth of holder.growths) {
      if (!runsAgain(sourceCode, growth.node, holder.boundary)) continue;
      // A key of an object is a name, which V8 makes flat; a key of a `Map` stays what it is.
      const key = growth.key && holder.container === "Map" ? [growth.key] : [];
      for (const slice of [...growth.values, ...key].flatMap((value) => slicesIn(sourceCode, value))) {
        if (seen.has(slice.method)) continue;
        seen.add(slice.method);
        leaks.push({
          messageId: slice.isView ? "view" : "substring",
          data: { holder: holder.name, input: slice.input.name },
          place: slice.method,
          isLikely: slice.isView && holder.boundary === null,
          holder: {
            kind: holder.kind,
            name: holder.name,
            container: holder.container,
            expression: growth.receiver,
            closures: [],
          },
          acquisitions: [growth.node],
          releases: holder.removals.map(({ node }) => node),
        });
      }
    }
  }
  return leaks;
});
