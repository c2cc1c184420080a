/** The questions of `leakproof heap`: each one row of a table. */
import { setTimeout as sleep } from "node:timers/promises";
import { InputError } from "../input-error.js";
import {
  Heap,
  type Chain,
  type GraphOptions,
  type HeapObject,
  type ObjectGraph,
  type TypeOrder,
} from "../query/index.js";
import { graphToText } from "../report/graph-text.js";
import {
  branchText,
  chainText,
  duplicatesText,
  growthText,
  largestText,
  newObjectsText,
  objectsText,
  objectText,
  referencesText,
  slicesText,
  summaryText,
  typesText,
} from "../report/heap-text.js";
import { formatBytes } from "../report/pretty.js";
import { openTarget } from "../targets/target.js";

/** Where heaps come from: once from a file, again and again from what is alive. */
export interface HeapSource {
  readonly name: string;
  readonly isLive: boolean;
  readonly take: () => Promise<Heap>;
  /** Evaluates an expression in the process, and answers what it gives as text. */
  readonly evaluate?: (expression: string) => Promise<string>;
}

export interface QuestionOptions {
  readonly limit: number;
  readonly sort: TypeOrder;
  readonly maxDepth: number | null;
  readonly tooMany: number | null;
  readonly filter: RegExp | null;
  readonly highlight: RegExp | null;
  readonly extraInfo: "id" | "size" | "retained" | null;
  readonly from: RegExp | null;
  readonly to: RegExp | null;
  readonly intervalMs: number;
}

export interface Answer {
  /** For `--format json`. */
  readonly data: unknown;
  readonly text: string;
  /** What can be drawn of it. */
  readonly graph?: ObjectGraph;
}

export interface HeapQuestion {
  /** Its parameters, as help shows them. */
  readonly usage: string;
  readonly says: string;
  readonly answer: (
    source: HeapSource,
    parameters: readonly string[],
    options: QuestionOptions,
  ) => Promise<Answer> | Answer;
}

type OfHeap = (heap: Heap, parameters: readonly string[], options: QuestionOptions) => Answer;

const aboutHeap =
  (answer: OfHeap): HeapQuestion["answer"] =>
  async (source, parameters, options) =>
    answer(await source.take(), parameters, options);

export const questions: ReadonlyMap<string, HeapQuestion> = new Map<string, HeapQuestion>([
  [
    "summary",
    {
      usage: "",
      says: "sizes, kinds of nodes, what keeps the most",
      answer: aboutHeap((heap) => {
        const data = heap.summary();
        return { data, text: summaryText(data) };
      }),
    },
  ],
  [
    "types",
    {
      usage: "",
      says: "classes: how many objects, shallow and retained bytes",
      answer: aboutHeap((heap, _, { sort, limit }) => {
        const data = heap.types({ sort, limit });
        return { data, text: typesText(data) };
      }),
    },
  ],
  [
    "count",
    {
      usage: "<Class>",
      says: "how many objects of a class",
      answer: aboutHeap((heap, [className]) => {
        const data = heap.byType(required(className, "a class")).length;
        return { data, text: `${data}\n` };
      }),
    },
  ],
  [
    "by-type",
    {
      usage: "<Class>",
      says: "the objects of a class, the newest first",
      answer: aboutHeap((heap, [className], { limit }) => {
        const objects = heap.byType(required(className, "a class")).reverse();
        const data = objects.slice(0, limit);
        return { data, text: objectsText(data) + moreText(objects.length - data.length) };
      }),
    },
  ],
  [
    "at",
    {
      usage: "<id>",
      says: "an object, what it refers to and what refers to it",
      answer: aboutHeap((heap, [id], { limit }) => {
        const object = heap.at(required(id, "an object id"));
        const [references, referrers] = [heap.references(object), heap.referrers(object)];
        const retained = heap.retainedSize(object);
        const text = [
          `${objectText(object)}  ${formatBytes(object.size)} shallow, ${formatBytes(retained)} retained\n`,
          `\nrefers to\n${referencesText(references.slice(0, limit), "to")}${moreText(references.length - limit)}`,
          `\nreferred to by\n${referencesText(referrers.slice(0, limit), "from")}${moreText(referrers.length - limit)}`,
        ].join("");
        return { data: { object, retained, references, referrers }, text };
      }),
    },
  ],
  [
    "growth",
    {
      usage: "[<later target>]",
      says: "classes with more objects later; live: after --interval",
      answer: async (source, [later], { limit, intervalMs }) => {
        const [before, after] = await twoHeaps(source, later, intervalMs);
        const data = after.growth(before, limit);
        return { data, text: growthText(data) };
      },
    },
  ],
  [
    "new-objects",
    {
      usage: "[<later target>] [<Class>]",
      says: "what an earlier snapshot of the process had not",
      answer: async (source, parameters, { limit, intervalMs }) => {
        const [later, className] = source.isLive ? [undefined, ...parameters] : parameters;
        const [before, after] = await twoHeaps(source, later, intervalMs);
        if (className !== undefined) {
          const objects = after.newOfType(before, className).reverse();
          const data = objects.slice(0, limit);
          return { data, text: objectsText(data) + moreText(objects.length - data.length) };
        }
        const data = after.newObjects(before).slice(0, limit);
        return { data, text: newObjectsText(data) };
      },
    },
  ],
  [
    "chain",
    {
      usage: "<id|Class>",
      says: "the shortest chain of references from a module",
      answer: aboutHeap((heap, [name], options) => {
        const object = objectNamed(heap, name);
        const { from, maxDepth } = options;
        const chain =
          from === null
            ? heap.findBackrefChain(object)
            : heap.findBackrefChain(object, matches(from), { ...(maxDepth !== null && { maxDepth }) });
        return chainAnswer(heap, object, chain, options);
      }),
    },
  ],
  [
    "ref-chain",
    {
      usage: "<id|Class> --to <regexp>",
      says: "the shortest chain to an object that matches",
      answer: aboutHeap((heap, [name], options) => {
        const object = objectNamed(heap, name);
        if (options.to === null) throw new InputError("ref-chain needs --to <regexp>: what the chain is to end at");
        const { maxDepth } = options;
        const chain = heap.findRefChain(object, matches(options.to), { ...(maxDepth !== null && { maxDepth }) });
        return chainAnswer(heap, object, chain, options);
      }),
    },
  ],
  [
    "backrefs",
    {
      usage: "<id|Class …>",
      says: "what refers to objects, and what to that: a graph",
      answer: aboutHeap((heap, names, options) =>
        graphAnswer(heap.backrefs(objectsNamed(heap, names), graphOptions(options))),
      ),
    },
  ],
  [
    "refs",
    {
      usage: "<id|Class …>",
      says: "what objects refer to, and what that does: a graph",
      answer: aboutHeap((heap, names, options) =>
        graphAnswer(heap.refs(objectsNamed(heap, names), graphOptions(options))),
      ),
    },
  ],
  [
    "retained",
    {
      usage: "[<id|Class>]",
      says: "what keeps the most; of one object, what it alone keeps",
      answer: aboutHeap((heap, [name], options) => {
        const { limit, maxDepth, tooMany } = options;
        if (name === undefined) {
          const data = heap.largest(limit);
          return { data, text: largestText(data) };
        }
        const limits = { ...(maxDepth !== null && { maxDepth }), ...(tooMany !== null && { tooMany }) };
        const data = heap.dominated(objectNamed(heap, name), limits);
        return { data, text: branchText(data), graph: heap.dominatedGraph(data, graphOptions(options)) };
      }),
    },
  ],
  [
    "duplicates",
    {
      usage: "",
      says: "texts that are there several times, and the bytes lost",
      answer: aboutHeap((heap, _, { limit }) => {
        const data = heap.duplicates(limit);
        return { data, text: duplicatesText(data) };
      }),
    },
  ],
  [
    "slices",
    {
      usage: "",
      says: "small parts that keep large texts and buffers",
      answer: aboutHeap((heap, _, { limit }) => {
        const data = heap.slices(limit);
        return { data, text: slicesText(data) };
      }),
    },
  ],
]);

