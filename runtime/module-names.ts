/** Names for modules at the prompt: `src/error-log.ts` is `errorLog`. */
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { NamedModule } from "./child/protocol.js";

/**
 * Each file by a name of its own: its base name in camel case, `index` by its folder's. What is named like one before it
 * gets a number at its end.
 *
 * @param files absolute paths
 */
export function namedModules(files: readonly string[]): NamedModule[] {
  const taken = new Set<string>();
  return files.map((file) => {
    const base = identifierOf(file);
    let name = base;
    for (let number = 2; taken.has(name); number++) name = `${base}${number}`;
    taken.add(name);
    return { name, url: pathToFileURL(file).href };
  });
}

function identifierOf(file: string): string {
  const { name, dir } = path.parse(file);
  const words = (name === "index" ? path.basename(dir) : name)
    .split(/[^\p{ID_Continue}$]+/u)
    .filter((word) => word !== "");
  const camel = words.map((word, index) => (index === 0 ? word : word[0].toUpperCase() + word.slice(1))).join("");
  return /^[\p{ID_Start}$_]/u.test(camel) && !RESERVED.has(camel) ? camel : `_${camel}`;
}

/** Words that are no names in a module's function, and those of a module's base name at all likely. */
const RESERVED: ReadonlySet<string> = new Set([
  "await",
  "break",
  "case",
  "catch",
  "class",
  "const",
  "continue",
  "debugger",
  "default",
  "delete",
  "do",
  "else",
  "enum",
  "export",
  "extends",
  "false",
  "finally",
  "for",
  "function",
  "if",
  "import",
  "in",
  "instanceof",
  "new",
  "null",
  "return",
  "super",
  "switch",
  "this",
  "throw",
  "true",
  "try",
  "typeof",
  "var",
  "void",
  "while",
  "with",
  "yield",
  "let",
  "static",
  "eval",
  "arguments",
  "implements",
  "interface",
  "package",
  "private",
  "protected",
  "public",
]);
