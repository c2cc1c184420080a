/**
 * memlab: the steps of its `getFullHeapFromFile`, one by one, without its passes over React's nodes. Its chain is that
 * of one node too, but it can only be had from a pass that gives every node one.
 */
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const [peers, file, nodesFile] = process.argv.slice(2);
const { config, TraceFinder, utils } = createRequire(peers)("@memlab/core");
config.muteConsole = true;
const { endStep, finish } = await import("./steps.mjs");

const heap = await utils.getSnapshotFromFile(file, { buildNodeIdIndex: true, verbose: false });
endStep("load");
const finder = new TraceFinder();
finder.calculateAllNodesRetainedSizes(heap);
endStep("retained sizes");
let target = heap.nodes.length - 1;
while (heap.nodes.get(target).type !== "object") target--;
finder.annotateShortestPaths(heap);
const chain = finder.getPathToGCRoots(heap, heap.nodes.get(target));
endStep("chain");

let chainEdges = 0;
for (let link = chain; link?.next !== undefined; link = link.next) chainEdges++;
if (nodesFile !== undefined) {
  const rows = new Float64Array(heap.nodes.length * 3);
  for (let node = 0; node < heap.nodes.length; node++) {
    const { self_size: selfSize, retainedSize, dominatorNode } = heap.nodes.get(node);
    rows.set([selfSize, retainedSize, dominatorNode?.nodeIndex ?? -1], node * 3);
  }
  writeFileSync(nodesFile, rows);
}
finish({
  nodes: heap.nodes.length,
  edges: heap.edges.length,
  rootRetained: heap.nodes.get(0).retainedSize,
  chainFrom: heap.nodes.get(target).id,
  chainEdges,
});
