/** Who listens on which TCP port of this machine: read from /proc on Linux, asked of lsof or netstat elsewhere. */
import { execFile } from "node:child_process";
import { readdir, readFile, readlink } from "node:fs/promises";
import { promisify } from "node:util";

export interface ListeningSocket {
  /** Null where it belongs to a process of another user. */
  readonly pid: number | null;
  /** As in `127.0.0.1`, `::1`, and `0.0.0.0` or `::` for every address. */
  readonly address: string;
  readonly port: number;
}

/**
 * The listening sockets of a process, or of all.
 *
 * @returns null where this system does not tell
 */
export async function listeningSockets(pid?: number): Promise<readonly ListeningSocket[] | null> {
  try {
    if (process.platform === "linux") return pid === undefined ? await allOnLinux() : await ofProcessOnLinux(pid);
    const [command, parameters, parse] =
      process.platform === "win32"
        ? (["netstat", ["-ano"], parseNetstat] as const)
        : (["lsof", ["-nP", "-iTCP", "-sTCP:LISTEN", "-Fpn"], parseLsof] as const);
    const { stdout } = await promisify(execFile)(command, parameters, { windowsHide: true, timeout: 10_000 });
    return parse(stdout).filter((socket) => pid === undefined || socket.pid === pid);
  } catch {
    return null;
  }
}

async function ofProcessOnLinux(pid: number): Promise<ListeningSocket[]> {
  const inodes = await socketsOf(pid);
  const listening = await listeningInodes(pid);
  return listening.filter(({ inode }) => inodes.has(inode)).map(({ address, port }) => ({ pid, address, port }));
}

async function allOnLinux(): Promise<ListeningSocket[]> {
  const owners = new Map<string, number>();
  for (const entry of await readdir("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    for (const inode of await socketsOf(Number(entry)).catch(() => [])) owners.set(inode, Number(entry));
  }
  const listening = await listeningInodes("self");
  return listening.map(({ inode, address, port }) => ({ pid: owners.get(inode) ?? null, address, port }));
}

async function socketsOf(pid: number): Promise<Set<string>> {
  const folder = `/proc/${pid}/fd`;
  const links = (await readdir(folder)).map((descriptor) => readlink(`${folder}/${descriptor}`).catch(() => ""));
  return new Set((await Promise.all(links)).flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
}

/** Of the network that the process sees. */
async function listeningInodes(
  pid: number | "self",
): Promise<{ readonly inode: string; readonly address: string; readonly port: number }[]> {
  const tables = ["tcp", "tcp6"].map((table) => readFile(`/proc/${pid}/net/${table}`, "utf8").catch(() => ""));
  return (await Promise.all(tables)).flatMap(parseProcTable);
}

const LISTENING = "0A";

/** Reads `/proc/net/tcp` or `tcp6`: addresses are hexadecimal, each group of 4 bytes as a little-endian number. */
export function parseProcTable(table: string): { inode: string; address: string; port: number }[] {
  return table.split("\n").flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    const [address, port] = (fields[1] ?? "").split(":");
    const inode = fields[9];
    if (fields[3] !== LISTENING || address === undefined || port === undefined || inode === undefined) return [];
    return [{ inode, address: addressOf(address), port: Number.parseInt(port, 16) }];
  });
}

function addressOf(hexadecimal: string): string {
  const bytes = Buffer.from(hexadecimal, "hex").swap32();
  if (bytes.length === 4) return bytes.join(".");
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16));
  return new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1);
}

/** Reads the output of `lsof -Fpn`: a line `p<pid>`, then `n<address>:<port>` for each socket. */
export function parseLsof(output: string): ListeningSocket[] {
  let pid: number | null = null;
  return output.split("\n").flatMap((line) => {
    if (line.startsWith("p")) pid = Number(line.slice(1));
    return line.startsWith("n") ? socketAt(line.slice(1), pid) : [];
  });
}

/** Reads the output of `netstat -ano`. The word for listening is translated: such a line has no foreign port. */
export function parseNetstat(output: string): ListeningSocket[] {
  return output.split("\n").flatMap((line) => {
    const [protocol, local, foreign, , pid] = line.trim().split(/\s+/);
    if (protocol !== "TCP" || local === undefined || !(foreign?.endsWith(":0") ?? false)) return [];
    return socketAt(local, Number(pid));
  });
}

function socketAt(text: string, pid: number | null): ListeningSocket[] {
  const parts = /^\[?(.*?)\]?:(\d+)$/.exec(text);
  if (parts === null) return [];
  const [, address = "", port = ""] = parts;
  return [{ pid, address: address === "*" ? "0.0.0.0" : address, port: Number(port) }];
}
