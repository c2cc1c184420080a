/** Everything that can be asked of a graph, and what must hold of the answers whatever the heap is. */
import assert from "node:assert/strict";
import { closuresOfScript, contextHolding } from "../../../../runtime/heap/closures.js";
import {
  anchorsOf,
  classNameOf,
  classStatistics,
  ephemeronTableId,
  Forest,
  hopsOf,
  isEphemeronFromKey,
  isEphemeronFromTable,
  scriptsOf,
  type ClassStatistics,
  type DominatorTree,
  type HeapGraph,
} from "../../../../runtime/heap/index.js";
import { moduleContextOf } from "../../../../runtime/heap/scripts.js";
import { className, functionOf, visibleReferences } from "../../../../runtime/heap/visible.js";

const TEXTS_LOOKED_UP = 40;

/** @throws AssertionError, or whatever the engine throws. */
export function examineRecords(graph: HeapGraph): void {
  const { nodeCount, edgeCount, strings } = graph;
  assert.ok(graph.root < nodeCount && graph.firstEdges.length === nodeCount + 1);
  for (let index = 0; index < strings.length; index++) {
    assert.equal(typeof strings.get(index), "string");
    if (index >= TEXTS_LOOKED_UP) continue;
    const first = strings.indexOf(strings.get(index));
    assert.ok(first >= 0 && first <= index && strings.indexesOf(strings.get(index)).includes(index));
  }
  for (let node = 0; node < nodeCount; node++) {
    assert.equal(typeof graph.typeOf(node), "string");
    assert.equal(graph.nameOf(node), strings.get(graph.nameIndex(node)));
    assert.ok(Number.isSafeInteger(graph.idOf(node)) && Number.isSafeInteger(graph.selfSize(node)));
    assert.equal(graph.idOf(graph.nodeOfId(graph.idOf(node))), graph.idOf(node));
    assert.ok(graph.firstEdge(node) <= graph.endEdge(node));
    const { scriptId } = graph.location(node) ?? {};
    if (scriptId !== undefined) assert.ok(graph.nodesAtScript(scriptId).includes(node));
    for (const text of [classNameOf(graph, node), className(graph, node), functionOf(graph, node)]) {
      assert.equal(typeof text, "string");
    }
  }
  const isOwn = (edge: number, from: number): boolean => graph.firstEdge(from) <= edge && edge < graph.endEdge(from);
  for (let edge = 0; edge < edgeCount; edge++) {
    assert.ok(graph.edgeTo(edge) < nodeCount && isOwn(edge, graph.edgeFrom(edge)));
    assert.equal(typeof graph.edgeType(edge), "string");
    assert.equal(typeof graph.edgeName(edge), "string");
    assert.equal(graph.isIndexed(edge), graph.edgeIndex(edge) >= 0);
    assert.equal(graph.isIndexed(edge), graph.edgeNameIndex(edge) < 0);
    const table = ephemeronTableId(graph, edge);
    assert.ok(Number.isSafeInteger(table) && table >= -1);
    assert.equal(table >= 0, isEphemeronFromKey(graph, edge) || isEphemeronFromTable(graph, edge));
  }
  assert.ok(graph.edgeSources.every((from, edge) => isOwn(edge, from)));
  let retainers = 0;
  for (let node = 0; node < nodeCount; node++) {
    const edges = graph.retainers(node);
    assert.ok(edges.every((edge) => graph.edgeTo(edge) === node));
    retainers += edges.length;
  }
  assert.equal(retainers, edgeCount);
  for (const scriptId of graph.locations.scriptIds()) {
    for (const node of graph.nodesAtScript(scriptId)) assert.equal(graph.location(node)?.scriptId, scriptId);
  }
}

/** Classes, scripts, anchors, paths from them, and the heap as the user wrote it. */
export function examineViews(graph: HeapGraph, tree: DominatorTree): void {
  const all = classStatistics(graph);
  const reached = classStatistics(graph, { tree });
  assert.equal(sum(all, "count"), graph.nodeCount);
  assert.equal(sum(reached, "count"), tree.order.length);
  for (const row of reached) {
    assert.ok(row.retainedSize >= row.selfSize * (1 - 1e-9), "a class retains its own bytes");
    assert.ok(row.retainedSize <= tree.retainedSize(graph.root) * (1 + 1e-9), "no class retains more than the root");
  }
  assert.ok(sum(classStatistics(graph, { onlyJavaScript: true }), "count") <= graph.nodeCount);

  for (const { scriptId, name } of scriptsOf(graph).values()) {
    assert.equal(typeof name, "string");
    for (const { node } of closuresOfScript(graph, scriptId)) {
      moduleContextOf(graph, node);
      for (const pick of ["innermost", "outermost"] as const) contextHolding(graph, node, "list", pick);
    }
  }
  for (const root of graph.userRoots()) assert.ok(root < graph.nodeCount);
  for (let node = 0; node < graph.nodeCount; node++) {
    // As a closure or not: a walk up the scopes must end.
    moduleContextOf(graph, node);
    contextHolding(graph, node, "no such variable", "outermost");
    const targets = visibleReferences(graph, node).map(({ target }) => target);
    assert.ok(new Set(targets).size === targets.length && !targets.includes(node));
  }
  examineForest(graph);
}

function examineForest(graph: HeapGraph): void {
  const anchors = anchorsOf(graph, () => false);
  const forest = new Forest(graph, anchors);
  const places = new Map(Array.from(forest.order, (node, place) => [node, place]));
  assert.equal(places.size, forest.order.length, "no node is reached twice");
  let tellers = 0;
  for (const [node, place] of places) {
    assert.ok(Number.isFinite(forest.bytesFrom(node)));
    const { anchor, edges } = forest.pathTo(node);
    assert.ok(anchor !== undefined);
    let at = anchor.node;
    for (const edge of edges) {
      assert.equal(graph.edgeFrom(edge), at);
      at = graph.edgeTo(edge);
      assert.ok(places.get(at) !== undefined && (places.get(at) ?? 0) <= place, "parents come first");
    }
    assert.equal(at, node);
    // Long chains in each of thousands of nodes would take the time of all mutants.
    if (tellers > 20_000) continue;
    tellers += edges.length;
    const hops = hopsOf(graph, edges);
    assert.ok(hops.length <= edges.length && hops.every((hop) => hop.node < graph.nodeCount));
    if (edges.length > 0) assert.ok(forest.leadsTo(forest.parents[node], node));
  }
}

function sum(rows: readonly ClassStatistics[], field: "count" | "selfSize"): number {
  return rows.reduce((total, row) => total + row[field], 0);
}
