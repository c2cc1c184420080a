import assert from "node:assert/strict";
import type { HeapGraph } from "../../../../runtime/heap/index.js";
import { InputError } from "../../../../runtime/input-error.js";
import { Heap, isModule, type HeapObject, type ObjectGraph } from "../../../../runtime/query/index.js";
import { graphToDot } from "../../../../runtime/report/graph-dot.js";
import { graphToHtml } from "../../../../runtime/report/graph-html.js";
import { loadRenderer } from "../../../../runtime/report/graph-svg.js";
import { graphToText } from "../../../../runtime/report/graph-text.js";
import {
  branchText,
  chainText,
  duplicatesText,
  objectsText,
  slicesText,
  summaryText,
  typesText,
} from "../../../../runtime/report/heap-text.js";
import { tagsOf } from "../../report/svg-parts.js";

const renderer = await loadRenderer();

/** Objects of each class that are asked after. */
const ASKED = 2;
const CLASSES = 6;
const MOST_NODES = 200;
/** Pictures are dear: one heap in so many is drawn as a page as well. */
const PAGE_EVERY = 25;
/** What SVG of ours is made of. */
const TAGS = /^\/?(?:svg|g|title|path|polygon|polyline|ellipse|text|a|rect|tspan|line|defs|style|marker)$/;

/** Every question of `Heap` is answered, and pictures hold nothing but what we draw. */
export async function askEverything(graph: HeapGraph, index: number): Promise<void> {
  const heap = new Heap(graph);
  const texts = [
    summaryText(heap.summary()),
    typesText(heap.types({ sort: "retained" })),
    duplicatesText(heap.duplicates()),
    slicesText(heap.slices()),
  ];
  heap.largest();
  heap.leakingObjects();
  assert.deepEqual(heap.growth(heap), [], "a heap grew since itself");
  const classes = [...heap.counts().keys()].slice(0, CLASSES);
  for (const name of classes) {
    for (const object of heap.byType(name).slice(0, ASKED)) texts.push(...(await askAbout(heap, object, index)));
  }
  for (const text of texts) {
    assert.doesNotMatch(text, /[^\P{Cc}\n]|[\p{Cf}\p{Cs}]/u, "control characters in a text for the terminal");
  }
}

async function askAbout(heap: Heap, object: HeapObject, index: number): Promise<string[]> {
  const again = heap.at(object.id);
  // Ids that come twice stand for one of their objects.
  if (again.title !== object.title) return [];
  heap.referrers(object);
  heap.references(object);
  assert.ok(Number.isFinite(heap.retainedSize(object)));
  const texts = [objectsText([object]), branchText(heap.dominated(object))];
  const chain = heap.findBackrefChain(object);
  heap.findBackrefChain(object, isModule);
  heap.findRefChain(object, ({ kind }) => kind === "text", { maxDepth: 4 });
  if (chain !== null) texts.push(chainText(chain));
  const graphs = [
    heap.backrefs(object, { maxDepth: 4, tooMany: 4, retained: true, extraInfo: ({ className }) => className }),
    heap.refs(object, { maxDepth: 3, tooMany: 4 }),
    ...(chain === null ? [] : [heap.chain(chain)]),
  ];
  for (const graph of graphs) {
    texts.push(graphToText(graph));
    graphToDot(graph);
    if (graph.nodes.length <= MOST_NODES) await draw(graph, index);
  }
  return texts;
}

async function draw(graph: ObjectGraph, index: number): Promise<void> {
  try {
    if (index % PAGE_EVERY === 0) {
      const page = await graphToHtml(graph, { title: "a heap" });
      assert.equal(page.match(/<script\b/g)?.length, page.match(/<\/script>/g)?.length);
    }
    if (index % 5 !== 0) return;
    for (const tag of tagsOf(renderer.svg(graph)))
      assert.match(tag.split(" ")[0], TAGS, "an element in a picture that is not ours");
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
  }
}
