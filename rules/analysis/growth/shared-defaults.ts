import type { Leak } from "../leak.js";
import { perFile } from "../per-file.js";
import type { Node, SourceCode } from "../syntax.js";
import { callerOptionLeaks } from "./caller-options.js";
import { fieldsNamed, grownNames, holderOfField, sharedPlaceOf, type Field } from "./fields/fields.js";
import type { Holder } from "./holder.js";
import { BOUNDED, openGrowths } from "./sanitizers.js";
import { isSetUpCode } from "./program-names.js";
import { EXTENDING } from "./fields/owners.js";
import { wordsOf } from "../words.js";

/** What is shared without a variable that names it: collections on a prototype, and those in a caller's options. */
export const sharedDefaultLeaks = perFile((sourceCode): readonly Leak[] => [
  ...prototypeLeaks(sourceCode),
  ...callerOptionLeaks(sourceCode),
]);

/** Collections on a prototype that methods add to through `this`: one for all instances. */
function prototypeLeaks(sourceCode: SourceCode): readonly Leak[] {
  // Classes that are written as such have prototypes that nobody speaks of.
  if (!wordsOf(sourceCode).hasAny(["prototype", ...EXTENDING])) return [];
  const fields = grownNames(sourceCode).flatMap((name) => fieldsNamed(sourceCode, name));
  return fields.flatMap((field) => {
    const place = sharedPlaceOf(field);
    const holder = place && holderOfField(sourceCode, field);
    return holder ? judge(sourceCode, field, holder, place) : [];
  });
}

function judge(sourceCode: SourceCode, field: Field, holder: Holder, place: Node): readonly Leak[] {
  const growths = openGrowths(sourceCode, holder);
  const [first] = growths;
  if (!first || Object.values(BOUNDED).some((applies) => applies({ sourceCode, holder, growths }))) return [];
  const isKept = holder.removals.length + holder.empties.length + holder.escapes.length === 0;
  const { parent } = place;
  return [
    {
      messageId: "onPrototype",
      data: {
        holder: `${field.owner.name}.prototype.${field.name}`,
        entries: first.key && holder.container !== "Set" ? "an entry for each new key" : "each value added",
        line: String(first.node.loc.start.line),
      },
      place,
      isLikely: isKept && growths.some((growth) => !isSetUpCode(growth.node)),
      holder: {
        kind: "property",
        name: `${field.owner.name}.prototype.${field.name}`,
        container: holder.container,
        expression: parent?.type === "MemberExpression" ? parent : null,
        closures: [],
      },
      acquisitions: growths.map(({ node }) => node),
      releases: holder.removals.map(({ node }) => node),
    },
  ];
}
