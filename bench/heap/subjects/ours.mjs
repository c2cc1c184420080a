/** Our engine, as it is built. */
const [engine, file] = process.argv.slice(2);
const { DominatorTree, parseSnapshotFile, shortestPaths } = await import(engine);
const { endStep, finish } = await import("./steps.mjs");

const graph = await parseSnapshotFile(file);
endStep("load");
const tree = new DominatorTree(graph);
endStep("retained sizes");
let target = graph.nodeCount - 1;
while (graph.typeOf(target) !== "object" || !tree.isReachable(target)) target--;
const chain = shortestPaths(graph, [graph.root], { until: (node) => node === target }).pathTo(target);
endStep("chain");
finish({
  nodes: graph.nodeCount,
  edges: graph.edgeCount,
  rootRetained: tree.retainedSize(graph.root),
  chainFrom: graph.idOf(target),
  chainEdges: chain.length,
});
