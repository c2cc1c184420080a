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
   * Takes the arrays over and sorts them in place.
   * @param nodes in any order; of two locations of one node the first counts
   */
  constructor(nodes: Uint32Array, places: Int32Array) {
    const order = orderByNode(nodes, places);
    permute(order, nodes, places);
    this.nodes = nodes.subarray(0, order.length);
    this.places = places.subarray(0, order.length * 3);
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

/**
 * Where the record of each place comes from when records are sorted by node. Drops second records of a node first. A
 * table with a slot a node instead of a sort: millions of objects may have a location, in the order of a hash table.
 * Cost: 4 bytes a node, and a pass over the nodes.
 */
function orderByNode(nodes: Uint32Array, places: Int32Array): Uint32Array {
  let last = -1;
  for (let record = 0; record < nodes.length; record++) if (nodes[record] > last) last = nodes[record];
  // 0 is an empty slot, so records count from 1.
  const slots = new Uint32Array(last + 1);
  let count = 0;
  for (let record = 0; record < nodes.length; record++) {
    if (slots[nodes[record]] !== 0) continue;
    if (record !== count) copyRecord(nodes, places, record, count);
    slots[nodes[record]] = ++count;
  }
  const order = new Uint32Array(count);
  let to = 0;
  for (let node = 0; node <= last; node++) if (slots[node] !== 0) order[to++] = slots[node] - 1;
  return order;
}

/** Moves record order[i] to place i for each i, along the cycles, so without a copy of all. `order` is used up. */
function permute(order: Uint32Array, nodes: Uint32Array, places: Int32Array): void {
  for (let start = 0; start < order.length; start++) {
    if (order[start] === start) continue;
    const node = nodes[start];
    const [scriptId, line, column] = [places[start * 3], places[start * 3 + 1], places[start * 3 + 2]];
    let to = start;
    for (let from = order[to]; from !== start; from = order[to]) {
      copyRecord(nodes, places, from, to);
      order[to] = to;
      to = from;
    }
    order[to] = to;
    nodes[to] = node;
    places[to * 3] = scriptId;
    places[to * 3 + 1] = line;
    places[to * 3 + 2] = column;
  }
}

function copyRecord(nodes: Uint32Array, places: Int32Array, from: number, to: number): void {
  nodes[to] = nodes[from];
  places[to * 3] = places[from * 3];
  places[to * 3 + 1] = places[from * 3 + 1];
  places[to * 3 + 2] = places[from * 3 + 2];
}
