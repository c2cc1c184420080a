/** The path to a heap suspect as text: to know it again, and to show it. */
import { fileURLToPath } from "node:url";
import type { Anchor } from "../heap/anchors.js";
import type { Forest } from "../heap/forest.js";
import { ephemeronTableId } from "../heap/retention.js";
import { hopsOf, type Hop } from "../heap/hops.js";
import { isVisible } from "../heap/visible.js";
import type { Accumulation } from "./heap-growth.js";

/** The file of an anchor that is a module or a function; null for the others. */
export function fileOfAnchor(anchor: Anchor | undefined): string | null {
  const isWritten = anchor?.kind === "module" || anchor?.kind === "commonjs" || anchor?.kind === "function";
  return isWritten ? fileOfScript(anchor.name) : null;
}

/** A script's name as a path; null for what is no file. */
export function fileOfScript(name: string): string | null {
  if (name.startsWith("file:")) return fileURLToPath(name.replace(/[?#].*$/, ""));
  return name.startsWith("node:") || name.startsWith("data:") ? null : name;
}

/** The hops from the anchor to a node; those of a list's links that repeat are left out. */
export function hopsTo(forest: Forest, node: number): { anchor: Anchor | undefined; hops: Hop[] } {
  const { anchor, edges } = forest.pathTo(node);
  return { anchor, hops: hopsOf(forest.graph, edges) };
}

/**
 * The same text for the same place in every snapshot, and for places that differ only in an index or a key: LeakCanary
 * groups leaks in the same way.
 */
export function fingerprintText(forest: Forest, { holder, slot }: Accumulation): string {
  const { anchor, hops } = hopsTo(forest, holder);
  const words = hops.map((hop) =>
    edgeText(forest, hop)
      .replace(/\[\d+\]|\[key\]/, "[x]")
      .replace(/\d+/g, "N"),
  );
  const path = words.filter((word, index) => word !== words[index - 1]);
  return [anchor?.name ?? "", ...path, slot.kind === "entries" ? "[]" : slot.name].join(" ");
}

/** A hop as reports show it: `.property`, `[0]`, `closure variable x`, `local of suspended load`. */
export function edgeText(forest: Forest, { kind, name }: Hop): string {
  switch (kind) {
    case "property":
      return propertyText(name);
    case "symbol":
      return `[${name || "symbol"}]`;
    case "element":
      return `[${name}]`;
    case "entry":
      return "[key]";
    case "variable":
      return name;
    case "weak-value": {
      const map = weakMapName(forest, Number(name));
      return map === null ? "[value in a WeakMap]" : `[value in WeakMap ${map}]`;
    }
    case "reaction":
      return "pending reaction";
    case "frame":
      return `stack frame of ${name} in an unread Error`;
    case "local":
      return `local of suspended ${name}`;
    case "bound":
      return name;
    case "internal":
      return slotText(name);
    case "registration":
      return "held value";
  }
}

/** A property as reports show it. Node's timers hang one from the other, by two properties of its own. */
export function propertyText(name: string): string {
  return /^_idle(?:Next|Prev)$/.test(name) ? "waiting timer" : `.${name}`;
}

/** A slot of V8's in the language's words. */
export function slotText(name: string): string {
  return SLOTS[name] ?? name.replace(/^bound_(\w+)$/, (_, what: string) => `bound ${what.replaceAll("_", " ")}`);
}

const SLOTS: Readonly<Record<string, string>> = {
  extension: "the promise it settles",
  reactions_or_result: "settled value",
};

/** The variable or property that a WeakMap is known by, from the id of its table. */
function weakMapName(forest: Forest, tableId: number): string | null {
  const { graph } = forest;
  const table = graph.nodeOfId(tableId);
  if (table < 0) return null;
  for (const edge of graph.retainers(table)) {
    const map = graph.edgeFrom(edge);
    if (!isVisible(graph, map) || ephemeronTableId(graph, edge) >= 0) continue;
    const last = hopsTo(forest, map).hops.at(-1);
    if (last !== undefined && (last.kind === "variable" || last.kind === "property")) return last.name;
  }
  return null;
}
