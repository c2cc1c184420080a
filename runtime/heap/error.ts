/**
 * The bytes are not a heap snapshot, or a damaged one. The message is one line that says what is wrong;
 * `parseSnapshotFile` puts the path before it.
 */
export class SnapshotError extends Error {
  override readonly name = "SnapshotError";
}

const LONGEST_QUOTE = 40;

/** A name from the file for a message: short, and without characters that would break the line or drive a terminal. */
export function quoted(name: string): string {
  const start = name.slice(0, LONGEST_QUOTE).replace(/[^\x20-\x7e]/g, "?");
  return name.length > LONGEST_QUOTE ? `"${start}…"` : `"${start}"`;
}
