/** Calls into another thread, and the own heap that is parsed there. */
import { spawnSync } from "node:child_process";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { SnapshotError } from "../../../runtime/heap/error.js";
import { InputError } from "../../../runtime/input-error.js";
import { captureOwnHeap } from "../../../runtime/own-heap/capture.js";
import { builtModule } from "../../../runtime/targets/built-module.js";
import { SyncWorker } from "../../../runtime/targets/sync-worker.js";
import { repository } from "../command.js";

const analysis = pathToFileURL(path.join(import.meta.dirname, "../fixtures/sync-worker/analysis.mjs"));

async function started(resourceLimits = {}): Promise<SyncWorker> {
  const worker = await SyncWorker.start(analysis, resourceLimits);
  onTestFinished(() => worker.close());
  return worker;
}

describe("a call", () => {
  test("is answered in place", async () => {
    const worker = await started();
    expect(worker.call("echo", { a: [1, "ž"], b: /x/g, c: undefined })).toEqual({ a: [1, "ž"], b: /x/g, c: undefined });
    for (let i = 0; i < 1000; i++) expect(worker.call("echo", i)).toBe(i);
  });

  test("has functions answered for many objects in one round trip", async () => {
    const worker = await started();
    const objects = Array.from({ length: 1000 }, (_, index) => ({ index }));
    const seen: unknown[] = [];
    const predicate = ({ index }: { index: number }): boolean => {
      seen.push(index);
      return index % 100 === 0;
    };
    const { asks, kept } = worker.call("filter", { objects, where: { predicate } }) as {
      asks: number;
      kept: unknown[];
    };
    expect(asks).toBe(1);
    expect(seen).toHaveLength(1000);
    expect(kept).toHaveLength(10);
  });

  test("may be made by a function while another call waits", async () => {
    const worker = await started();
    const inner = { objects: [3, 4], where: { predicate: (value: number) => value === 4 } };
    const outer = (value: number): boolean => {
      const { kept } = worker.call("filter", inner) as { kept: number[] };
      return kept[0] === value && worker.call("echo", value) === 4;
    };
    const answer = worker.call("filter", { objects: [4, 5], where: { predicate: outer } });
    expect(answer).toMatchObject({ kept: [4] });
  });

  test("throws what the method throws, with its class", async () => {
    const worker = await started();
    expect(() => worker.call("fail", "no such type: give a name")).toThrow(InputError);
    expect(() => worker.call("fail", "no such type: give a name")).toThrow(/^no such type: give a name$/);
    expect(() => worker.call("overflow")).toThrow(RangeError);
    expect(() => worker.call("missing")).toThrow(TypeError);
    expect(() => worker.call("notCloneable")).toThrow(/could not be cloned/);
    expect(() => worker.call("echo", new Map([["f", () => {}]]))).toThrow(/could not be cloned/);
    expect(worker.call("echo", "still there")).toBe("still there");
  });

  test("throws the very error that a function threw, and refuses functions that answer later", async () => {
    const worker = await started();
    class OwnError extends Error {}
    const error = new OwnError("mine");
    const filter = (predicate: (value: number) => unknown): unknown =>
      worker.call("filter", { objects: [1], where: { predicate } });
    let thrown: unknown;
    try {
      filter(() => {
        throw error;
      });
    } catch (caught) {
      thrown = caught;
    }
    expect(thrown).toBe(error);
    expect(() => filter(() => Promise.resolve(true))).toThrow(/must answer at once/);
    expect(() => filter(() => worker.call("fail", "inner"))).toThrow(InputError);
    expect(filter(() => true)).toMatchObject({ kept: [1] });
  });

  test.each(["exit", "exhaust"])("does not wait for ever for a thread that has ended: %s", async (method) => {
    const worker = await started({ maxOldGenerationSizeMb: 50 });
    expect(() => worker.call(method)).toThrow(/can no longer be asked: the analysis thread has ended/);
    expect(() => worker.call("echo")).toThrow(/can no longer be asked/);
  });

  test("is refused once the worker is closed", async () => {
    const worker = await started();
    await worker.close();
    await worker.close();
    expect(() => worker.call("echo")).toThrow("the heap can no longer be asked: it is closed");
  });

  test("tells a module that cannot be loaded", async () => {
    await expect(SyncWorker.start(new URL("missing.mjs", analysis))).rejects.toThrow(/Cannot find module/);
  });
});

