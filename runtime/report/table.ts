/** Rows as a table for a terminal or a pipe. */
import { harmlessText } from "./harmless-text.js";

export interface Column<Row> {
  readonly title: string;
  /** Numbers stand to the right, so that their digits can be compared. */
  readonly align: "left" | "right";
  readonly text: (row: Row) => string;
}

/** Text that no table is made wider for, in characters. */
const WIDEST = 100;

/** A line for the titles and one for each row; no line ends with spaces. */
export function formatTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const lines = [columns.map(({ title }) => title), ...rows.map((row) => columns.map(({ text }) => cellOf(text(row))))];
  const widths = columns.map((_, column) => Math.max(...lines.map((cells) => cells[column].length)));
  return lines.map((cells) => `${lineOf(cells, columns, widths)}\n`).join("");
}

function cellOf(text: string): string {
  return text === "" ? "" : harmlessText(text, WIDEST);
}

function lineOf<Row>(cells: readonly string[], columns: readonly Column<Row>[], widths: readonly number[]): string {
  return cells
    .map((cell, column) =>
      columns[column].align === "right" ? cell.padStart(widths[column]) : cell.padEnd(widths[column]),
    )
    .join("  ")
    .trimEnd();
}
