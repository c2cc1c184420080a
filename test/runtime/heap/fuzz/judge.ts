import assert from "node:assert/strict";
import { SnapshotError, SnapshotParser, type HeapGraph } from "../../../../runtime/heap/index.js";
import { seededRandom } from "../snapshot-builder.js";
import { compareAnswers, readPlainly, recordsOf } from "./compare.js";
import { examineRecords, examineViews } from "./examine.js";
import { chunksOf, type Mutant } from "./mutant.js";

export type Outcome =
  /** Refused, with the message as it is for all of its kind. */
  | { readonly kind: "refused"; readonly message: string }
  /** A graph that answers everything, as the reference does. */
  | { readonly kind: "graph"; readonly isStrictJson: boolean }
  | { readonly kind: "violation"; readonly reason: string };

/** What a parser may hold: a few pages that any file costs, and a multiple of what the file says. */
const MEMORY_BASE = 24 << 20;
const MEMORY_PER_BYTE = 64;
const LONGEST_MESSAGE = 300;

/** Gives a mutant to the engine, in one piece and in several, and asks everything of the graph it makes of it. */
export function judge({ bytes, isHealthy }: Mutant, index: number): Outcome {
  try {
    const whole = parse([bytes], bytes.length);
    const pieces = parse(chunksOf(bytes, seededRandom(index)), bytes.length);
    if (whole instanceof SnapshotError || pieces instanceof SnapshotError) {
      assert.ok(whole instanceof SnapshotError && pieces instanceof SnapshotError, "in pieces the file is another");
      assert.equal(pieces.message, whole.message, "in pieces the message is another");
      assert.ok(!isHealthy, `a healthy file is refused: ${whole.message}`);
      checkMessage(whole.message);
      return { kind: "refused", message: whole.message.replace(/"[^"]*"?|(?:0x)?-?\d[\w.+]*/g, "…") };
    }
    const isStrictJson = checkGraph(whole, pieces, bytes);
    assert.ok(isStrictJson || !isHealthy);
    return { kind: "graph", isStrictJson };
  } catch (error) {
    return { kind: "violation", reason: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

function checkGraph(graph: HeapGraph, pieces: HeapGraph, bytes: Uint8Array): boolean {
  const records = recordsOf(graph);
  assert.deepEqual(recordsOf(pieces), records, "in pieces the graph is another");
  const plain = readPlainly(bytes);
  if (plain === undefined) checkNumbers(bytes);
  else assert.deepEqual(records, plain, "JSON.parse reads another heap");
  examineRecords(graph);
  examineViews(graph, compareAnswers(graph, plain ?? records));
  return plain !== undefined;
}

// In texts and in sections of no interest the engine takes what JSON.parse does not; in lists of numbers it must not.
function checkNumbers(bytes: Uint8Array): void {
  const text = Buffer.from(bytes).toString("latin1");
  for (const [, section, list] of text.matchAll(/"(nodes|edges|locations)"\s*:\s*\[([^\]]*)\]/g)) {
    assert.match(list, /^\s*(?:-?\s*\d+\s*(?:,\s*-?\s*\d+\s*)*)?$/, `a list of no integers in ${section}`);
  }
}

function parse(chunks: readonly Uint8Array[], size: number): HeapGraph | SnapshotError {
  const before = process.memoryUsage().arrayBuffers;
  const parser = new SnapshotParser();
  try {
    for (const chunk of chunks) parser.write(chunk);
    checkMemory(before, size);
    return parser.end();
  } catch (error) {
    if (!(error instanceof SnapshotError)) throw error;
    checkMemory(before, size);
    assert.throws(() => parser.end(), error, "it fails the same way again");
    return error;
  }
}

// While the parser is in use, what it holds cannot be collected.
function checkMemory(before: number, size: number): void {
  const held = process.memoryUsage().arrayBuffers - before;
  assert.ok(held < MEMORY_BASE + size * MEMORY_PER_BYTE, `${held >> 20} MB held for a file of ${size} bytes`);
}

function checkMessage(message: string): void {
  assert.match(message, /^(?:not a|damaged|truncated) heap snapshot|^heap snapshot too large/);
  assert.ok(message.length < LONGEST_MESSAGE, `a message of ${message.length} characters`);
  assert.doesNotMatch(message, /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u, "control characters in a message");
  assert.doesNotMatch(message, /\bat .*:\d+:\d+|NaN|undefined|Infinity|\[object/, "no message for a user");
}
