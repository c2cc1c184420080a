/** The thread in which the heaps of the asking process are parsed and asked. */
import { SnapshotParser, type HeapGraph } from "../heap/index.js";
import type { WorkerCall } from "./worker-calls.js";
import { isOwnScript } from "../own-scripts.js";
import { questionInBatches } from "../query/heap-object.js";
import { Heap, isModule } from "../query/index.js";
import { isFunctionHandle, serveCalls, type Ask } from "../targets/serve-calls.js";

const heaps = new Map<number, Heap>();
let parser = new SnapshotParser();
/** A heap that is whole: put together while the process that wrote it is still freeing what V8 needed for it. */
let whole: HeapGraph | null = null;
let lastHeap = 0;

serveCalls({
  receive(bytes) {
    parser.write(bytes);
    if (parser.isWhole) whole = endParser();
  },
  call: (_, argument, ask) => answer(argument as WorkerCall, ask),
});

function answer(call: WorkerCall, ask: Ask): unknown {
  switch (call.method) {
    case "finish": {
      const graph = whole ?? endParser();
      whole = null;
      const { workingDirectory } = call;
      heaps.set(++lastHeap, new Heap(graph, { workingDirectory, isIgnoredScript: isOwnScript }));
      return { heap: lastHeap, nodeCount: graph.nodeCount };
    }
    case "drop":
      heaps.delete(call.heap);
      return null;
    case "ask": {
      const heap = heapOf(call.heap) as unknown as Record<string, (...parameters: unknown[]) => unknown>;
      return heap[call.question](...call.parameters.map((parameter) => revived(parameter, ask)));
    }
  }
}

function endParser(): HeapGraph {
  const ended = parser;
  parser = new SnapshotParser();
  return ended.end();
}

function heapOf(number: number): Heap {
  const heap = heaps.get(number);
  if (heap === undefined) throw new Error("this heap was closed");
  return heap;
}

function revived(value: unknown, ask: Ask): unknown {
  if (isFunctionHandle(value)) return questionInBatches((objects) => ask(value, objects));
  if (Array.isArray(value)) return value.map((item: unknown) => revived(item, ask));
  if (typeof value !== "object" || value === null || value instanceof Map) return value;
  if ("leakproofHeap" in value) return heapOf(Number(value.leakproofHeap));
  if ("leakproofPredicate" in value) return isModule;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, revived(item, ask)]));
}
