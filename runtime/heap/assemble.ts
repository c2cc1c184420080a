import { outOfRange } from "./columns.js";
import type { EdgeColumns } from "./edge-columns.js";
import type { LocationColumns } from "./location-columns.js";
import type { NodeColumns } from "./node-columns.js";
import { SnapshotError } from "./error.js";
import { HeapGraph } from "./graph.js";
import { LocationTable } from "./locations.js";
import type { SnapshotMeta } from "./meta.js";
import type { StringTable } from "./strings.js";

export interface SnapshotParts {
  readonly meta: SnapshotMeta;
  readonly nodes: NodeColumns;
  readonly edges: EdgeColumns;
  readonly locations: LocationColumns | undefined;
  readonly strings: StringTable;
}

/**
 * Makes the graph of a whole file once every index in it is known to point at something.
 * @throws SnapshotError when counts disagree or an index is out of range.
 */
export function assembleGraph(parts: SnapshotParts): HeapGraph {
  const { meta, nodes, edges, strings } = parts;
  checkCount("nodes", meta.nodeCount, nodes.count);
  checkCount("edges", meta.edgeCount, edges.count);
  if (nodes.count === 0) throw new SnapshotError("damaged heap snapshot: it has no nodes");
  if (nodes.edgeTotal !== edges.count) {
    throw new SnapshotError(
      `damaged heap snapshot: its nodes claim ${nodes.edgeTotal} edges and "edges" holds ${edges.count}`,
    );
  }
  if (nodes.maxName >= strings.length) throw outOfRange("a node", "name", nodes.maxName, strings.length);
  if (edges.maxName >= strings.length) throw outOfRange("an edge", "name", edges.maxName, strings.length);
  if (edges.maxTarget >= nodes.count) throw outOfRange("an edge", "target", edges.maxTarget, nodes.count);
  const root = meta.rootIndex / meta.nodeFields.stride;
  if (!Number.isInteger(root) || root >= nodes.count) throw outOfRange("the snapshot", "root", root, nodes.count);
  nodes.trim();
  edges.trim();
  return new HeapGraph({
    root,
    extraNativeBytes: meta.extraNativeBytes,
    nodeTypeNames: meta.nodeTypes,
    edgeTypeNames: meta.edgeTypes,
    nodeTypes: nodes.types,
    nodeNames: nodes.names,
    nodeIds: nodes.ids,
    selfSizes: nodes.selfSizes,
    detachedness: nodes.detachedness,
    firstEdges: nodes.firstEdges,
    edgeTypes: edges.types,
    edgeNamesOrIndexes: edges.namesOrIndexes,
    edgeTargets: edges.targets,
    strings,
    locations: locationTable(parts),
  });
}

function checkCount(section: string, declared: number | undefined, found: number): void {
  if (declared === undefined || declared === found) return;
  throw new SnapshotError(`damaged heap snapshot: its header declares ${declared} ${section}, the file holds ${found}`);
}

function locationTable({ nodes, locations }: SnapshotParts): LocationTable {
  if (locations === undefined) return new LocationTable(new Uint32Array(0), new Int32Array(0));
  if (locations.maxNode >= nodes.count) throw outOfRange("a location", "node", locations.maxNode, nodes.count);
  const { count } = locations;
  return new LocationTable(locations.nodes.subarray(0, count), locations.places.subarray(0, count * 3));
}
