/**
 * The heap engine: bytes of a V8 heap snapshot in, answers out. Nodes and edges are plain numbers, sizes are bytes,
 * `NONE` or −1 says there is none. Every parse error is a `SnapshotError` of one line.
 */
export { SnapshotError } from "./error.js";
export { SnapshotParser } from "./parse.js";
export { parseSnapshot, parseSnapshotFile } from "./source.js";
export { HeapGraph, NONE } from "./graph.js";
export type { EdgeType, EdgeTypeCodes, NodeType, NodeTypeCodes } from "./types.js";
export { LocationTable, type ScriptLocation } from "./locations.js";
export { StringTable } from "./strings.js";
export { ephemeronTableId, isEphemeronFromKey, isEphemeronFromTable, Retention, retentionOf } from "./retention.js";
export { computeDistances } from "./distances.js";
export { computeDominators } from "./dominators.js";
export { DominatorTree, dominatorTreeOf, retainedSizes } from "./dominator-tree.js";
export { shortestPaths, ShortestPaths, type PathOptions } from "./paths.js";
export { classNameOf, classStatistics, type ClassStatistics, type StatisticsOptions } from "./statistics.js";
export { anchorsOf, type Anchor, type AnchorKind } from "./anchors.js";
export { Forest } from "./forest.js";
export { hopsOf, type Hop, type HopKind } from "./hops.js";
export { prototypesOf } from "./prototypes.js";
export { internalTarget, scriptsOf, type HeapScript } from "./scripts.js";
export { className, functionOf, isIgnored, isSharedMachinery, isVisible, RENAMED_CLASS } from "./visible.js";
