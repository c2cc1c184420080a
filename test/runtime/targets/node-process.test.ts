/** Attaching by pid: what is found, what is refused, and how the process is left. Port 9229 is used in this file only. */
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import net from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { InputError } from "../../../runtime/input-error.js";
import { listeningSockets } from "../../../runtime/targets/listening-sockets.js";
import { attachToProcess } from "../../../runtime/targets/node-process.js";
import { openTarget, type Target } from "../../../runtime/targets/target.js";
import type { HeapGraph } from "../../../runtime/heap/graph.js";
import { eventually, isRunning } from "../command.js";
import { isOpen, startAttached, startProcess, startServer, type NodeServer } from "./node-server.js";

const isLinux = process.platform === "linux";
const isWindows = process.platform === "win32";

async function attached(server: NodeServer): Promise<Target> {
  const target = await openTarget(String(server.pid));
  onTestFinished(() => target.close());
  return target;
}

/** The ports at which a process listens. */
async function portsOf({ pid }: NodeServer): Promise<number[]> {
  return ((await listeningSockets(pid)) ?? []).map(({ port }) => port);
}

/** Ids of the objects of that class. */
function idsOf(graph: HeapGraph, name: string): number[] {
  const ids: number[] = [];
  for (let node = 0; node < graph.nodeCount; node++) {
    if (graph.typeOf(node) === "object" && graph.nameOf(node) === name) ids.push(graph.idOf(node));
  }
  return ids;
}