async function twoHeaps(source: HeapSource, later: string | undefined, intervalMs: number): Promise<[Heap, Heap]> {
  if (later !== undefined) {
    const before = await source.take();
    const target = await openTarget(later);
    try {
      return [before, new Heap((await target.take()).graph, { workingDirectory: process.cwd() })];
    } finally {
      await target.close();
    }
  }
  if (!source.isLive)
    throw new InputError(`growth of a file needs a later one: leakproof heap ${source.name} growth <file>`);
  const before = await source.take();
  await sleep(intervalMs);
  return [before, await source.take()];
}

function chainAnswer(heap: Heap, object: HeapObject, chain: Chain | null, options: QuestionOptions): Answer {
  if (chain === null) return { data: null, text: `no chain leads to ${objectText(object)}\n` };
  return { data: chain, text: chainText(chain), graph: heap.chain(chain, graphOptions(options)) };
}

function graphAnswer(graph: ObjectGraph): Answer {
  return { data: graph, text: graphToText(graph), graph };
}

function graphOptions(options: QuestionOptions): GraphOptions {
  const { maxDepth, tooMany, filter, highlight, extraInfo } = options;
  return {
    ...(maxDepth !== null && { maxDepth }),
    ...(tooMany !== null && { tooMany }),
    ...(filter !== null && { filter: matches(filter) }),
    ...(highlight !== null && { highlight: matches(highlight) }),
    ...(extraInfo === "id" && { extraInfo: ({ id }: HeapObject) => `@${id}` }),
    ...(extraInfo === "size" && { extraInfo: ({ size }: HeapObject) => formatBytes(size) }),
    ...(extraInfo === "retained" && { retained: true }),
  };
}

/** Whether a pattern is found in what an object is, or where it is written. */
export function matches(pattern: RegExp): (object: HeapObject) => boolean {
  return ({ className, title, place }) =>
    pattern.test(title) || pattern.test(className) || (place !== null && pattern.test(place));
}

/** An object by its id, or the newest of a class. */
export function objectNamed(heap: Heap, name: string | undefined): HeapObject {
  const text = required(name, "an object: its id, or a class");
  if (/^@?\d+$/.test(text)) return heap.at(text);
  return heap.byType(text).at(-1) ?? heap.at(text);
}

function objectsNamed(heap: Heap, names: readonly string[]): HeapObject[] {
  required(names[0], "an object: its id, or a class");
  return names.map((name) => objectNamed(heap, name));
}

function required(parameter: string | undefined, what: string): string {
  if (parameter === undefined) throw new InputError(`this question needs ${what}`);
  return parameter;
}

function moreText(count: number): string {
  return count > 0 ? `${count.toLocaleString("en-US")} more (--limit shows more)\n` : "";
}
