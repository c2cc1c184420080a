import type { TSESTree } from "@typescript-eslint/utils";
import type { Facts, HolderPath, OperationSite } from "../facts.js";
import { placeOf } from "../leak.js";
import { fingerprintOf, rangeOf, siteOf, variableRoot } from "../sites.js";
import type { SourceCode } from "../syntax.js";
import { hasUnknownLimit } from "./bounds.js";
import type { Holder, Operation } from "./holder.js";
import { holdersOf } from "./holders.js";
import { limitsNear } from "./limits.js";
import { suspectsOf } from "./suspects.js";

/** What is known of the growing holder at a place (`line` from 1, `column` from 0); null where there is none. */
export function growthFactsAt(
  sourceCode: SourceCode,
  rule: string,
  place: { readonly line: number; readonly column: number },
  file: string,
): Facts | null {
  const isThere = ({ holder }: { readonly holder: Holder }): boolean => {
    const { line, column } = holder.place.loc.start;
    return line === place.line && column === place.column;
  };
  const suspects = suspectsOf(sourceCode).filter(isThere);
  const suspect = suspects.find((candidate) => candidate.rule === rule) ?? suspects[0];
  if (suspect) return factsOf(sourceCode, { ...suspect, rule }, file);
  // Reports of other versions and other tools may accuse what this version holds for bounded.
  const holder = holdersOf(sourceCode).find((candidate) => isThere({ holder: candidate }));
  return holder ? factsOf(sourceCode, { holder, growths: holder.growths, rule }, file) : null;
}

/** Where holders of a name stand whose facts, under a rule, have a fingerprint. */
export function growthPlaces(
  sourceCode: SourceCode,
  sought: { readonly rule: string; readonly holder: string; readonly file: string; readonly fingerprint: string },
): readonly TSESTree.SourceLocation[] {
  const { rule, file, fingerprint } = sought;
  const suspects: readonly Omit<Accused, "rule">[] = suspectsOf(sourceCode);
  const others = holdersOf(sourceCode).filter(({ place }) => !suspects.some(({ holder }) => holder.place === place));
  return [...suspects, ...others.map((holder) => ({ holder, growths: holder.growths }))]
    .filter(({ holder }) => holder.name === sought.holder)
    .filter((candidate) => growthFingerprint(sourceCode, { ...candidate, rule }, file) === fingerprint)
    .map(({ holder }) => placeOf(holder.place));
}

/** A holder and the growths it is accused of. */
interface Accused {
  readonly rule: string;
  readonly holder: Holder;
  readonly growths: readonly Operation[];
}

function factsOf(sourceCode: SourceCode, suspect: Accused, file: string): Facts {
  const { holder } = suspect;
  const site = (operation: Operation): OperationSite => siteOf(sourceCode, operation.node, operation.operation);
  return {
    kind: holder.kind,
    name: holder.name,
    module: file,
    container: holder.container,
    path: pathOf(sourceCode, holder),
    growSites: suspect.growths.map(site),
    shrinkSites: shrinksOf(holder).map(site),
    ...limitsNear(sourceCode, holder),
    hasUnknownLimit: hasUnknownLimit(sourceCode, holder),
    closures: [],
    fingerprint: growthFingerprint(sourceCode, suspect, file),
  };
}

function growthFingerprint(sourceCode: SourceCode, { rule, holder, growths }: Accused, file: string): string {
  const nodes = [...growths, ...shrinksOf(holder)].map(({ node }) => node);
  return fingerprintOf(sourceCode, file, rule, holder.name, nodes);
}

function shrinksOf(holder: Holder): readonly Operation[] {
  return [...holder.removals, ...holder.empties].sort((left, right) => left.node.range[0] - right.node.range[0]);
}

function pathOf(sourceCode: SourceCode, { root, properties, boundary }: Holder): HolderPath {
  if (root.kind === "instance") return { root: { kind: "instance", definition: rangeOf(root.definition) }, properties };
  if (root.kind !== "variable") return { root: { kind: root.kind }, properties };
  return { root: variableRoot(sourceCode, root.variable, boundary), properties };
}
