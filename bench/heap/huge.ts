/** Files that other engines give up on: are they read, and is what they are known to hold found in them? */
import { mkdtempSync, rmSync, statfsSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  classStatistics,
  DominatorTree,
  parseSnapshotFile,
  shortestPaths,
  type HeapGraph,
} from "../../runtime/heap/index.js";
import { table } from "../lint/table.js";
import { RegistryHeap, TextHeap } from "./synthetic.js";

const DISK_BYTES = 5e9;

/** 2.25 GiB and 123 million edges. */
const REGISTRIES = new RegistryHeap({
  registries: 64,
  entriesEach: 90_000,
  neighbours: 15,
  shared: 1009,
  links: 1_000_000,
});
/** 635 MB of strings, above what V8 can hold in one. */
const TEXTS = new TextHeap(1_000_000);

/** @throws when there is no room on the disk, or at the first answer that is not the known one */
export async function checkHugeFiles(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), "leakproof-heap-huge-"));
  try {
    const { bavail, bsize } = statfsSync(folder);
    if (bavail * bsize < DISK_BYTES) throw new Error(`${folder} has less than ${DISK_BYTES / 1e9} GB of room`);
    // The lesser first: the peak of memory is one of the whole process.
    const rows = [
      await check("texts", folder, TEXTS, checkTexts),
      await check("registries", folder, REGISTRIES, checkRegistries),
    ];
    console.log(
      table(["file", "MB", "nodes", "edges", "answers", "CPU s", "wall s", "peak RSS MiB", "RSS / file"], rows),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Writable {
  write(path: string): void;
}

type Expect = (what: string, found: unknown, known: unknown) => void;

async function check<Heap extends Writable>(
  name: string,
  folder: string,
  heap: Heap,
  examine: (heap: Heap, graph: HeapGraph, tree: DominatorTree, expect: Expect) => void,
): Promise<(string | number)[]> {
  const file = path.join(folder, `${name}.heapsnapshot`);
  console.error(`writing ${name}`);
  heap.write(file);
  const bytes = statSync(file).size;
  const startUsage = process.cpuUsage();
  const startTime = performance.now();
  const graph = await parseSnapshotFile(file);
  const tree = new DominatorTree(graph);
  const { user, system } = process.cpuUsage(startUsage);
  const wallSeconds = (performance.now() - startTime) / 1e3;
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  let answers = 0;
  examine(heap, graph, tree, (what, found, known) => {
    answers++;
    if (found !== known) throw new Error(`${name}: ${what} is ${String(found)}, and should be ${String(known)}`);
  });
  rmSync(file);
  return [
    name,
    (bytes / 1e6).toFixed(1),
    graph.nodeCount,
    graph.edgeCount,
    answers,
    ((user + system) / 1e6).toFixed(1),
    wallSeconds.toFixed(1),
    (peakBytes / (1 << 20)).toFixed(0),
    (peakBytes / bytes).toFixed(2),
  ];
}

function checkRegistries(heap: RegistryHeap, graph: HeapGraph, tree: DominatorTree, expect: Expect): void {
  const { sizes, entriesEach } = heap;
  expect("the number of nodes", graph.nodeCount, heap.nodeCount);
  expect("the number of edges", graph.edgeCount, heap.edgeCount);

  let total = 0;
  for (let registry = 0; registry < heap.registries; registry++) {
    let retained: number = sizes.Registry;
    for (let index = registry * entriesEach; index < (registry + 1) * entriesEach; index++) {
      const own = sizes.Entry + heap.payloadSize(index);
      retained += own;
      const [entry, payload] = [heap.entry(index), heap.payload(index)];
      expect(`the dominator of entry ${index}`, tree.parent(entry), heap.registry(registry));
      expect(`the retained size of entry ${index}`, tree.retainedSize(entry), own);
      expect(`the dominator of payload ${index}`, tree.parent(payload), entry);
    }
    expect(`the retained size of registry ${registry}`, tree.retainedSize(heap.registry(registry)), retained);
    total += retained;
  }
  for (let index = 0; index < heap.shared; index++) {
    expect(`the dominator of shared node ${index}`, tree.parent(heap.sharedNode(index)), graph.root);
  }
  for (let index = 0; index < heap.links; index++) {
    const known = (heap.links - index) * sizes.Link;
    expect(`the retained size of link ${index}`, tree.retainedSize(heap.link(index)), known);
  }
  total += heap.shared * sizes.Shared + heap.links * sizes.Link;
  expect("the retained size of the root", tree.retainedSize(graph.root), total);

  const counts = new Map(classStatistics(graph).map(({ name, count }) => [name, count]));
  const known = { Registry: heap.registries, Entry: heap.entries, Payload: heap.entries, Shared: heap.shared };
  for (const [name, count] of Object.entries(known)) expect(`the number of ${name} nodes`, counts.get(name), count);

  const last = heap.payload(heap.entries - 1);
  const chain = shortestPaths(graph, [graph.root], { until: (node) => node === last }).pathTo(last);
  expect("the length of a chain", chain?.length, 3);
}

function checkTexts(heap: TextHeap, graph: HeapGraph, tree: DominatorTree, expect: Expect): void {
  expect("the number of strings", graph.strings.length, heap.count + 2);
  let total = 40;
  for (let index = 0; index < heap.count; index++) {
    total += heap.size(index);
    // Every hundredth, and the last ones: decoding all takes minutes.
    if (index % 100 === 0 || index > heap.count - 100) {
      expect(`text ${index}`, graph.nameOf(heap.node(index)), heap.text(index));
    }
  }
  expect("the retained size of the holder", tree.retainedSize(heap.holder), total);
  expect("the index of the last text", graph.strings.indexOf(heap.text(heap.count - 1)), heap.count + 1);
}
