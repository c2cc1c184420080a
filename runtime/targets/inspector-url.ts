/** An inspector that the user names by URL: a Node process, or a page of Chromium. */
import { InputError } from "../input-error.js";
import { InspectorConnection } from "./inspector-connection.js";
import { listInspectors, type InspectorEntry } from "./inspector-list.js";
import { requireLoopback } from "./loopback.js";

const MAX_SHOWN = 10;

/**
 * Connects to the inspector that a URL names:
 * `ws://127.0.0.1:9229/<id>`, or `http://127.0.0.1:9229` for the only process or page behind that port, or
 * `http://127.0.0.1:9222#<part of a page's url>` for one of several.
 *
 * @throws InputError when the URL is none of these or not on this machine, nobody answers there, or several pages do
 */
export async function openInspectorUrl(text: string): Promise<InspectorConnection> {
  const url = parse(text);
  requireLoopback(url);
  if (url.protocol === "ws:" && url.pathname.length > 1 && !isWholeBrowser(url)) {
    return InspectorConnection.open(withoutFragment(url), text);
  }
  const entries = await listInspectors(url);
  return InspectorConnection.open(choose(entries, url, text).webSocketUrl, text);
}

function parse(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && (url.protocol === "ws:" || url.protocol === "http:")) return url;
  throw new InputError(`${text}: not an inspector's URL: give ws://127.0.0.1:9229/<id> or http://127.0.0.1:9229`);
}

/** What Chromium prints when it starts: the browser itself, which has no heap of JavaScript. */
function isWholeBrowser(url: URL): boolean {
  return url.pathname.startsWith("/devtools/browser/");
}

function withoutFragment(url: URL): string {
  const bare = new URL(url);
  bare.hash = "";
  return bare.href;
}

function choose(entries: readonly InspectorEntry[], url: URL, text: string): InspectorEntry {
  const wanted = decodeURIComponent(url.hash.slice(1));
  const base = `http://${url.host}`;
  if (wanted !== "") {
    const chosen =
      entries.filter(({ id }) => id === wanted).at(0) ?? onlyOne(entries.filter((entry) => entry.url.includes(wanted)));
    if (chosen !== null) return chosen;
    throw new InputError(`${text}: not exactly one target has "${wanted}" in its url: ${shown(entries)}`);
  }
  const node = entries.find(({ type }) => type === "node");
  if (node !== undefined) return node;
  const pages = entries.filter(({ type, url: page }) => type === "page" && !page.startsWith("devtools:"));
  const [page] = pages;
  if (page === undefined) throw new InputError(`${text}: no Node process and no page there: ${shown(entries)}`);
  if (pages.length === 1) return page;
  throw new InputError(`${text}: several pages: choose one by ${base}#<part of its url, or its id>: ${shown(pages)}`);
}

function onlyOne(entries: readonly InspectorEntry[]): InspectorEntry | null {
  const [entry] = entries;
  return entry !== undefined && entries.length === 1 ? entry : null;
}

function shown(entries: readonly InspectorEntry[]): string {
  if (entries.length === 0) return "there is none";
  const lines = entries.slice(0, MAX_SHOWN).map(({ id, type, url }) => `${type} ${url} (${id})`);
  if (entries.length > MAX_SHOWN) lines.push(`${entries.length - MAX_SHOWN} more`);
  return lines.join(", ");
}
