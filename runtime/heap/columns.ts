import { SnapshotError } from "./error.js";

// Records become columns (one typed array a field) as they are read. Arrays are sized from the header's counts once a
// part of the records has come: an honest file is stored with next to no copying, and a header that lies cannot ask for
// memory that the file does not fill. Where it lies, or gives no count, arrays double up to the true size.

export const MAX_UINT32 = 0xffffffff;
/** A header is believed this far, */
export const MAX_FORESEEN = 1 << 16;
/** and then up to so many times what has come. */
const MAX_GROWTH = 16;
export const UNKNOWN_COUNT = 1024;

/** 4 bytes a value until one passes 2^32, then 8. */
export type WideColumn = Uint32Array | Float64Array;

/** The message for a number that names nothing. */
export function outOfRange(what: string, field: string, value: number, limit: number): SnapshotError {
  const last = limit - 1;
  return new SnapshotError(`damaged heap snapshot: the ${field} of ${what} is ${value}, beyond the last (${last})`);
}

export function resizedBytes(column: Uint8Array, capacity: number): Uint8Array {
  const resized = new Uint8Array(capacity);
  resized.set(column.length > capacity ? column.subarray(0, capacity) : column);
  return resized;
}

export function resizedWords(column: Uint32Array, capacity: number): Uint32Array {
  const resized = new Uint32Array(capacity);
  resized.set(column.length > capacity ? column.subarray(0, capacity) : column);
  return resized;
}

export function resizedWide(column: WideColumn, capacity: number): WideColumn {
  if (column instanceof Uint32Array) return resizedWords(column, capacity);
  const resized = new Float64Array(capacity);
  resized.set(column.length > capacity ? column.subarray(0, capacity) : column);
  return resized;
}

export function grown(capacity: number, needed: number, declared: number): number {
  return declared >= needed && declared <= needed * MAX_GROWTH ? declared : Math.max(capacity * 2, needed);
}
