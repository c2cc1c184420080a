import http from "node:http";
import { InputError } from "../input-error.js";
import { requireLoopback } from "./loopback.js";

const ANSWER_LIMIT_MS = 5000;
const MAX_LIST_BYTES = 16 << 20;

/** What can be connected to behind a debugging port. */
export interface InspectorEntry {
  readonly id: string;
  /** `node` for a Node process; `page`, `iframe`, `worker`, `service_worker` and more in Chromium. */
  readonly type: string;
  readonly title: string;
  /** Of the page; of the script for Node. */
  readonly url: string;
  readonly webSocketUrl: string;
}

/**
 * Asks a debugging port what is behind it.
 *
 * @param address `http://127.0.0.1:9229`
 * @throws InputError when it is not on this machine, nothing listens, or what listens is no inspector
 */
export async function listInspectors(address: URL): Promise<readonly InspectorEntry[]> {
  requireLoopback(address);
  const base = `http://${address.host}`;
  let text: string;
  try {
    text = await get(new URL("/json/list", base));
  } catch (error) {
    const reason = error instanceof Error ? error.message || String(codeOf(error)) : String(error);
    const isRefused = codeOf(error) === "ECONNREFUSED";
    const mend = "start the process with --inspect, or give its pid";
    throw new InputError(
      `${base}: ${isRefused ? "nothing listens there" : `no inspector answers (${reason})`}: ${mend}`,
    );
  }
  const entries = parseList(text, address);
  if (entries === null) throw new InputError(`${base}: what listens there is no inspector: check the port`);
  return entries;
}

function parseList(text: string, address: URL): InspectorEntry[] | null {
  try {
    const list: unknown = JSON.parse(text);
    if (!Array.isArray(list)) return null;
    return list.flatMap((entry: unknown) => entryOf(entry, address));
  } catch {
    return null;
  }
}

function entryOf(entry: unknown, address: URL): InspectorEntry[] {
  if (typeof entry !== "object" || entry === null) return [];
  const { id, type, title, url, webSocketDebuggerUrl } = entry as Readonly<Record<string, unknown>>;
  if (typeof id !== "string" || typeof webSocketDebuggerUrl !== "string") return [];
  // Of the URL only the path is believed: the list must not lead to another machine.
  const { pathname } = new URL(webSocketDebuggerUrl);
  return [
    { id, type: text(type), title: text(title), url: text(url), webSocketUrl: `ws://${address.host}${pathname}` },
  ];
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

// Not `fetch`: its pool would keep the connection open, and the inspector's server with it.
function get(url: URL): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { agent: false, timeout: ANSWER_LIMIT_MS }, (response) => {
      let answer = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        answer += chunk;
        if (answer.length > MAX_LIST_BYTES) request.destroy(new Error("too long an answer"));
      });
      response.once("end", () => resolve(answer));
      response.once("error", reject);
    });
    const timer = setTimeout(() => request.destroy(new Error("no answer")), ANSWER_LIMIT_MS);
    request.once("error", reject);
    request.once("close", () => clearTimeout(timer));
  });
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
