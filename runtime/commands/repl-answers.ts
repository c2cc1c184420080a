/** How values look at the prompt: answers as the command prints them, objects as a line, the rest as Node shows it. */
import { inspect } from "node:util";
import type {
  Chain,
  ClassGrowth,
  DominatorBranch,
  DuplicateText,
  HeapObject,
  HeapSummary,
  NewObjects,
  ObjectReference,
  RetainedObject,
  RetainedSlice,
  TypeStatistics,
} from "../query/index.js";
import {
  branchText,
  chainText,
  duplicatesText,
  growthText,
  largestText,
  newObjectsText,
  objectsText,
  objectText,
  referencesText,
  slicesText,
  summaryText,
  typesText,
} from "../report/heap-text.js";

/** Rows of a list that are shown; the value has all of them. */
const MOST_ROWS = 40;

export class ReplAnswers {
  readonly #texts = new WeakMap<object, () => string>();

  /** The value at the prompt. */
  textOf(value: unknown): string {
    if (typeof value !== "object" || value === null) return inspect(value, { colors: process.stdout.hasColors?.() });
    const text = this.#texts.get(value);
    if (text !== undefined) return text().trimEnd();
    return isHeapObject(value) ? objectText(value) : inspect(value);
  }

  /** Text that is shown without quotes. */
  text(text: string): object {
    return this.#remember({ text }, () => text);
  }

  objects(objects: HeapObject[]): HeapObject[] {
    return this.#remember(objects, () => shownRows(objects, objectsText));
  }

  types(types: TypeStatistics[]): TypeStatistics[] {
    return this.#remember(types, () => typesText(types));
  }

  chain(chain: Chain | null): Chain | null {
    return chain === null ? null : this.#remember(chain, () => chainText(chain));
  }

  referrers(references: ObjectReference[]): ObjectReference[] {
    return this.#remember(references, () => shownRows(references, (rows) => referencesText(rows, "from")));
  }

  references(references: ObjectReference[]): ObjectReference[] {
    return this.#remember(references, () => shownRows(references, (rows) => referencesText(rows, "to")));
  }

  branch(branch: DominatorBranch): DominatorBranch {
    return this.#remember(branch, () => branchText(branch));
  }

  largest(objects: RetainedObject[]): RetainedObject[] {
    return this.#remember(objects, () => largestText(objects));
  }

  duplicates(texts: DuplicateText[]): DuplicateText[] {
    return this.#remember(texts, () => duplicatesText(texts));
  }

  slices(slices: RetainedSlice[]): RetainedSlice[] {
    return this.#remember(slices, () => slicesText(slices));
  }

  summary(summary: HeapSummary): HeapSummary {
    return this.#remember(summary, () => summaryText(summary));
  }

  growth(growth: ClassGrowth[]): ClassGrowth[] {
    return this.#remember(growth, () => growthText(growth));
  }

  newObjects(groups: NewObjects[]): NewObjects[] {
    return this.#remember(groups, () => newObjectsText(groups));
  }

  #remember<Value extends object>(value: Value, text: () => string): Value {
    this.#texts.set(value, text);
    return value;
  }
}

function shownRows<Row>(rows: readonly Row[], format: (rows: readonly Row[]) => string): string {
  const rest = rows.length - MOST_ROWS;
  if (rest <= 0) return format(rows);
  return `${format(rows.slice(0, MOST_ROWS))}… and ${rest.toLocaleString("en-US")} more`;
}

function isHeapObject(value: object): value is HeapObject {
  return "id" in value && "className" in value && "title" in value && "place" in value;
}
