/** `"METHOD /path body"` → a request for each iteration. */
import { METHODS } from "node:http";
import { InputError } from "../input-error.js";

/** A request with places for the number of the iteration. */
export interface RequestTemplate {
  readonly method: string;
  readonly path: string;
  /** Null where none is sent. */
  readonly body: string | null;
}

export interface FilledRequest extends RequestTemplate {
  /** Of the body; null where there is none. */
  readonly contentType: string | null;
}

/** @throws {InputError} for what is no request */
export function parseRequest(text: string): RequestTemplate {
  const [, method = "GET", path, body] = /^\s*(?:([A-Za-z-]+)\s+)?(\/\S*)(?:\s+(\S[^]*?))?\s*$/.exec(text) ?? [];
  if (path === undefined) {
    const form = `as in "GET /orders/{i}" or 'POST /orders {"id": {i}}'`;
    throw new InputError(`--request takes a method, a path and a body, ${form}, not ${JSON.stringify(text)}`);
  }
  const name = method.toUpperCase();
  if (!METHODS.includes(name) || name === "CONNECT") throw new InputError(`--request: no such method: ${method}`);
  if (/[^\x21-\x7e]/.test(path)) throw new InputError(`--request: percent-encode the path ${JSON.stringify(path)}`);
  return { method: name, path, body: body ?? null };
}

/** The request of an iteration: `{i}` is its number. */
export function fillRequest({ method, path, body }: RequestTemplate, iteration: number): FilledRequest {
  const fill = (text: string): string => text.replaceAll("{i}", String(iteration));
  const filled = body === null ? null : fill(body);
  return { method, path: fill(path), body: filled, contentType: filled === null ? null : contentTypeOf(filled) };
}

function contentTypeOf(body: string): string {
  try {
    JSON.parse(body);
    return "application/json";
  } catch {
    return "text/plain";
  }
}
