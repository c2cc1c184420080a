/**
 * The bytes are not a heap snapshot, or a damaged one. The message is one line that says what is wrong;
 * `parseSnapshotFile` puts the path before it.
 */
export class SnapshotError extends Error {
  override readonly name = "SnapshotError";
}
