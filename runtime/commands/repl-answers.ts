/** How values look at the prompt: answers as the command prints them, objects as a line, the rest as Node shows it. */
import { inspect } from "node:util";
import type { HeapObject } from "../query/index.js";
import { objectText } from "../report/heap-text.js";

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
    return this.shown({ text }, () => text);
  }

  /** The value, which the prompt will show by `format`. */
  shown<Value extends object>(value: Value, format: (value: Value) => string): Value {
    this.#texts.set(value, () => format(value));
    return value;
  }

  /** A list, of which the prompt will show the first rows. */
  rows<Row>(rows: Row[], format: (rows: readonly Row[]) => string): Row[] {
    return this.shown(rows, () => {
      const rest = rows.length - MOST_ROWS;
      return rest <= 0 ? format(rows) : `${format(rows.slice(0, MOST_ROWS))}… and ${rest.toLocaleString("en-US")} more`;
    });
  }
}

function isHeapObject(value: object): value is HeapObject {
  return "id" in value && "className" in value && "title" in value && "place" in value;
}
