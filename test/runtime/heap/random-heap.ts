/** Small random heaps: sparse and dense, chains and knots, parts out of reach, all kinds of edges, WeakMap pairs. */
import type { EdgeSpec, NodeSpec } from "./snapshot-builder.js";

type Random = (limit: number) => number;

/** Types of edges, the common ones more often. */
const EDGE_TYPES = ["property", "property", "context", "internal", "element", "hidden", "weak", "shortcut"] as const;

/** @param limit the most nodes there may be */
export function randomHeap(random: Random, limit: number): NodeSpec[] {
  const count = 2 + random(limit - 1);
  const perNode = 1 + random(5);
  // Chains give deep trees; a hub makes one node the source of most edges.
  const isChained = random(3) === 0;
  const hub = random(4) === 0 ? random(count) : -1;
  // On to the next, and sometimes back.
  const chainedEdges = (node: number): EdgeSpec[] => [
    edgeTo("property", Math.min(count - 1, node + 1), random),
    ...(random(3) === 0 ? [edgeTo(EDGE_TYPES[random(EDGE_TYPES.length)], random(node + 1), random)] : []),
  ];
  const nodes = Array.from({ length: count }, (_, node): NodeSpec & { edges: EdgeSpec[] } => {
    if (isChained && node !== hub) return { size: random(1000), id: node * 2 + 1, edges: chainedEdges(node) };
    const edges = Array.from({ length: node === hub ? count : random(perNode + 1) }, (): EdgeSpec => {
      const target = random(count);
      return edgeTo(EDGE_TYPES[random(EDGE_TYPES.length)], target, random);
    });
    return { size: random(1000), id: node * 2 + 1, edges };
  });
  for (let pairs = random(4); pairs > 0; pairs--) {
    const [table, key, value] = [random(count), random(count), random(count)];
    const pair = `${random(99)} / part of key (K @${key * 2 + 1}) -> value (V @${value * 2 + 1}) pair in WeakMap`;
    nodes[table].edges.push(["internal", `${pair} (table @${table * 2 + 1})`, value]);
    if (random(4) > 0) nodes[key].edges.push(["internal", `${pair} (table @${table * 2 + 1})`, value]);
  }
  return nodes;
}

function edgeTo(type: (typeof EDGE_TYPES)[number], target: number, random: Random): EdgeSpec {
  return [type, type === "element" || type === "hidden" ? random(50) : `e${random(5)}`, target];
}
