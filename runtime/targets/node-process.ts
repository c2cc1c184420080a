/** Attaches to a running Node process, and leaves it as it was. */
import { InputError } from "../input-error.js";
import { InspectorConnection, TargetGone } from "./inspector-connection.js";
import { listInspectors } from "./inspector-list.js";
import { inspectorPlaceOf, type InspectorPlace } from "./inspector-place.js";
import { listeningSockets, type ListeningSocket } from "./listening-sockets.js";
import { isLoopback } from "./loopback.js";
import { OpenedInspector, type FoundInspector } from "./opened-inspector.js";
import { ALTERNATIVE, requireDebugSignal, requireNodeProcess } from "./process-check.js";
import { evaluateRemotely } from "./remote-evaluation.js";

const OPENING_LIMIT_MS = 10_000;
/** By then an inspector that the signal opens has opened, on an idle machine in a few milliseconds. */
const USUALLY_OPEN_MS = 2000;
const IDENTITY_LIMIT_MS = 3000;
const POLL_MS = 25;

export interface AttachedProcess {
  readonly connection: InspectorConnection;
  /** Whether the inspector was open before, and so stays open. */
  readonly wasOpen: boolean;
  /**
   * Lets go of the process, and closes its inspector if that was opened here. May be called again.
   *
   * @throws InputError when the inspector cannot be closed
   */
  close(): Promise<void>;
}

interface Sought {
  readonly pid: number;
  /** What it knows itself as. */
  readonly ownPid: number;
  readonly name: string;
  readonly place: InspectorPlace;
  /** Where it listened at first; null where the system does not tell. */
  readonly before: readonly ListeningSocket[] | null;
}

/**
 * Connects to the inspector of a running Node process; opens it by signal where it is not open. Whatever ends this
 * process or fails, an inspector that was opened here is closed again, but for SIGKILL.
 *
 * @throws InputError when there is no such process, it is not Node or not ours, its inspector cannot be opened, or
 * somebody else answers at its port
 */
export async function attachToProcess(pid: number): Promise<AttachedProcess> {
  const facts = await requireNodeProcess(pid);
  const before = await listeningSockets(pid);
  const place = inspectorPlaceOf(facts.options);
  const sought: Sought = { pid, ownPid: facts.ownPid, name: `process ${pid}`, place, before };
  const open = await firstFound(sought, likelyPlaces(sought), true);
  if (open !== null) return { ...open, close: () => open.connection.close() };

  requireDebugSignal(pid, facts);
  await requireFreePort(sought);
  const opened = new OpenedInspector(sought.name, () => {
    askForInspector(sought);
    return foundAfterSignal(sought);
  });
  return { ...(await opened.found()), close: () => opened.close() };
}

/** Where an open inspector is to be expected: other ports are the process's own business, and are not asked. */
function likelyPlaces({ before, place }: Sought): readonly ListeningSocket[] {
  if (before === null) return place.port === 0 ? [] : [{ pid: null, address: place.host, port: place.port }];
  if (place.opensAtStart && place.port === 0) return before;
  return before.filter(({ port }) => port === place.port || port === 9229);
}

async function firstFound(
  sought: Sought,
  sockets: readonly ListeningSocket[],
  wasOpen: boolean,
): Promise<FoundInspector | null> {
  for (const socket of sockets) {
    const found = await findAt(sought, socket);
    if (found !== null) return { ...found, wasOpen };
  }
  return null;
}

/** The inspector at a socket; null when there is none, or another process's. */
async function findAt(sought: Sought, socket: ListeningSocket): Promise<Omit<FoundInspector, "wasOpen"> | null> {
  const host = reachable(socket.address);
  if (host === null) return null;
  const authority = `${host.includes(":") ? `[${host}]` : host}:${socket.port}`;
  try {
    const entries = await listInspectors(new URL(`http://${authority}`));
    const url = (entries.find(({ type }) => type === "node") ?? entries[0])?.webSocketUrl;
    if (url === undefined) return null;
    const connection = await InspectorConnection.open(url, sought.name);
    if (await isOf(sought, connection)) return { connection, address: { host, port: socket.port, url } };
    await connection.close();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
  }
  return null;
}

/** Whom the connection has reached; without an answer, whose socket it is must do. */
async function isOf({ ownPid, before }: Sought, connection: InspectorConnection): Promise<boolean> {
  const options = { isAwaited: false, silenceLimitMs: IDENTITY_LIMIT_MS };
  try {
    return Number(await evaluateRemotely(connection, "process.pid", options)) === ownPid;
  } catch {
    return connection.isOpen && before !== null;
  }
}

/** The loopback address by which a socket is reached, null when it is bound to none. */
function reachable(address: string): string | null {
  if (address === "0.0.0.0") return "127.0.0.1";
  if (address === "::") return "::1";
  const bare = address.replace(/^::ffff:(?=\d+\.)/, "");
  return isLoopback(bare) ? bare : null;
}

async function requireFreePort({ name, pid, place }: Sought): Promise<void> {
  if (place.port === 0) return;
  const owner = (await listeningSockets())?.find(
    (socket) => socket.pid !== pid && socket.port === place.port && overlaps(socket.address, place.host),
  );
  if (owner === undefined) return;
  const whose = owner.pid === null ? "a process of another user" : `process ${owner.pid}`;
  throw new InputError(
    `${name}: its inspector would open at port ${place.port}, which ${whose} has: end that one, or start the process with --inspect-port=0`,
  );
}

function overlaps(address: string, host: string): boolean {
  const everywhere = ["0.0.0.0", "::"];
  return address === host || everywhere.includes(address) || everywhere.includes(host);
}

function askForInspector({ pid, name }: Sought): void {
  try {
    if (process.platform === "win32") {
      // Not in the types: Windows has no such signal, and Node a door of its own.
      (process as unknown as { _debugProcess(pid: number): void })._debugProcess(pid);
    } else {
      process.kill(pid, "SIGUSR1");
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError(`${name}: its inspector cannot be opened (${reason}): is it a running Node process?`);
  }
}

async function foundAfterSignal(sought: Sought): Promise<FoundInspector> {
  const { pid, place, before } = sought;
  const startedAt = Date.now();
  let hasAskedEverywhere = false;
  while (Date.now() - startedAt < OPENING_LIMIT_MS) {
    const sockets = before === null ? null : await listeningSockets(pid);
    if (before !== null && sockets === null) throw new TargetGone(`${sought.name} ended when it was to be attached to`);
    const known = new Set(before?.map(({ port }) => port));
    const added = sockets?.filter(({ port }) => !known.has(port));
    const found = await firstFound(sought, added ?? [{ pid, address: place.host, port: place.port }], false);
    if (found !== null) return found;
    if (!hasAskedEverywhere && Date.now() - startedAt > USUALLY_OPEN_MS) {
      hasAskedEverywhere = true;
      // `inspector.open(port)` may have opened it anywhere before.
      const elsewhere = await firstFound(sought, before ?? [], true);
      if (elsewhere !== null) return elsewhere;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new InputError(
    `${sought.name} opened no inspector on SIGUSR1: it may handle that signal itself, or be blocked: ${ALTERNATIVE}`,
  );
}
