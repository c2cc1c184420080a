/** Two heaps of one process: of a shop before its first order, and after twenty. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseSnapshotFile } from "../../../runtime/heap/index.js";
import { Heap } from "../../../runtime/query/index.js";

const workingDirectory = path.join(import.meta.dirname, "fixtures");

export async function heapsOfShop(): Promise<{ readonly before: Heap; readonly after: Heap }> {
  const folder = mkdtempSync(path.join(tmpdir(), "leakproof-shop-"));
  try {
    const files = ["before", "after"].map((name) => path.join(folder, `${name}.heapsnapshot`));
    execFileSync(process.execPath, [path.join(workingDirectory, "shop.mjs"), ...files], { stdio: "ignore" });
    const [before, after] = await Promise.all(files.map((file) => parseSnapshotFile(file)));
    return { before: new Heap(before, { workingDirectory }), after: new Heap(after, { workingDirectory }) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
