import { runCases } from "./testers.js";

const RULE = "no-retained-slice";

runCases(RULE, "view", "typescript", [
  {
    title: "subarray in a module's map",
    code: "const heads = new Map();\nexport function read(id, chunk) {\n  heads.set(id, chunk.subarray(0, 4));\n}",
    errors: [{ line: 3, holder: "heads" }],
  },
  {
    title: "slice of a Buffer, through a variable and a literal",
    code: "const heads: object[] = [];\nexport function read(given: Buffer) {\n  const head = given.slice(0, 4);\n  heads.push({ head });\n}",
    errors: [{ line: 3, holder: "heads" }],
  },
  {
    title: "all: a factory's collection",
    code: "export function make() {\n  const parts = [];\n  return { add(buffer: Buffer) { parts.push(buffer.subarray(1)); } };\n}",
    report: "all",
    errors: [{ line: 3, holder: "parts" }],
  },
  {
    title: "copied; decoded; slice of a typed array; a list; not kept",
    code: "const heads = new Map();\nexport function read(id, chunk, bytes: Uint8Array, data: string[]) {\n  heads.set(id, Buffer.from(chunk.subarray(0, 4)));\n  heads.set(id, chunk.subarray(0, 4).toString());\n  heads.set(id, bytes.slice(0, 4));\n  heads.set(id, data.slice(1));\n  return chunk.subarray(4);\n}",
    report: "all",
  },
]);

runCases(RULE, "substring", "typescript", [
  {
    title: "all: a part of a text, as value and as key",
    code: "const titles = new Map();\nexport function read(id, html) {\n  titles.set(id, html.slice(html.indexOf('<title>') + 7, html.indexOf('</title>')));\n  titles.set(html.substring(0, 40), id);\n}",
    report: "all",
    errors: [
      { line: 3, holder: "titles" },
      { line: 4, holder: "titles" },
    ],
  },
  {
    title: "all: a group of a match, a line",
    code: "const names: string[] = [];\nexport function read(source: string) {\n  const match = /name: (.*)/.exec(source);\n  names.push(match[1]);\n  names.push(source.split('\\n')[0].trim());\n}",
    report: "all",
    errors: [
      { line: 3, holder: "names" },
      { line: 5, holder: "names" },
    ],
  },
  {
    title: "all: of a file that is read",
    code: "import { readFileSync } from 'fs';\nconst heads = new Map();\nexport function head(path) {\n  const all = readFileSync(path, 'utf8');\n  heads.set(path, all.slice(0, 80));\n}",
    report: "all",
    errors: [{ line: 5, holder: "heads" }],
  },
  {
    title: "likely leaves strings",
    code: "const titles = new Map();\nexport function read(id, html) { titles.set(id, html.slice(7)); }",
  },
  {
    title: "short; a number; small inputs; keys of an object; at load",
    code: "const known = new Map();\nconst byName = {};\nexport function read(id, html, name) {\n  known.set(id, html.slice(0, 12));\n  known.set(id, html.slice(-8));\n  known.set(id, Number(html.slice(7)));\n  known.set(id, name.slice(1));\n  byName[html.slice(7)] = id;\n}\nknown.set(1, readFileSync('x').slice(7));",
    report: "all",
  },
]);
