/** Inspectors named by URL: Node processes, and pages of Chromium where it is installed. */
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { WebSocketServer } from "ws";
import type { HeapGraph } from "../../../runtime/heap/graph.js";
import { InputError } from "../../../runtime/input-error.js";
import { CommandRefused, InspectorConnection, TargetGone } from "../../../runtime/targets/inspector-connection.js";
import { openTarget, type Target } from "../../../runtime/targets/target.js";
import { project } from "../command.js";
import { startProcess, startServer } from "./node-server.js";

async function opened(text: string): Promise<Target> {
  const target = await openTarget(text);
  onTestFinished(() => target.close());
  return target;
}

function countOf(graph: HeapGraph, name: string): number {
  let count = 0;
  for (let node = 0; node < graph.nodeCount; node++) {
    if (graph.typeOf(node) === "object" && graph.nameOf(node) === name) count++;
  }
  return count;
}

async function refusal(opening: Promise<unknown>): Promise<string> {
  const error: unknown = await opening.then(
    () => "not refused",
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(InputError);
  return error instanceof Error ? error.message : "";
}

describe("an inspector's URL", () => {
  test("of a process, whole or without its id", async () => {
    const server = await startServer([], ["--inspect=127.0.0.1:0"]);
    const url = server.inspectorUrl ?? "";
    const { port } = new URL(url);
    const inputs = [url, `http://127.0.0.1:${port}`, `ws://localhost:${port}/`, `http://127.0.0.1:${port}#server.mjs`];
    for (const input of inputs) {
      const target = await opened(input);
      expect(target).toMatchObject({ kind: "inspector", name: input });
      expect(await target.evaluate?.("process.pid")).toBe(String(server.pid));
      await target.close();
    }
    const target = await opened(url);
    expect(countOf((await target.take()).graph, "Kept")).toBe(20);
    // Two at a time would mix: the second waits.
    const [first, second] = await Promise.all([target.take(), target.take()]);
    expect(countOf(first.graph, "Kept")).toBe(20);
    expect(countOf(second.graph, "Kept")).toBe(20);
  });

  test.each(["ws://192.168.1.5:9229/id", "http://example.org:9222", "ws://0.0.0.0:9229/id", "ws://[fe80::1]:9229/id"])(
    "on another machine is refused: %s",
    async (url) => {
      expect(await refusal(openTarget(url))).toMatch(
        /not on this machine, and a heap's contents must not cross a network .*"ssh -L/,
      );
    },
  );

  test.each<readonly [string, RegExp]>([
    ["https://127.0.0.1:9229", /^https:\/\/127\.0\.0\.1:9229: not an inspector's URL: give ws:/],
    ["ws://", /^ws:\/\/: not an inspector's URL/],
    ["http://127.0.0.1:1", /^http:\/\/127\.0\.0\.1:1: nothing listens there: start the process with --inspect/],
    ["ws://127.0.0.1:1/id", /no inspector answers at ws:\/\/127\.0\.0\.1:1\/id/],
  ])("that leads nowhere is told: %s", async (url, message) => {
    expect(await refusal(openTarget(url))).toMatch(message);
  });

  test("of a server that is no inspector is told", async () => {
    const server = createServer((_, response) => void response.end("hello")).listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    expect(await refusal(openTarget(`http://127.0.0.1:${port}`))).toMatch(/what listens there is no inspector/);
    expect(await refusal(openTarget(`ws://127.0.0.1:${port}/id`))).toMatch(/no inspector answers/);
  });
});

describe("a connection", () => {
  /** Another side that answers each message as told. */
  async function connectionTo(
    answer: (message: { id: number; method: string }) => string | null,
  ): Promise<InspectorConnection> {
    const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    onTestFinished(() => server.close());
    await once(server, "listening");
    server.on("connection", (socket) => {
      socket.on("message", (data: Buffer) => {
        const text = answer(JSON.parse(data.toString()) as { id: number; method: string });
        if (text === null) socket.terminate();
        else socket.send(text);
      });
    });
    const address = server.address();
    const connection = await InspectorConnection.open(
      `ws://127.0.0.1:${typeof address === "object" ? address?.port : 0}/`,
      "the other side",
    );
    onTestFinished(() => connection.close());
    return connection;
  }

  test("tells refused commands, silence, and the end of the other side apart", async () => {
    const connection = await connectionTo(({ id, method }) => {
      if (method === "end") return null;
      return method === "silence" ? "not even JSON" : JSON.stringify({ id, error: { message: "no such method" } });
    });
    await expect(connection.send("wrong")).rejects.toThrow(CommandRefused);
    await expect(connection.send("wrong")).rejects.toThrow("the other side: wrong was refused (no such method)");
    await expect(connection.send("silence", {}, { silenceLimitMs: 100 })).rejects.toThrow(
      "the other side: no answer to silence in",
    );
    const waiting = expect(connection.send("silence")).rejects.toThrow(TargetGone);
    await expect(connection.send("end")).rejects.toThrow("the other side closed the connection");
    await waiting;
    expect(connection.isOpen).toBe(false);
    await expect(connection.send("more")).rejects.toThrow(TargetGone);
    await connection.close();
  });

  test("passes events on until it is asked to stop", async () => {
    const connection = await connectionTo(({ id }) => JSON.stringify({ id, result: {} }));
    const loud = await connectionTo(({ method }) => JSON.stringify({ method: "said", params: { method } }));
    const heard: unknown[] = [];
    const stop = loud.on("said", (event) => heard.push(event));
    const last = new Promise((resolve) => loud.on("said", resolve));
    const unanswered = loud.send("first").catch(() => {});
    await last;
    stop();
    expect(heard).toEqual([{ method: "first" }]);
    expect(await connection.send("anything")).toEqual({});
    await loud.close();
    await unanswered;
  });
});

const chromium = ["chromium", "chromium-browser", "google-chrome"].find(
  (name) => spawnSync(name, ["--version"]).status === 0,
);

describe.skipIf(chromium === undefined)("Chromium (where it is installed)", () => {
  async function startChromium(pages: readonly string[]): Promise<string> {
    const profile = mkdtempSync(path.join(tmpdir(), "leakproof-chromium-"));
    const quiet = ["--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
    const parameters = [
      ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", ...quiet],
      ...["--remote-debugging-port=0", `--user-data-dir=${profile}`, ...pages],
    ];
    // It leaves a folder of temporary files behind.
    const child = startProcess(chromium ?? "", parameters, { TMPDIR: profile });
    // Politely, so that its own processes end with it and write no more to its profile.
    onTestFinished(async () => {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 20 });
    });
    if (child.stderr === null) throw new Error("no standard error");
    for await (const line of createInterface(child.stderr)) {
      const url = /^DevTools listening on (ws:\S+)/.exec(line)?.[1];
      if (url !== undefined) return url;
    }
    throw new Error("Chromium ended");
  }

  test("gives the heap of its page, and asks which of several", async () => {
    const folder = project({
      "leaky.html": "<script>class Leaky {} const kept = [new Leaky(), new Leaky()]</script>",
    });
    const page = pathToFileURL(path.join(folder, "leaky.html")).href;
    const browser = await startChromium([page]);
    const target = await opened(browser);
    const isLoaded = `document.readyState === "complete" && location.href.endsWith("leaky.html")`;
    while ((await target.evaluate?.(isLoaded)) !== "true") await new Promise((resolve) => setTimeout(resolve, 50));
    const { graph } = await target.take();
    expect(countOf(graph, "Leaky")).toBe(2);
    expect(countOf((await target.take()).graph, "Leaky")).toBe(2);
    expect(await target.evaluate?.("location.href")).toBe(page);

    const { host } = new URL(browser);
    await fetch(`http://${host}/json/new?about:blank`, { method: "PUT" });
    const told = await refusal(openTarget(`http://${host}`));
    expect(told).toContain(`several pages: choose one by http://${host}#<part of its url, or its id>: page `);
    expect(told).toContain(page);
    expect(await refusal(openTarget(`http://${host}#nowhere`))).toMatch(
      /not exactly one target has "nowhere" in its url/,
    );
    expect(await (await opened(`http://${host}#leaky`)).evaluate?.("location.href")).toBe(page);
  });
});
