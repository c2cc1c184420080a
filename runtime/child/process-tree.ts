/** The memory of a process and of all that it started. */
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { promisify } from "node:util";

const BYTES_PER_KILOBYTE = 1024;

interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly rss: number;
}

/**
 * The resident memory of a process and its descendants, in bytes; null where it is not known: the process is gone, or
 * the system is Windows. Pages that several processes share are counted in each.
 */
export async function treeRss(root: number): Promise<number | null> {
  if (process.platform === "win32") return null;
  const rows = process.platform === "linux" ? linuxRows() : await rowsOfPs();
  const children = new Map<number, ProcessRow[]>();
  for (const row of rows) children.set(row.parent, [...(children.get(row.parent) ?? []), row]);
  const first = rows.find(({ pid }) => pid === root);
  if (first === undefined) return null;
  let total = 0;
  const waiting = [first];
  for (let row = waiting.pop(); row !== undefined; row = waiting.pop()) {
    total += row.rss;
    waiting.push(...(children.get(row.pid) ?? []));
  }
  return total;
}

function linuxRows(): ProcessRow[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const status = readFileSync(`/proc/${name}/status`, "latin1");
      const number = (field: RegExp): number => Number(field.exec(status)?.[1] ?? 0);
      return [
        { pid: Number(name), parent: number(/^PPid:\s*(\d+)/m), rss: number(/^VmRSS:\s*(\d+)/m) * BYTES_PER_KILOBYTE },
      ];
    } catch {
      return []; // gone since
    }
  });
}

async function rowsOfPs(): Promise<ProcessRow[]> {
  try {
    const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pid=,ppid=,rss="]);
    return stdout
      .trim()
      .split("\n")
      .map((line) => line.trim().split(/\s+/).map(Number))
      .map(([pid, parent, kilobytes]) => ({ pid, parent, rss: kilobytes * BYTES_PER_KILOBYTE }));
  } catch {
    return []; // there is no `ps`
  }
}
