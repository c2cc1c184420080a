import { describe, expect, it } from "vitest";
import { blockScopesOf, nameSlot, unnamedSlots } from "../../../runtime/heap/block-scopes.js";
import { closureOf, heapOf } from "./named-heap.js";

/** A module in a wrapper's block: a Map and a list in slots without names, and a function that sees them. */
const nodes = {
  ...closureOf("open", "/app/src/sessions.ts", 7, [["internal", "context", "block"]]),
  block: {
    type: "hidden",
    name: "system / Context",
    edges: [
      ["hidden", 0, "sessions"],
      ["hidden", 3, "list"],
      ["internal", "scope_info", "info"],
      ["internal", "previous", "native"],
    ],
  },
  native: { type: "hidden", name: "system / NativeContext / https://" },
  info: { type: "hidden", name: "system / ScopeInfo" },
  sessions: { name: "Map" },
  list: { name: "Array" },
  name: { type: "string", name: "sessions" },
} as const;

describe("scopes of blocks", () => {
  const { graph, at } = heapOf(nodes);

  it("are found by a closure that sees them, in the scripts that were asked for", () => {
    expect(blockScopesOf(graph, [7])).toEqual([{ context: at("block"), closure: at("open") }]);
    expect(blockScopesOf(graph, [8])).toEqual([]);
  });

  it("give their variables names that the snapshot has", () => {
    const [sessions = -1, list = -1] = unnamedSlots(graph, at("block"));
    nameSlot(graph, sessions, "sessions");
    nameSlot(graph, list, "a name that is nowhere in the snapshot");
    expect([graph.edgeType(sessions), graph.edgeName(sessions)]).toEqual(["context", "sessions"]);
    expect([graph.edgeType(list), graph.edgeName(list)]).toEqual(["hidden", "3"]);
    expect(unnamedSlots(graph, at("block"))).toEqual([list]);
  });
});