interface Census {
  readonly nodes: number;
  readonly bytes: number;
  readonly census: Readonly<Record<string, number>>;
}

describe("the own heap", () => {
  test("shows nothing of its own analysis, neither in this snapshot nor in the next", async () => {
    const worker = await started();
    const counts: Census[] = [];
    let snapshotBytes = 0;
    for (let i = 0; i < 5; i++) {
      snapshotBytes = 0;
      const { captureMs } = await captureOwnHeap((chunk) => {
        snapshotBytes += chunk.length;
        worker.push(chunk);
      });
      expect(captureMs).toBeGreaterThan(0);
      counts.push(worker.call("census") as Census);
    }
    const [fourth, fifth] = counts.slice(-2) as [Census, Census];
    const buffers = (census: Census): number[] =>
      ["object ArrayBuffer", "object Uint8Array", "object Uint32Array", "native system / JSArrayBufferData"].map(
        (kind) => census.census[kind] ?? 0,
      );
    // A few are those of the test runner's own messages; one of each chunk would be hundreds.
    buffers(fifth).forEach((count, kind) => expect(Math.abs(count - buffers(fourth)[kind])).toBeLessThan(20));
    // What is compiled meanwhile and what this test keeps; the snapshot itself and its graph are tens of megabytes.
    expect(Math.abs(fifth.bytes - fourth.bytes)).toBeLessThan(snapshotBytes / 20);
  });

  test("is refused when its bytes are: what receives them fails in the next call", async () => {
    const worker = await started();
    worker.push(Buffer.from("hello"));
    expect(() => worker.call("census")).toThrow(SnapshotError);
  });

  test("hands on what its receiver throws, and can be taken again", async () => {
    const failure = new Error("full");
    const failing = captureOwnHeap(() => {
      throw failure;
    });
    await expect(failing).rejects.toBe(failure);
    let bytes = 0;
    await captureOwnHeap((chunk) => (bytes += chunk.length));
    expect(bytes).toBeGreaterThan(1_000_000);
  });

  test("keeps no process from ending, whatever is preloaded there", () => {
    const script = `
      import { SyncWorker } from "${builtModule("./sync-worker.js", import.meta.url.replace("/test/", "/")).href}";
      import { captureOwnHeap } from "${pathToFileURL(path.join(repository, "dist/runtime/own-heap/capture.js")).href}";
      const worker = await SyncWorker.start(new URL("${analysis.href}"));
      await captureOwnHeap((chunk) => worker.push(chunk));
      console.log(worker.call("census").nodes > 10_000);`;
    const preload = `data:text/javascript,${encodeURIComponent(
      "import { isMainThread } from 'node:worker_threads'; if (!isMainThread) throw new Error('preloaded');",
    )}`;
    for (const [parameters, options] of [
      [["--import", preload], ""],
      [[], `--import=${preload}`],
    ] as const) {
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        [...parameters, "--input-type=module", "--eval", script],
        { encoding: "utf8", timeout: 60_000, env: { ...process.env, NODE_OPTIONS: options } },
      );
      expect({ status, stdout, stderr }).toMatchObject({ status: 0, stdout: "true\n" });
    }
  });
});

test("a module beside one that runs from its source is found as built", () => {
  const inSource = pathToFileURL("/app/runtime/runtime/targets/sync-worker.ts").href;
  const built = (url: URL): string => fileURLToPath(url).replaceAll("\\", "/");
  expect(built(builtModule("./a.js", inSource))).toMatch(/\/app\/runtime\/dist\/runtime\/targets\/a\.js$/);
  expect(builtModule("./a.js", "file:///p/dist/runtime/targets/b.js").href).toBe("file:///p/dist/runtime/targets/a.js");
});
