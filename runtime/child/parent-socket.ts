/** A preloaded agent's connection to the command that had it preloaded, however many processes lie between them. */
import { rmSync } from "node:fs";
import { createConnection, type Socket } from "node:net";
import path from "node:path";
import { Error, Promise } from "./natives.js";

// Taken before the program can replace it.
const kill = process.kill.bind(process);

interface SocketHandle {
  readonly fd?: number;
  readonly setBlocking?: (isBlocking: boolean) => void;
}

/** A connection that keeps nothing going; null where the other end is gone: the environment outlives it. */
export function connectToParent(file: string): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = createConnection(file);
    socket.once("error", () => resolve(null));
    socket.once("connect", () => {
      socket.removeAllListeners("error");
      socket.on("error", () => {}); // what is wrong shows as `close`
      socket.unref();
      resolve(socket);
    });
  });
}

/** Has what is written be written in place: what was said before the end of the process is heard. */
export function writeInPlace(socket: Socket): void {
  handleOf(socket)?.setBlocking?.(true);
}

/** The descriptor of a connection; −1 on Windows, where it has none. */
export function descriptorOf(socket: Socket): number {
  return handleOf(socket)?.fd ?? -1;
}

function handleOf(socket: Socket): SocketHandle | undefined {
  return (socket as unknown as { _handle?: SocketHandle })._handle;
}

/**
 * Ends all that the parent has started, which is in one group, and the folder of its socket: a parent that was killed
 * can do neither.
 */
export function endWithParent(file: string): never {
  try {
    rmSync(path.dirname(file), { recursive: true, force: true });
    if (process.platform !== "win32") kill(0, "SIGKILL");
  } finally {
    kill(process.pid, "SIGKILL");
  }
  throw new Error("still running");
}
