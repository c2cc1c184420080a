/** The floor: all numbers of `nodes` and `edges` from bytes to integers in memory, with no check and no structure. */
import { Buffer } from "node:buffer";
import { closeSync, openSync, readSync } from "node:fs";

const [file] = process.argv.slice(2);
const { endStep, finish } = await import("./steps.mjs");
const chunk = new Uint8Array(1 << 20);
const descriptor = openSync(file, "r");
let end = readSync(descriptor, chunk);
const head = Buffer.from(chunk.buffer, 0, Math.min(end, 1 << 16)).toString("latin1");
const count = (name) => Number(new RegExp(`"${name}":(\\d+)`).exec(head)[1]);
const fields = (name) => JSON.parse(new RegExp(`"${name}":(\\[[^\\]]*\\])`).exec(head)[1]).length;

const nodes = new Uint32Array(count("node_count") * fields("node_fields"));
const edges = new Uint32Array(count("edge_count") * fields("edge_fields"));
let position = head.indexOf("[", head.indexOf('"nodes":')) + 1;
fill(nodes);
fill(edges);
closeSync(descriptor);
endStep("scan");
finish({ nodes: nodes.length, edges: edges.length });

/** Reads as many numbers as the array holds. A number that a chunk cuts in two is moved to the start of the next. */
function fill(numbers) {
  let index = 0;
  while (index < numbers.length) {
    index = readChunk(numbers, index, Math.max(chunk.lastIndexOf(0x2c, end - 1), chunk.lastIndexOf(0x5d, end - 1)));
    if (index === numbers.length) return;
    const rest = chunk.subarray(position, end);
    chunk.set(rest);
    end = rest.length + readSync(descriptor, chunk, rest.length, chunk.length - rest.length);
    position = 0;
  }
}

/** All numbers that start before `last`, a comma or a bracket, so that no loop needs a bound of its own. */
function readChunk(numbers, start, last) {
  let index = start;
  let at = position;
  while (at < last && index < numbers.length) {
    let digit = chunk[at] - 0x30;
    while ((digit < 0 || digit > 9) && at < last) digit = chunk[++at] - 0x30;
    if (at >= last) break;
    let value = 0;
    while (digit >= 0 && digit <= 9) {
      value = (Math.imul(value, 10) + digit) | 0;
      digit = chunk[++at] - 0x30;
    }
    numbers[index++] = value;
  }
  position = at;
  return index;
}
