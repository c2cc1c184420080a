/** A place in a script, 0-based as in the file; `scriptId` is V8's and means something only within one process. */
export interface ScriptLocation {
  readonly scriptId: number;
  readonly line: number;
  readonly column: number;
}

/**
 * Source places of nodes: a closure's own, for an object its constructor's. V8 gives them for a part of both only.
 * Kept sorted by node: 16 bytes a location, a look-up is a binary search.
 */
export class LocationTable {
  /** Nodes that have a location, ascending. */
  readonly nodes: Uint32Array;
  /** Script id, line and column of nodes[i] at 3i, 3i + 1, 3i + 2. */
  readonly places: Int32Array;
  #nodesOfScript: Map<number, Uint32Array> | undefined;

  /**
   * @param nodes the node of each location
   * @param places of each location: script id, line and column
   * @param nodeCount above all nodes
   */
  constructor(nodes: Uint32Array, places: Int32Array, nodeCount: number) {
    if (isAscending(nodes)) {
      this.nodes = nodes;
      this.places = places;
      return;
    }
    // By node, one more than its location; 0 for none. V8 writes one location a node; of several the first counts.
    const locationOf = new Uint32Array(nodeCount);
    let count = 0;
    for (let location = 0; location < nodes.length; location++) {
      if (locationOf[nodes[location]] !== 0) continue;
      locationOf[nodes[location]] = location + 1;
      count++;
    }
    this.nodes = new Uint32Array(count);
    this.places = new Int32Array(count * 3);
    for (let node = 0, to = 0; to < count; node++) {
      if (locationOf[node] === 0) continue;
      const from = (locationOf[node] - 1) * 3;
      this.nodes[to] = node;
      this.places[to * 3] = places[from];
      this.places[to * 3 + 1] = places[from + 1];
      this.places[to * 3 + 2] = places[from + 2];
      to++;
    }
  }

  get(node: number): ScriptLocation | undefined {
    const index = this.indexOf(node);
    return index < 0 ? undefined : this.at(index);
  }

  /** The index of a node's location in `nodes`, −1 if it has none. */
  indexOf(node: number): number {
    let low = 0;
    let high = this.nodes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.nodes[middle] < node) low = middle + 1;
      else high = middle;
    }
    return this.nodes[low] === node ? low : -1;
  }

  at(index: number): ScriptLocation {
    const [scriptId, line, column] = this.places.subarray(index * 3, index * 3 + 3);
    return { scriptId, line, column };
  }

  /** The nodes located in a script, ascending; empty if there are none. */
  nodesAtScript(scriptId: number): Uint32Array {
    this.#nodesOfScript ??= this.#groupByScript();
    return this.#nodesOfScript.get(scriptId) ?? new Uint32Array(0);
  }

  /** Every script that has a located node. */
  scriptIds(): number[] {
    this.#nodesOfScript ??= this.#groupByScript();
    return [...this.#nodesOfScript.keys()];
  }

  #groupByScript(): Map<number, Uint32Array> {
    const groups = new Map<number, number[]>();
    for (let index = 0; index < this.nodes.length; index++) {
      const scriptId = this.places[index * 3];
      const group = groups.get(scriptId);
      if (group === undefined) groups.set(scriptId, [this.nodes[index]]);
      else group.push(this.nodes[index]);
    }
    return new Map([...groups].map(([scriptId, nodes]) => [scriptId, Uint32Array.from(nodes)]));
  }
}

function isAscending(values: Uint32Array): boolean {
  for (let index = 1; index < values.length; index++) if (values[index - 1] >= values[index]) return false;
  return true;
}