async function refusal(pid: number): Promise<string> {
  const error: unknown = await openTarget(String(pid)).then(
    () => "not refused",
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(InputError);
  return error instanceof Error ? error.message : "";
}

/** The process is as it was: it works, and its one port is that of its own server. */
async function expectUntouched(server: NodeServer): Promise<void> {
  expect(await server.ask()).toBe(20);
  expect(server.stderr()).toBe("");
  if (isLinux) expect(await portsOf(server)).toHaveLength(1);
}

describe("a running process", () => {
  test("gives its heap as often as it is asked, works on, and its inspector is closed afterwards", async () => {
    const server = await startServer();
    const target = await attached(server);
    expect(target).toMatchObject({ kind: "process", name: `process ${server.pid}` });
    const first = await target.take();
    await server.ask("/grow");
    const second = await target.take();
    const ids = idsOf(first.graph, "Kept");
    expect(ids).toHaveLength(20);
    expect(idsOf(second.graph, "Kept")).toEqual(expect.arrayContaining(ids));
    expect(idsOf(second.graph, "Kept")).toHaveLength(21);
    expect(first.graph.strings.indexOf("kept: žluť, 中文")).toBeGreaterThan(0);
    expect(first.captureMs).toBeGreaterThan(0);
    expect(first.analysisMs).toBeGreaterThan(0);

    const port = Number(/ws:\/\/127\.0\.0\.1:(\d+)/.exec(server.stderr())?.[1]);
    expect(await isOpen(port)).toBe(true);
    await target.close();
    await target.close();
    expect(await isOpen(port)).toBe(false);
    expect(await server.ask("/grow")).toBe(22);
    await expect(target.take()).rejects.toThrow(`process ${server.pid}`);
    // Nothing is left that would hinder the next.
    const again = await attached(server);
    expect(idsOf((await again.take()).graph, "Kept")).toHaveLength(22);
  });

  test("answers expressions", async () => {
    const target = await attached(await startServer());
    expect(await target.evaluate?.("process.pid + 0.5")).toBe(`${target.name.slice("process ".length)}.5`);
    expect(await target.evaluate?.("Promise.resolve('a\\nb')")).toBe("a\nb");
    expect(await target.evaluate?.("({ a: [1, -0] })")).toBe('{"a":[1,0]}');
    expect(await target.evaluate?.("10n")).toBe("10n");
    expect(await target.evaluate?.("undefined")).toBe("undefined");
    await expect(target.evaluate?.("missing.name")).rejects.toThrow(
      `${target.name}: the expression failed: ReferenceError: missing is not defined`,
    );
  });

  test("whose inspector is open keeps it open", async () => {
    const server = await startServer([], ["--inspect=127.0.0.1:0"]);
    const port = Number(new URL(server.inspectorUrl ?? "").port);
    const target = await attached(server);
    expect(idsOf((await target.take()).graph, "Kept")).toHaveLength(20);
    await target.close();
    expect(await isOpen(port)).toBe(true);
  });

  test.skipIf(!isLinux)("that opened its inspector by itself, at any port, keeps it open", async () => {
    const server = await startServer(["opened-by-itself"], []);
    const process_ = await attachToProcess(server.pid);
    expect(process_.wasOpen).toBe(true);
    await process_.close();
    expect(await isOpen(Number(new URL(server.inspectorUrl ?? "").port))).toBe(true);
  });

  test("that computes without end is told, and its inspector is closed all the same", async () => {
    const server = await startServer(["busy"]);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const target = await attached(server);
    await expect(target.take()).rejects.toThrow(
      /no answer to HeapProfiler\.collectGarbage in 30 s: its main thread is busy/,
    );
    await target.close();
    expect(await isOpen(Number(/ws:\/\/127\.0\.0\.1:(\d+)/.exec(server.stderr())?.[1]))).toBe(false);
  });

  test("that ends in the middle of its snapshot is told", async () => {
    const server = await startServer(["large"]);
    const target = await attached(server);
    const taken = target.take();
    setTimeout(() => server.child.kill("SIGKILL"), 300);
    await expect(taken).rejects.toThrow(`process ${server.pid} closed the connection`);
    await target.close();
  });
});

describe("what is refused, and left alone", () => {
  test("no such process", async () => {
    const { pid } = spawnSync(process.execPath, ["--version"]);
    expect(await refusal(pid)).toBe(`there is no process ${pid}: give the pid of a running Node process`);
    expect(await refusal(0)).toMatch(/^there is no process 0/);
    expect(await refusal(Number.MAX_SAFE_INTEGER)).toMatch(/^there is no process/);
  });

  test.skipIf(isWindows)("a process that is not Node: SIGUSR1 would end it", async () => {
    const sleep = startProcess("sleep", ["100"]);
    expect(await refusal(sleep.pid)).toBe(
      `process ${sleep.pid} runs sleep, not node: a signal could end it, so none was sent`,
    );
    expect(isRunning(sleep.pid)).toBe(true);
  });

  test("this process itself", async () => {
    expect(await refusal(process.pid)).toMatch(/is leakproof itself/);
  });

  test.skipIf(!isLinux)("a thread", async () => {
    const server = await startServer();
    const thread = readdirSync(`/proc/${server.pid}/task`)
      .map(Number)
      .find((id) => id !== server.pid);
    expect(await refusal(thread ?? 0)).toBe(`process ${thread} is a thread of process ${server.pid}: give that number`);
    await expectUntouched(server);
  });

  test.skipIf(!isLinux)("a process that has ended, whose parent has not looked", async () => {
    const parent = startProcess("sh", ["-c", "sleep 100 & echo $!; exec sleep 100"]);
    const [line] = (await once(parent.stdout ?? process.stdin, "data")) as [Buffer];
    const pid = Number(line.toString());
    // A shell looks at what ends; `sleep`, which takes its place, does not.
    const isSleeping = (): boolean => readFileSync(`/proc/${parent.pid}/comm`, "utf8") === "sleep\n";
    expect(await eventually(isSleeping, 5000)).toBe(true);
    process.kill(pid);
    expect(await eventually(() => !isRunning(pid), 5000)).toBe(true);
    expect(await refusal(pid)).toMatch(new RegExp(`^process ${pid} has ended already`));
  });

  test.skipIf(!process.allowedNodeEnvironmentFlags.has("--disable-sigusr1"))(
    "--disable-sigusr1 (where Node knows it)",
    async () => {
      const server = await startServer([], ["--disable-sigusr1"]);
      expect(await refusal(server.pid)).toMatch(
        `process ${server.pid} was started with --disable-sigusr1, so its inspector cannot be opened: start it with`,
      );
      await expectUntouched(server);
    },
  );

  test.skipIf(isWindows)("a process that handles SIGUSR1 itself", async () => {
    const server = await startServer(["own-handler"]);
    expect(await refusal(server.pid)).toMatch(
      `process ${server.pid} opened no inspector on SIGUSR1: it may handle that signal itself`,
    );
    await expectUntouched(server);
  });
});

describe("port 9229", () => {
  test.skipIf(isWindows)("in the hands of another process: no signal is sent", async () => {
    const other = net.createServer();
    await new Promise((resolve) => {
      // Taken already by whomever: as good for the test.
      other.once("error", resolve);
      other.listen(9229, "127.0.0.1", () => resolve(null));
    });
    onTestFinished(() => void other.close());
    const owner = other.listening ? `process ${process.pid}` : ".*";
    const server = await startServer([], []);
    expect(await refusal(server.pid)).toMatch(
      new RegExp(
        `^process ${server.pid}: its inspector would open at port 9229, which ${owner} has: .*--inspect-port=0$`,
      ),
    );
    await expectUntouched(server);
  });

  test("in the hands of another Node's inspector", async ({ skip }) => {
    if (await isOpen(9229)) skip("port 9229 is in use");
    const other = await startServer([], ["--inspect=127.0.0.1:9229"]);
    const server = await startServer([], []);
    expect(await refusal(server.pid)).toMatch(`at port 9229, which process ${other.pid} has`);
    await expectUntouched(server);
  });

  test("is used by default, and free afterwards", async ({ skip }) => {
    if (await isOpen(9229)) skip("port 9229 is in use");
    const server = await startServer([], []);
    const target = await attached(server);
    expect(await isOpen(9229)).toBe(true);
    await target.close();
    expect(await isOpen(9229)).toBe(false);
  });
});

/** The inspector is closed again however the attaching process ends. */
describe.skipIf(!isLinux)("an attaching process that", () => {
  const expectClosed = async (server: NodeServer): Promise<void> => {
    expect(await portsOf(server)).toHaveLength(1);
    expect(await server.ask("/grow")).toBeGreaterThan(20);
  };

  test.each([
    ["calls process.exit", "exit", 5],
    ["fails", "throw", 1],
  ])("%s", async (_, ending, code) => {
    const server = await startServer();
    const child = await startAttached(server.pid, ending);
    if (child.exitCode === null) await once(child, "exit");
    expect(child.exitCode).toBe(code);
    await expectClosed(server);
  });

  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("is ended by %s", async (signal) => {
    const server = await startServer();
    const child = await startAttached(server.pid, "wait");
    child.kill(signal);
    expect(await once(child, "exit")).toEqual([null, signal]);
    await expectClosed(server);
  });

  test("is ended in the middle of a snapshot", async () => {
    const server = await startServer(["large"]);
    const child = await startAttached(server.pid, "take");
    await new Promise((resolve) => setTimeout(resolve, 300));
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([null, "SIGTERM"]);
    await expectClosed(server);
  });
});
