/**
 * Preloaded with `--import` into each Node process below a command that starts a server. It says which servers listen;
 * in the process that the verifier then chooses, it runs the verifier's commands beside the server. Nothing of it keeps
 * the process going. In worker threads it returns at once.
 */
import { subscribe } from "node:diagnostics_channel";
import type { Server } from "node:net";
import { isMainThread } from "node:worker_threads";
import { prepareClocks } from "./clock.js";
import { exitFor } from "./exit.js";
import { Inspection } from "./inspection.js";
import { JSON, Reflect } from "./natives.js";
import { connectToParent, endWithParent } from "./parent-socket.js";
import { PIPE_LOST } from "./protocol.js";
import { Runner } from "./runner.js";
import { SERVE_VARIABLE, type Listener, type ServePlan } from "./serve-protocol.js";
import { SocketChannel } from "./socket-channel.js";
import { tellEnding, type Activity } from "./tell-ending.js";

const LISTENING = "tracing:net.server.listen:asyncEnd";

/** Has the verifier send the requests of an iteration; settled when they are answered. Null where nothing is served. */
export let drive: ((iteration: number) => Promise<void>) | null = null;

await start();

async function start(): Promise<void> {
  const text = process.env[SERVE_VARIABLE];
  if (text === undefined || !isMainThread) return;
  const plan = JSON.parse(text) as ServePlan;
  const socket = await connectToParent(plan.socket);
  if (socket === null) return;
  const exit = exitFor();
  prepareClocks();
  const inspection = new Inspection();
  inspection.startCoverage();
  const channel = new SocketChannel(
    socket,
    () => endWithParent(plan.socket),
    () => exit(PIPE_LOST),
  );
  socket.once("close", () => endWithParent(plan.socket));
  channel.notify({ type: "hello", pid: process.pid });
  subscribe(LISTENING, (message) => tellListener(message, channel));
  channel.onBegin = () => {
    restoreEnvironment(plan);
    const activity: Activity = { phase: null, iteration: -1 };
    const listen = tellEnding((notice) => channel.send(notice), activity);
    drive = (iteration) => channel.drive(iteration);
    void new Runner({ pipe: channel, inspection, activity, exit, listen, finish: () => {} }).run();
  };
}

/** What the server starts from now on is none of ours. */
function restoreEnvironment({ nodeOptions }: ServePlan): void {
  Reflect.deleteProperty(process.env, SERVE_VARIABLE);
  if (nodeOptions === null) Reflect.deleteProperty(process.env, "NODE_OPTIONS");
  else process.env["NODE_OPTIONS"] = nodeOptions;
}

// What is thrown here would be the program's own uncaught exception.
function tellListener(message: unknown, channel: SocketChannel): void {
  try {
    const listener = listenerOf((message as { readonly server: Server }).server);
    if (listener !== null) channel.notify({ type: "listening", listener });
  } catch {
    // no server that could be measured
  }
}

function listenerOf(server: Server): Listener | null {
  const address = server.address();
  if (address === null) return null;
  // By what they can do: their modules would be loaded for every program.
  const isSecure = "setSecureContext" in server;
  const isHttp = "setTimeout" in server;
  return typeof address === "string"
    ? { kind: "path", path: address, isHttp }
    : { kind: "tcp", host: address.address, port: address.port, isHttp, isSecure };
}
