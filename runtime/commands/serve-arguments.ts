/** The options of `leakproof verify` that have it start a server. */
import { InputError } from "../input-error.js";
import { parseRequest, type RequestTemplate } from "../serve/request-template.js";
import { wholeNumber } from "./option-values.js";

const HIGHEST_PORT = 65_535;

export interface ServeArguments {
  /** As for a shell. */
  readonly command: string;
  readonly port: number | null;
  /** What is sent in each iteration, or the module that sends it. */
  readonly load: readonly RequestTemplate[] | string;
}

export const serveOptions = {
  serve: { type: "string" },
  request: { type: "string", multiple: true },
  load: { type: "string" },
  port: { type: "string" },
} as const;

interface Values {
  readonly serve?: string | undefined;
  readonly request?: readonly string[] | undefined;
  readonly load?: string | undefined;
  readonly port?: string | undefined;
}

/** @returns null where no server is asked for. @throws {InputError} */
export function readServeArguments({ serve, request = [], load, port }: Values): ServeArguments | null {
  const given = [request.length > 0 && "--request", load !== undefined && "--load", port !== undefined && "--port"];
  const belonging = given.find((option) => option !== false);
  if (serve === undefined) {
    if (belonging === undefined) return null;
    throw new InputError(
      `${belonging} is for a server: name the command that starts it, as in --serve "node server.js"`,
    );
  }
  if (serve.trim() === "") throw new InputError('--serve takes a command, as in --serve "node server.js"');
  if (load !== undefined && request.length > 0)
    throw new InputError("--request and --load at once: have the module send the requests too");
  if (load === undefined && request.length === 0) {
    throw new InputError(
      '--serve needs what to ask the server, as in --request "GET /orders/{i}", or a --load <module>',
    );
  }
  return {
    command: serve.trim(),
    port: port === undefined ? null : portOf(port),
    load: load ?? request.map(parseRequest),
  };
}

function portOf(text: string): number {
  const port = wholeNumber("--port", text);
  if (port > HIGHEST_PORT) throw new InputError(`--port takes a number up to ${HIGHEST_PORT}, not ${text}`);
  return port;
}
