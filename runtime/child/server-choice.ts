/** Which of the servers that a command's processes have started is measured. */
import { InputError } from "../input-error.js";
import { WorkloadFailure } from "./ending.js";
import type { Listener } from "./serve-protocol.js";

export type TcpListener = Extract<Listener, { kind: "tcp" }>;

/** A Node process, and the servers in it that listen. */
export interface ListeningProcess {
  readonly pid: number;
  readonly listeners: readonly Listener[];
}

export interface ServerChoice<Process extends ListeningProcess> {
  readonly process: Process;
  readonly listener: TcpListener;
}

/**
 * The server, an HTTP server before others and the first before later ones; an error where it cannot be told, null
 * while none listens that could be it.
 *
 * @param port the one that is asked for; null where none is
 */
export function chooseServer<Process extends ListeningProcess>(
  processes: readonly Process[],
  port: number | null,
): ServerChoice<Process> | InputError | null {
  const all = processes.flatMap((process) => process.listeners.map((listener) => ({ process, listener })));
  const tcp = all.filter((one): one is ServerChoice<Process> => one.listener.kind === "tcp");
  const asked = port === null ? tcp : tcp.filter(({ listener }) => listener.port === port);
  const count = new Set(asked.map(({ process }) => process)).size;
  if (count > 1) return tooMany(asked, count);
  const [first] = asked;
  if (first !== undefined) return asked.find(({ listener }) => listener.isHttp) ?? first;
  const socket = all.find(({ listener }) => listener.kind === "path" && listener.isHttp)?.listener;
  if (tcp.length > 0 || socket?.kind !== "path") return null;
  return new InputError(`the server listens on the socket ${socket.path}: have it listen on a port, which may be 0`);
}

function tooMany(choices: readonly ServerChoice<ListeningProcess>[], count: number): InputError {
  const [port, ...others] = new Set(choices.map(({ listener }) => listener.port));
  if (others.length === 0) {
    return new InputError(
      `${count} processes of the command serve port ${port}, as with node:cluster, and only one can be measured: have it serve by itself, without workers`,
    );
  }
  const list = choices.map(({ process, listener }) => `process ${process.pid} on port ${listener.port}`).join(", ");
  return new InputError(
    `${count} processes of the command listen (${list}), and only one can be measured: choose it with --port, or start only that one`,
  );
}

/**
 * Why no server was chosen within the time.
 *
 * @param within the time, as text
 */
export function explainSilence(processes: readonly ListeningProcess[], port: number | null, within: string): Error {
  if (processes.length === 0) {
    return new WorkloadFailure(
      `the command started no Node process within ${within}, and only those can be measured: name a command that starts one`,
    );
  }
  const ports = processes.flatMap(({ listeners }) =>
    listeners.flatMap((listener) => (listener.kind === "tcp" ? [listener.port] : [])),
  );
  if (port !== null && ports.length > 0) {
    return new InputError(
      `nothing listens on port ${port} within ${within}: the command listens on ${ports.join(", ")}`,
    );
  }
  return new WorkloadFailure(
    `the command listens on no port within ${within}: raise --time-budget, half of which it has, or name a command that starts a server in the main thread of a Node process`,
  );
}
