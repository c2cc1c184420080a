/** Mutations of how a file is put together: its sections, their order, and the meta that describes them. */
import type { SnapshotJson } from "../snapshot-builder.js";
import { ODD_NUMBER_TEXTS, ODD_TEXTS, pick, type Random } from "./odd-values.js";

/** One section as it will stand in the file. */
export interface Section {
  /** With quotes. */
  key: string;
  value: string;
}

export function sectionsOf(json: SnapshotJson): Section[] {
  return Object.entries(json).map(([key, value]) => ({ key: JSON.stringify(key), value: JSON.stringify(value) }));
}

export function joined(sections: readonly Section[]): string {
  return `{${sections.map(({ key, value }) => `${key}:${value}`).join(",\n")}}`;
}

const DEEP = 20_000;
const LONG = 300;

export const SECTION_MUTATIONS: Readonly<Record<string, (sections: Section[], random: Random) => void>> = {
  "another order of sections": (sections, random) => {
    for (let index = sections.length - 1; index > 0; index--) swap(sections, index, random(index + 1));
  },
  "another order after the header": (sections, random) => {
    for (let index = sections.length - 1; index > 1; index--) swap(sections, index, 1 + random(index));
  },
  "a section twice": (sections, random) => {
    sections.splice(random(sections.length + 1), 0, { ...pick(random, sections) });
  },
  "a section less": (sections, random) => {
    sections.splice(random(sections.length), 1);
  },
  "an unknown section": (sections, random) => {
    sections.splice(random(sections.length + 1), 0, { key: oddKey(random), value: oddValue(random) });
  },
  "an unknown section twice": (sections, random) => {
    const section = { key: oddKey(random), value: oddValue(random) };
    sections.splice(random(sections.length + 1), 0, section, section);
  },
  "another name of a section": (sections, random) => {
    pick(random, sections).key = oddKey(random);
  },
  "another value of a section": (sections, random) => {
    pick(random, sections).value = oddValue(random);
  },
  "something deep in the header": (sections, random) => {
    const header = sections.find(({ key }) => key === '"snapshot"');
    if (header !== undefined) header.value = `{"deep":${deep(random)},${header.value.slice(1)}`;
  },
  "an odd meta": (sections, random) => {
    // Not one that another mutation has been at.
    const header = sections.find(({ key, value }) => key === '"snapshot"' && value.startsWith('{"meta"'));
    if (header === undefined) return;
    const snapshot = JSON.parse(header.value) as { meta: Record<string, unknown> };
    const field = pick(random, Object.keys(snapshot.meta));
    snapshot.meta[field] = oddMeta(snapshot.meta[field], random);
    header.value = JSON.stringify(snapshot);
  },
};

/** The lists of names in the meta, and lists of lists, changed a little or beyond recognition. */
function oddMeta(value: unknown, random: Random): unknown {
  if (random(8) === 0 || !Array.isArray(value) || value.length === 0) {
    return pick(random, [undefined, null, 1, "type", {}, [], [[]], [null], [1, 2]]);
  }
  const list: unknown[] = [...(value as readonly unknown[])];
  const index = random(list.length);
  if (Array.isArray(list[index])) return list.with(index, oddMeta(list[index], random));
  switch (random(6)) {
    case 0:
      return list.with(index, pick(random, ODD_TEXTS));
    case 1:
      return list.toSpliced(index, 1);
    case 2:
      return list.toSpliced(index, 0, pick(random, ["unknown", "element", "weak", "object", list[0]]));
    case 3:
      return list.toReversed();
    case 4:
      return [...list, ...Array.from({ length: LONG }, (_, name) => `name ${name}`)];
    default:
      return list.with(index, list[random(list.length)]);
  }
}

function oddKey(random: Random): string {
  const raw = [
    '""',
    '"nodes"',
    '"strings "',
    '"nod\\u0065s"',
    '"two\nlines"',
    '"\u0000\u001b[31m\u009b"',
    '"a\\"b"',
    '"é世"',
    `"${"k".repeat(256)}"`,
    `"${"k".repeat(257)}"`,
    "unquoted",
    "'single'",
    "12",
  ];
  return random(2) === 0 ? pick(random, raw) : JSON.stringify(pick(random, ODD_TEXTS));
}

function oddValue(random: Random): string {
  switch (random(4)) {
    case 0:
      return deep(random);
    case 1:
      return pick(random, ODD_NUMBER_TEXTS);
    case 2:
      return JSON.stringify(pick(random, ODD_TEXTS));
    default:
      return pick(random, [
        "",
        "[1,2,,3]",
        '["a""b"]',
        '{"a":]',
        "[}",
        '"no end',
        "[[1],[2]]",
        "[1.5]",
        "[null]",
        "[-]",
      ]);
  }
}

function deep(random: Random): string {
  const [open, close] = pick(random, [["[", "]"] as const, ['{"a":', "}"] as const]);
  return `${open.repeat(DEEP)}1${close.repeat(DEEP - (random(3) === 0 ? 1 : 0))}`;
}

function swap(sections: Section[], left: number, right: number): void {
  [sections[left], sections[right]] = [sections[right], sections[left]];
}
