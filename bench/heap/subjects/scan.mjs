/** The floor: all numbers of `nodes` and `edges` from bytes to integers in memory, with no check and no structure. */
import { closeSync, openSync, readSync } from "node:fs";

const [file] = process.argv.slice(2);
const { endStep, finish } = await import("./steps.mjs");
const chunk = new Uint8Array(1 << 20);
const descriptor = openSync(file, "r");
let end = readSync(descriptor, chunk);
const head = new TextDecoder().decode(chunk.subarray(0, Math.min(end, 1 << 16)));
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

/** Reads as many numbers as the array holds. */
function fill(numbers) {
  let value = 0;
  let isInNumber = false;
  let index = 0;
  while (index < numbers.length) {
    if (position === end) {
      end = readSync(descriptor, chunk);
      position = 0;
    }
    while (position < end && index < numbers.length) {
      const digit = chunk[position++] - 0x30;
      if (digit >= 0 && digit <= 9) {
        value = (Math.imul(value, 10) + digit) | 0;
        isInNumber = true;
      } else if (isInNumber) {
        numbers[index++] = value;
        value = 0;
        isInNumber = false;
      }
    }
  }
}
