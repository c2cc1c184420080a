/** An inspector that was opened by us, and is closed again on every way out but SIGKILL. */
import { spawnSync } from "node:child_process";
import net from "node:net";
import { fileURLToPath } from "node:url";
import { InputError } from "../input-error.js";
import { builtModule } from "./built-module.js";
import { InspectorConnection } from "./inspector-connection.js";

/** A snapshot that is under way has to be finished first. */
const CLOSE_SILENCE_MS = 120_000;
const VERIFY_LIMIT_MS = 5000;
const AT_EXIT_LIMIT_MS = 10_000;
const POLL_MS = 25;
const endingSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export interface InspectorAddress {
  readonly host: string;
  readonly port: number;
  /** `ws://…`, to connect to it. */
  readonly url: string;
}

export interface FoundInspector {
  readonly connection: InspectorConnection;
  readonly address: InspectorAddress;
  /** Whether somebody else opened it; then it stays open. */
  readonly wasOpen: boolean;
}

export class OpenedInspector {
  readonly #name: string;
  readonly #opening: Promise<FoundInspector>;
  #address: InspectorAddress | null = null;
  #closing: Promise<void> | null = null;

  /** @param open opens it and connects */
  constructor(name: string, open: () => Promise<FoundInspector>) {
    this.#name = name;
    watch(this);
    this.#opening = Promise.resolve().then(open);
    this.#opening.then(
      ({ address, wasOpen }) => {
        if (wasOpen) forget(this);
        else this.#address = address;
      },
      () => forget(this),
    );
  }

  /** Waits until it is open. Rejects as `open` does. */
  found(): Promise<FoundInspector> {
    return this.#opening;
  }

  /**
   * Closes it and makes sure that nothing listens there any more. May be called again.
   *
   * @throws InputError when it stays open
   */
  close(): Promise<void> {
    return (this.#closing ??= this.#close().finally(() => forget(this)));
  }

  /** For the last moment of this process, in which nothing can be waited for: another process closes it. */
  closeAtExit(): void {
    if (this.#address === null) return;
    const { NODE_OPTIONS: _, ...environment } = process.env;
    spawnSync(process.execPath, [fileURLToPath(builtModule("./close-inspector.js", import.meta.url))], {
      env: { ...environment, LEAKPROOF_INSPECTOR: this.#address.url },
      stdio: "ignore",
      timeout: AT_EXIT_LIMIT_MS,
      windowsHide: true,
    });
  }

  async #close(): Promise<void> {
    const opened = await this.#opening.catch(() => null);
    if (opened === null) return;
    const { connection, address, wasOpen } = opened;
    if (wasOpen) return connection.close();
    let reason = "";
    try {
      await endInspector(connection.isOpen ? connection : await InspectorConnection.open(address.url, this.#name));
    } catch (error) {
      // Gone with its process, perhaps: what counts is whether it still listens.
      reason = error instanceof Error ? ` (${error.message})` : "";
    }
    await connection.close();
    const until = Date.now() + VERIFY_LIMIT_MS;
    while (await isListening(address)) {
      if (Date.now() > until) {
        const place = `${address.host}:${address.port}`;
        throw new InputError(
          `${this.#name}: its inspector is still open at ${place}${reason}: end it by evaluating process._debugEnd() there`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }
}

const END_INSPECTOR = `typeof process._debugEnd === "function"
  ? process._debugEnd()
  : process.getBuiltinModule("node:inspector").close()`;

/** Has the other side close its inspector, which ends this connection as well. */
export async function endInspector(connection: InspectorConnection): Promise<void> {
  const parameters = { expression: END_INSPECTOR };
  await Promise.race([
    connection.ended(),
    connection
      .send("Runtime.evaluate", parameters, { silenceLimitMs: CLOSE_SILENCE_MS })
      .then(() => connection.ended()),
  ]);
}

function isListening({ host, port }: InspectorAddress): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port });
    socket.setTimeout(VERIFY_LIMIT_MS, () => socket.destroy());
    socket.once("connect", () => socket.destroy());
    socket.once("error", () => resolve(false));
    socket.once("close", (hadError) => resolve(!hadError));
  });
}

// eslint-disable-next-line leakproof/no-grow-only-registry -- each is forgotten when it is closed
const watched = new Set<OpenedInspector>();

function watch(opened: OpenedInspector): void {
  if (watched.size === 0) {
    process.on("exit", closeAllAtExit);
    for (const signal of endingSignals) process.on(signal, closeAllAndEnd);
  }
  watched.add(opened);
}

function forget(opened: OpenedInspector): void {
  if (!watched.delete(opened) || watched.size > 0) return;
  process.removeListener("exit", closeAllAtExit);
  for (const signal of endingSignals) process.removeListener(signal, closeAllAndEnd);
}

function closeAllAtExit(): void {
  for (const opened of watched) opened.closeAtExit();
}

/** A second signal finds no listener of ours, and ends this process at once. */
function closeAllAndEnd(signal: NodeJS.Signals): void {
  const all = [...watched];
  for (const listened of endingSignals) process.removeListener(listened, closeAllAndEnd);
  void Promise.allSettled(all.map((opened) => opened.close())).then(() => {
    // Whoever else listens for the signal decides how this process ends.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  });
}
