/** What the verifier and the agents in a server command's processes say to each other, over a local socket. */
import { JSON, TextDecoder, TextEncoder } from "./natives.js";
import { encodeFrame, frameKind, type Command } from "./protocol.js";

/** The environment variable by which a process knows that its server is looked for: `ServePlan` as JSON. */
export const SERVE_VARIABLE = "LEAKPROOF_SERVE";

export interface ServePlan {
  /** Path of the verifier's socket. */
  readonly socket: string;
  /** What `NODE_OPTIONS` was before our agent was added; null where it was not set. */
  readonly nodeOptions: string | null;
}

/** A `net.Server` that listens. */
export type Listener =
  | {
      readonly kind: "tcp";
      readonly host: string;
      readonly port: number;
      /** Whether it is one of `node:http`, `node:https` or `node:http2`. */
      readonly isHttp: boolean;
      /** Whether it speaks TLS. */
      readonly isSecure: boolean;
    }
  | { readonly kind: "path"; readonly path: string; readonly isHttp: boolean };

/** What an agent says beside what it answers. */
export type ServeNotice =
  | { readonly type: "hello"; readonly pid: number }
  | { readonly type: "listening"; readonly listener: Listener }
  /** Asks for the requests of an iteration; the answer is `driven`. */
  | { readonly type: "drive"; readonly iteration: number };

export type ServeCommand =
  /** This process is the one that is measured: `Command`s follow. */
  { readonly type: "begin" } | { readonly type: "driven" };

export function encodeServeMessage(message: ServeNotice | ServeCommand): Uint8Array {
  return encodeFrame(frameKind.message, new TextEncoder().encode(JSON.stringify(message)));
}

/** The notice in a frame; null where it is none: what the runner says, or what anybody writes to the socket. */
export function decodeServeNotice(payload: Uint8Array): ServeNotice | null {
  const message = decode(payload) as ServeNotice | null;
  return message !== null && ["hello", "listening", "drive"].includes(message.type) ? message : null;
}

/** What the verifier has sent; null for what is no command. */
export function decodeServeCommand(payload: Uint8Array): ServeCommand | Command | null {
  return decode(payload) as ServeCommand | Command | null;
}

function decode(payload: Uint8Array): { readonly type: string } | null {
  try {
    const message = JSON.parse(new TextDecoder().decode(payload)) as { readonly type?: unknown } | null;
    return typeof message?.type === "string" ? { ...message, type: message.type } : null;
  } catch {
    return null;
  }
}
