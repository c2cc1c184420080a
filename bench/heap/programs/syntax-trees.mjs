/** The compiler's own source parsed several times, with parents: millions of small objects that point at each other. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { writeSnapshot } from "./snapshot.mjs";

const [path, copies] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const typescript = require("typescript");
const text = readFileSync(require.resolve("typescript"), "utf8");
const trees = Array.from({ length: Number(copies) }, (_, copy) =>
  typescript.createSourceFile(`copy-${copy}.js`, text, typescript.ScriptTarget.ESNext, true),
);
await writeSnapshot(path);
console.log(trees.length);
