/** What all pages are made of: one file each, whose script and style are its own and the only ones that may run. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { escapeMarkup, jsonForScript } from "./harmless-text.js";

const SHARED_STYLE = new URL("page.css", import.meta.url);

export interface Page {
  /** Harmless text, which the page escapes. */
  readonly title: string;
  readonly script: string;
  readonly style: string;
  /** Markup of ours, in which all text of others is escaped. */
  readonly body: string;
  /** What the script reads, and the id of the element that holds it. */
  readonly dataId: string;
  readonly data: unknown;
}

/** The page as HTML. It asks the network for nothing, and may not. */
export function pageOf({ title, script, style, body, dataId, data }: Page): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy(script, style)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeMarkup(title)}</title>
<style>${style}</style>
</head>
<body>
${body}<script type="application/json" id="${dataId}">${jsonForScript(data)}</script>
<script type="module">${script}</script>
</body>
</html>
`;
}

/** Browsers hash with the ends of lines that HTML has, whatever those of the file are. */
export async function readAsset(file: URL): Promise<string> {
  return (await readFile(file, "utf8")).replaceAll("\r\n", "\n");
}

/** The style of a page, after what all pages share. */
export async function readStyle(file: URL): Promise<string> {
  const [shared, own] = await Promise.all([readAsset(SHARED_STYLE), readAsset(file)]);
  return shared + own;
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
function contentPolicy(script: string, style: string): string {
  return `default-src 'none'; base-uri 'none'; form-action 'none'; script-src ${hashOf(script)}; style-src ${hashOf(style)}`;
}

function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
