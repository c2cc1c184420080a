/** Answers about a heap as plain text: each function takes what the question of that name gives. */
import type {
  Chain,
  ClassGrowth,
  DominatorBranch,
  DuplicateText,
  HeapObject,
  HeapSummary,
  NewObjects,
  ObjectReference,
  RetainedObject,
  RetainedSlice,
  TypeStatistics,
} from "../query/index.js";
import { harmlessText } from "./harmless-text.js";
import { formatBytes } from "./pretty.js";
import { formatTable, type Column } from "./table.js";

const LONGEST_NAME = 80;
const LONGEST_DUPLICATE = 60;

/** `DB @1234 (src/db.js:10)`. */
export function objectText({ title, id, place }: HeapObject): string {
  return `${harmlessText(title, LONGEST_NAME)} @${id}${placeText(place)}`;
}

export function objectsText(objects: readonly HeapObject[]): string {
  return formatTable<HeapObject>(
    [
      { title: "object", align: "left", text: ({ title }) => title },
      { title: "id", align: "right", text: ({ id }) => `@${id}` },
      { title: "shallow", align: "right", text: ({ size }) => formatBytes(size) },
      { title: "place", align: "left", text: ({ place }) => place ?? "" },
    ],
    objects,
  );
}

export function typesText(types: readonly TypeStatistics[]): string {
  return formatTable<TypeStatistics>(
    [
      { title: "class", align: "left", text: ({ name }) => name },
      numbers("count", ({ count }) => count),
      bytes("shallow", ({ shallow }) => shallow),
      bytes("retained", ({ retained }) => retained),
      { title: "place", align: "left", text: ({ place }) => place ?? "" },
    ],
    types,
  );
}

/** As objgraph prints it: the class, how many there are now, how many more than before. */
export function growthText(growth: readonly ClassGrowth[]): string {
  if (growth.length === 0) return "no class has more objects than before\n";
  return formatTable<ClassGrowth>(
    [
      { title: "class", align: "left", text: ({ className }) => className },
      numbers("count", ({ count }) => count),
      { title: "growth", align: "right", text: ({ growth: more }) => `+${more.toLocaleString("en-US")}` },
    ],
    growth,
  );
}

export function newObjectsText(groups: readonly NewObjects[]): string {
  if (groups.length === 0) return "no object is new\n";
  return formatTable<NewObjects>(
    [
      { title: "class", align: "left", text: ({ className }) => className },
      numbers("new", ({ count }) => count),
      bytes("shallow", ({ size }) => size),
      { title: "some of them", align: "left", text: ({ examples }) => examples.map(({ id }) => `@${id}`).join(" ") },
    ],
    groups,
  );
}

/** A line for each object, each further in than the one that refers to it. */
export function chainText({ objects, references }: Chain): string {
  const rows = objects.map((object, index) => ({
    left: "  ".repeat(index) + harmlessText(index === 0 ? object.title : references[index - 1].label, LONGEST_NAME),
    right: index === 0 ? "" : objectText(object),
  }));
  const width = Math.max(...rows.filter(({ right }) => right !== "").map(({ left }) => left.length), 0) + 2;
  return rows.map(({ left, right }) => `${right === "" ? left : left.padEnd(width) + right}\n`).join("");
}

export function referencesText(references: readonly ObjectReference[], far: "from" | "to"): string {
  return formatTable<ObjectReference>(
    [
      { title: "by", align: "left", text: ({ label }) => label },
      { title: far === "from" ? "referrer" : "object", align: "left", text: (reference) => reference[far].title },
      { title: "id", align: "right", text: (reference) => `@${reference[far].id}` },
      { title: "place", align: "left", text: (reference) => reference[far].place ?? "" },
    ],
    references,
  );
}

export function largestText(objects: readonly RetainedObject[]): string {
  return formatTable<RetainedObject>(
    [
      bytes("retained", ({ retained }) => retained),
      bytes("shallow", ({ object }) => object.size),
      { title: "object", align: "left", text: ({ object }) => object.title },
      { title: "id", align: "right", text: ({ object }) => `@${object.id}` },
      { title: "place", align: "left", text: ({ object }) => object.place ?? "" },
    ],
    objects,
  );
}

export function branchText(branch: DominatorBranch, depth = 0): string {
  const indent = "  ".repeat(depth);
  const lines = [`${indent}${formatBytes(branch.retained)}  ${objectText(branch.object)}\n`];
  for (const child of branch.children) lines.push(branchText(child, depth + 1));
  const { count, retained } = branch.others;
  if (count > 0) {
    lines.push(`${indent}  ${formatBytes(retained)}  in ${count.toLocaleString("en-US")} more\n`);
  }
  return lines.join("");
}

export function duplicatesText(duplicates: readonly DuplicateText[]): string {
  if (duplicates.length === 0) return "no text is there twice\n";
  return formatTable<DuplicateText>(
    [
      bytes("waste", ({ waste }) => waste),
      numbers("copies", ({ count }) => count),
      bytes("each", ({ size }) => size),
      { title: "text", align: "left", text: ({ text }) => JSON.stringify(harmlessText(text, LONGEST_DUPLICATE)) },
    ],
    duplicates,
  );
}

export function slicesText(slices: readonly RetainedSlice[]): string {
  if (slices.length === 0) return "no small part keeps anything large\n";
  return slices
    .map(({ slice, parentSize, parts, chain }) => {
      const others = parts === 1 ? "" : ` (and ${parts - 1} more)`;
      const way =
        chain === null ? "  no chain leads to it\n" : chainText(chain).replace(/^/gm, "    ").trimEnd() + "\n";
      return `${objectText(slice)}${others} keep${parts === 1 ? "s" : ""} ${formatBytes(parentSize)}\n${way}`;
    })
    .join("\n");
}

export function summaryText(summary: HeapSummary): string {
  const { nodes, edges, size, outsideHeap, types, modules, scripts, detached, largest } = summary;
  const outside = outsideHeap > 0 ? `, and ${formatBytes(outsideHeap)} outside it` : "";
  const head = [
    `${formatBytes(size)} in ${nodes.toLocaleString("en-US")} nodes and ${edges.toLocaleString("en-US")} references${outside}`,
    `${modules.toLocaleString("en-US")} modules of yours, ${scripts.toLocaleString("en-US")} scripts in all`,
    ...(detached > 0 ? [`${detached.toLocaleString("en-US")} elements in no document`] : []),
  ];
  const table = formatTable<HeapSummary["types"][number]>(
    [
      { title: "kind of node", align: "left", text: ({ type }) => type },
      numbers("count", ({ count }) => count),
      bytes("shallow", (row) => row.size),
    ],
    types,
  );
  return `${head.join("\n")}\n\n${table}\nwhat keeps the most\n${largestText(largest)}`;
}

function numbers<Row>(title: string, value: (row: Row) => number): Column<Row> {
  return { title, align: "right", text: (row) => value(row).toLocaleString("en-US") };
}

function bytes<Row>(title: string, value: (row: Row) => number): Column<Row> {
  return { title, align: "right", text: (row) => formatBytes(value(row)) };
}

function placeText(place: string | null): string {
  return place === null ? "" : ` (${harmlessText(place, LONGEST_NAME, "middle")})`;
}
