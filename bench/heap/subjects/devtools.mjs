/**
 * The heap model of Chrome DevTools, with its second thread, as the front end runs it. After the file is read the model
 * computes all it knows in one go (dominators, retained sizes, distances, names, statistics): these cannot be told apart.
 */
import { createReadStream, writeFileSync } from "node:fs";
import { MessageChannel, Worker } from "node:worker_threads";

const [model, file, nodesFile] = process.argv.slice(2);
const { HeapSnapshotLoader } = await import(model);
const { endStep, finish } = await import("./steps.mjs");

const { port1, port2 } = new MessageChannel();
const worker = new Worker(new URL("./devtools-second.mjs", import.meta.url), {
  workerData: { model, port: port2 },
  transferList: [port2],
});
const loader = new HeapSnapshotLoader.HeapSnapshotLoader({ sendEvent() {} });
for await (const text of createReadStream(file, { encoding: "utf8", highWaterMark: 1 << 20 })) loader.write(text);
loader.close();
await loader.parsingComplete;
endStep("load");
const heap = await loader.buildSnapshot(port1);
endStep("retained sizes");

const { nodeFieldCount: stride, nodeCount } = heap;
let target = nodeCount - 1;
while (heap.createNode(target * stride).type() !== "object" || heap.nodeDistances[target] < 0) target--;
// As the user goes up the retainers: each time to one that is nearer to the root.
let chainEdges = 0;
for (let node = heap.createNode(target * stride); !node.isRoot() && chainEdges < 1000; chainEdges++) {
  let nearest = null;
  for (const retainers = node.retainers(); retainers.hasNext(); retainers.next()) {
    const retainer = retainers.item().node();
    if (nearest === null || (retainer.distance() >= 0 && retainer.distance() < nearest.distance())) nearest = retainer;
  }
  if (nearest === null || nearest.distance() >= node.distance()) break;
  node = heap.createNode(nearest.nodeIndex);
}
endStep("chain");

const root = heap.rootNode();
if (nodesFile !== undefined) {
  const rows = new Float64Array(nodeCount * 3);
  const node = heap.createNode(0);
  for (let ordinal = 0; ordinal < nodeCount; ordinal++) {
    node.nodeIndex = ordinal * stride;
    rows.set([node.selfSize(), node.retainedSize(), heap.dominatorsTree[ordinal]], ordinal * 3);
  }
  writeFileSync(nodesFile, rows);
}
finish({
  nodes: nodeCount,
  edges: heap.containmentEdges.length / heap.edgeFieldsCount,
  rootRetained: root.retainedSize(),
  chainFrom: heap.createNode(target * stride).id(),
  chainEdges,
});
port1.close();
await worker.terminate();
