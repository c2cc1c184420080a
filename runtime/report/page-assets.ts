/** Scripts and styles that are put inline into pages, and the policy that lets the browser use these alone. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";

/** Browsers hash with the ends of lines that HTML has, whatever those of the file are. */
export async function readAsset(file: URL): Promise<string> {
  return (await readFile(file, "utf8")).replaceAll("\r\n", "\n");
}

/**
 * Modules as the text of one: each is lines of code that import nothing but named parts of those before it, and export
 * only declarations.
 * @param files in the order in which they need each other
 */
export async function readModules(files: readonly URL[]): Promise<string> {
  const texts = await Promise.all(files.map(readAsset));
  return texts
    .map((text) => text.replace(/^import \{[^}]*\} from "[^"]*";\n/gm, "").replace(/^export /gm, ""))
    .join("\n");
}

/** Scripts and styles of others do not run even if one got in: only these two texts may. Nothing is loaded. */
export function contentPolicy(script: string, style: string): string {
  return `default-src 'none'; base-uri 'none'; form-action 'none'; script-src ${hashOf(script)}; style-src ${hashOf(style)}`;
}

function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
