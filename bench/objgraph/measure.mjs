/**
 * Asks objgraph's questions about the scene from inside its process, and prints the milliseconds as JSON. V8's share is
 * what it takes to bring the process to rest and to write the heap for nobody.
 */
import { writeFileSync } from "node:fs";
import { graphToSvg, isModule, takeHeap } from "eslint-plugin-leakproof/runtime";
import { captureOnly } from "./capture-only.mjs";
import { records, registry } from "./scene.mjs";

const ROUNDS = 3;
const milliseconds = {};

async function timed(name, question) {
  const startedAt = performance.now();
  const answer = await question();
  milliseconds[name] = performance.now() - startedAt;
  return answer;
}

// What is compiled and allocated the first time is nobody's share.
await captureOnly();
let heap = await takeHeap();
// Both in turns, and of both the better: what else the machine does falls on V8 and on us alike.
milliseconds.v8 = Infinity;
let take = Infinity;
for (let round = 0; round < ROUNDS; round++) {
  milliseconds.v8 = Math.min(milliseconds.v8, await captureOnly());
  heap.close();
  heap = await timed("take", () => takeHeap());
  take = Math.min(take, milliseconds.take);
}
milliseconds.take = take;
const count = await timed("count", () => heap.count("DB"));
const databases = await timed("byType", () => heap.byType("DB"));
const chain = await timed("chain", () => heap.findBackrefChain(databases.at(-1), isModule));
const picture = await timed("picture", () => graphToSvg(heap.chain(chain)));
writeFileSync(process.argv[2], picture);
process.stdout.write(
  JSON.stringify({
    count,
    chain: chain.objects.map(({ title }) => title),
    objects: records.length,
    nodes: heap.nodeCount,
    registry: registry.constructor.name,
    milliseconds,
  }),
);
