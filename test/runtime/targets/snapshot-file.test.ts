/** Heaps from files: whole, packed, and in each way unusable. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { InputError } from "../../../runtime/input-error.js";
import { openTarget } from "../../../runtime/targets/target.js";
import { project } from "../command.js";

let snapshot: Buffer;

// Of a process of its own: there it is small.
beforeAll(() => {
  const folder = mkdtempSync(path.join(tmpdir(), "leakproof-targets-"));
  try {
    const whole = path.join(folder, "whole.heapsnapshot");
    const program = `require("node:v8").writeHeapSnapshot(process.argv[1])`;
    execFileSync(process.execPath, ["--eval", program, whole], { stdio: "ignore" });
    snapshot = readFileSync(whole);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** A file of that name with these bytes. */
function file(name: string, bytes: Uint8Array | string): string {
  const whole = path.join(project({}), name);
  writeFileSync(whole, bytes);
  return whole;
}

async function take(input: string): Promise<number> {
  const target = await openTarget(input);
  try {
    expect(target).toMatchObject({ kind: "file", name: input.startsWith("file:") ? expect.anything() : input });
    return (await target.take()).graph.nodeCount;
  } finally {
    await target.close();
  }
}

async function refusal(input: string): Promise<string> {
  const error: unknown = await take(input).then(
    () => "not refused",
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(InputError);
  const message = error instanceof Error ? error.message : "";
  expect(message).not.toContain("\n");
  expect(message.startsWith(`${input}: `)).toBe(true);
  return message.slice(input.length + 2);
}

test("a snapshot as it is, packed under any name, and by its URL", async () => {
  const plain = file("a.heapsnapshot", snapshot);
  const nodes = await take(plain);
  expect(nodes).toBeGreaterThan(10_000);
  expect(await take(pathToFileURL(plain).href)).toBe(nodes);
  expect(await take(file("a.heapsnapshot", gzipSync(snapshot)))).toBe(nodes);
  // As `cat a.gz b.gz` and parallel packers write it.
  const half = snapshot.length >> 1;
  const members = [gzipSync(snapshot.subarray(0, half)), gzipSync(snapshot.subarray(half))];
  expect(await take(file("b.gz", Buffer.concat(members)))).toBe(nodes);
});

describe("one line that names the file and the mend for", () => {
  test.each<readonly [string, () => string, RegExp]>([
    ["a missing file", () => "missing.heapsnapshot", /^there is no such file$/],
    ["a missing folder", () => file("a", "") + "/b", /^there is no such file$/],
    ["a folder", () => project({}), /^a folder, .*name a \.heapsnapshot file/],
    ["an empty file", () => file("empty", ""), /^not a heap snapshot: empty; .*take it again$/],
    ["another file", () => file("notes.txt", "hello"), /^not a heap snapshot: it starts with .*writeHeapSnapshot/],
    ["another JSON file", () => file("package.json", "{}"), /^not a heap snapshot: it has no .*writeHeapSnapshot/],
    [
      "a truncated snapshot",
      () => file("a", snapshot.subarray(0, snapshot.length >> 1)),
      /^truncated heap snapshot: .*; the process may have ended while it was written: take it again$/,
    ],
    [
      "a damaged snapshot",
      () => file("a", snapshot.toString("latin1").replace('"nodes":[', '"nodes":[x')),
      /^damaged heap snapshot: .*take it again$/,
    ],
    [
      "a format to come",
      () => file("a", snapshot.toString("latin1").replace('"self_size"', '"self_sizes"')),
      /^not a heap snapshot: snapshot\.meta\.node_fields has no "self_size"; if a newer V8 wrote it, update leakproof$/,
    ],
    [
      "a truncated packed snapshot",
      () => file("a.gz", gzipSync(snapshot).subarray(0, -1000)),
      /^truncated gzip: .*; copy or pack it again$/,
    ],
    ["the start of a packed one", () => file("a.gz", Buffer.from([0x1f, 0x8b])), /^truncated gzip: /],
    [
      "a damaged packed snapshot",
      () => {
        const packed = gzipSync(snapshot);
        packed.subarray(-8, -4).fill(0xff);
        return file("a.gz", packed);
      },
      /^damaged gzip: .*; copy or pack it again$/,
    ],
    ["something else packed", () => file("a.gz", gzipSync("hello")), /^not a heap snapshot: it starts with/],
    ["nothing packed", () => file("a.gz", gzipSync("")), /^not a heap snapshot: empty/],
  ])("%s", async (_, input, message) => {
    expect(await refusal(input())).toMatch(message);
  });

  // Root may read everything.
  test.skipIf(process.platform === "win32" || process.getuid?.() === 0)("a file of somebody else", async () => {
    const closed = file("a.heapsnapshot", snapshot);
    chmodSync(closed, 0);
    expect(await refusal(closed)).toMatch(/^no permission to read it: run leakproof as its owner/);
  });
});
