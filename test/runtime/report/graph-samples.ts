/** Graphs to draw: as small as a question, and as large as a server. */
import type { GraphEdge, GraphNode, ObjectGraph } from "../../../runtime/query/object-graph.js";

/** A node with everything that is not said left out. */
export function node(id: number, more: Partial<GraphNode> = {}): GraphNode {
  return {
    id,
    kind: "object",
    title: "Object",
    place: null,
    depth: 0,
    isTarget: false,
    isHighlighted: false,
    retainedBytes: null,
    extraInfo: null,
    undrawn: 0,
    ...more,
  };
}

/** A graph of references towards its targets, the nodes at depth 0. */
export function backrefs(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): ObjectGraph {
  const maxDepth = Math.max(0, ...nodes.map(({ depth }) => depth));
  return { direction: "backrefs", nodes, edges, maxDepth };
}

/** `module → cache → … → Session`, each kept by the next. */
export function chain(length: number): ObjectGraph {
  const kinds: Partial<GraphNode>[] = [
    { title: "Session", place: "src/session.js:8" },
    { title: "Request", place: "src/http/request.ts:21" },
    { title: "function onClose", kind: "function", place: "src/http/server.ts:114" },
    { title: "Array" },
    { title: "Map" },
    { title: "Object" },
  ];
  const nodes = Array.from({ length }, (_, depth) =>
    depth === length - 1
      ? node(1001 + 2 * depth, { kind: "module", title: "module src/http/connection-registry.ts", depth })
      : node(1001 + 2 * depth, { ...kinds[depth % kinds.length], depth, isTarget: depth === 0 }),
  );
  const labels = [".session", ".request", "[0]", ".listeners", '["GET /orders"]', ".routes"];
  const edges = nodes
    .slice(1)
    .map(({ id }, index) => ({ from: id, to: id - 2, label: index === length - 2 ? "registry" : labels[index % 6] }));
  return backrefs(nodes, edges);
}

/** What keeps a database of a small server: requests, closures, lists, caches, timers and two modules. */
export function server(requests = 30): ObjectGraph {
  const nodes: GraphNode[] = [];
  const edges: GraphEdge[] = [];
  let nextId = 4001;
  const add = (title: string, depth: number, more: Partial<GraphNode> = {}): number => {
    nodes.push(node(nextId, { title, depth, ...more }));
    return (nextId += 2) - 2;
  };
  const refer = (from: number, to: number, label: string): number => edges.push({ from, to, label });

  const db = add("DB", 0, {
    place: "src/db.ts:12",
    isTarget: true,
    retainedBytes: 11_743_232,
    extraInfo: "postgres://localhost/orders",
  });
  const pool = add("Pool", 1, { place: "node_modules/pg-pool/index.js:61", retainedBytes: 2_412_000 });
  refer(pool, db, ".owner");
  refer(db, pool, ".pool");
  const dbModule = add("module src/db.ts", 1, { kind: "module" });
  refer(dbModule, db, "shared");
  const log = add("Array", 3, { isHighlighted: true, retainedBytes: 9_800_123, undrawn: 4102 });
  const listeners = add("Array", 3);
  const cache = add("Map", 3, { retainedBytes: 812_000 });
  for (let index = 0; index < requests; index += 1) {
    const request = add("IncomingMessage", 1, {
      place: "node:_http_incoming:182",
      retainedBytes: 20_480 + index,
      undrawn: index % 7 === 3 ? 12 : 0,
    });
    refer(request, db, ".db");
    const entry = add("LogEntry", 2, { place: "src/errors.ts:20" });
    refer(entry, request, ".request");
    refer(log, entry, `[${index}]`);
    const handler = add("function onClose", 2, { kind: "function", place: "src/server.ts:48" });
    refer(handler, request, "request");
    refer(listeners, handler, `[${index}]`);
    const response = add("ServerResponse", 2, { place: "node:_http_server:210" });
    refer(response, request, ".req");
    refer(request, response, ".res");
    if (index % 3 === 0) {
      const key = add(`"GET /orders/${index}?customer=a-rather-long-name-of-a-customer&page=${index}"`, 4, {
        kind: "text",
      });
      refer(cache, response, "[key]");
      refer(key, cache, ".parent");
    }
    const closure = add("function retry", 3, { kind: "function", place: "src/retry.ts:9" });
    refer(closure, handler, "callback");
    const timer = index % 2 === 0 ? add("Timeout", 4) : add("Promise", 4);
    refer(timer, closure, index % 2 === 0 ? "._onTimeout" : ".then");
  }
  const errors = add("module src/middleware/errors/temporary-log.ts", 4, { kind: "module" });
  refer(errors, log, "tempLogs");
  const emitter = add("Server", 4, { place: "node:net:1755" });
  refer(emitter, listeners, "._events.close");
  const main = add("module src/main.ts", 5, { kind: "module" });
  refer(main, emitter, "server");
  refer(main, cache, "cache");
  const timers = add("timers of Node", 5, { kind: "root" });
  for (const { id, title } of [...nodes]) if (title === "Timeout") refer(timers, id, "[list]");
  const queue = add("promise reactions", 5, { kind: "root" });
  for (const { id, title } of [...nodes]) if (title === "Promise") refer(queue, id, "[reaction]");
  return backrefs(nodes, edges);
}
