/** Runs Vitest on small projects that have the package installed. */
import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { blocks } from "../pages.js";
import { project, repository } from "./command.js";

const LINKED = ["vitest", "vite", "typescript", "@types", "@jridgewell", "tinyglobby"];

interface Outcome {
  readonly failures: Readonly<Record<string, string>>;
  readonly passed: readonly string[];
  readonly output: string;
}

/** As npm installs it: Vitest loads what lies in `node_modules` without transforming it. */
function withPackage(files: Readonly<Record<string, string>>): string {
  const folder = project({ "package.json": '{ "type": "module" }\n', ...files });
  const packages = path.join(folder, "node_modules");
  mkdirSync(packages);
  for (const name of LINKED)
    symlinkSync(path.join(repository, "node_modules", name), path.join(packages, name), "junction");
  for (const name of ["dist", "package.json"])
    cpSync(path.join(repository, name), path.join(packages, "eslint-plugin-leakproof", name), { recursive: true });
  return folder;
}

const SETUP = `import { defineConfig } from "vitest/config";
export default defineConfig({
  test: { setupFiles: ["eslint-plugin-leakproof/vitest"], testTimeout: 100_000, reporters: ["json", "default"] },
});
`;

interface JsonReport {
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly { title: string; status: string; failureMessages: readonly string[] }[];
  }[];
}

async function vitest(folder: string, parameters: readonly string[] = []): Promise<Outcome> {
  const command = path.join(repository, "node_modules/vitest/vitest.mjs");
  const report = path.join(folder, "report.json");
  const child = spawn(
    process.execPath,
    [command, "run", `--outputFile.json=${report}`, "--reporter=json", "--reporter=default", ...parameters],
    {
      cwd: folder,
      env: Object.fromEntries(
        Object.entries(process.env).filter(([name]) => !/^(?:VITEST|NODE_OPTIONS|NODE_ENV|TEST$)/.test(name)),
      ),
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));
  await new Promise((resolve) => child.once("close", resolve));
  const { testResults } = JSON.parse(readFileSync(report, "utf8")) as JsonReport;
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  if (tests.length === 0) throw new Error(output);
  return {
    failures: Object.fromEntries(
      tests
        .filter(({ status }) => status === "failed")
        .map(({ title, failureMessages }) => [title, failureMessages.join("\n").split(/\n +at /)[0] ?? ""]),
    ),
    passed: tests.filter(({ status }) => status === "passed").map(({ title }) => title),
    output,
  };
}

const HEAD = `import { EventEmitter } from "node:events";
import { expect, it, vi } from "vitest";
let i = 0;
`;

describe("expect(fn).not.toLeak()", { timeout: 300_000 }, () => {
  it("lets pass what leaves nothing behind", async () => {
    const { failures, passed, output } = await vitest(
      withPackage({ "vitest.config.ts": SETUP, "clean.test.ts": CLEAN }),
    );
    expect(failures).toEqual({});
    expect(passed).toHaveLength(15);
    expect(output.match(/printed once/g)).toHaveLength(1);
  });

  it("tells what piles up, and the chain to it", async () => {
    const { failures, passed } = await vitest(withPackage({ "vitest.config.ts": SETUP, "leaky.test.ts": LEAKY }));
    expect(failures).toMatchObject({
      "a closure variable": expect.stringMatching(
        /leaky\.test\.ts:6 {2}kept grows by 1 per iteration.*\n +the function +function \(anonymous\) \(leaky\.test\.ts:7\)\n +closure variable kept +Array \([\d,]+\) +← flagged/,
      ),
      "a mock": expect.stringMatching(
        /send\.mock\.calls grows by 1 per iteration[^]*→ vi\.fn\(\) keeps its calls: call send\.mockClear\(\) in the function/,
      ),
      "a listener": expect.stringMatching(/bus\._events\.tick grows by 1[^]*→ remove the listener/),
      "an interval": expect.stringMatching(/Node's timers grows by 1[^]*→ clear the timer/),
      "a list": expect.stringMatching(/head grows by 1/),
    });
    expect(passed).toEqual(["a leak"]);
  });

  it("tells why it cannot tell", async () => {
    const { failures } = await vitest(withPackage({ "vitest.config.ts": SETUP, "told.test.ts": TOLD }));
    expect(failures).toMatchObject({
      "a slow function": expect.stringMatching(/kept grows by 1 per iteration to 100\b/),
      "too slow to tell": expect.stringMatching(/^Error: cannot tell whether the function leaks[^]*\? kept grows by 1/),
      "too short to see": expect.stringMatching(/^Error: cannot tell whether the function leaks/),
      "its own error": expect.stringMatching(/^RangeError: mine$/),
      "no leak": "Error: expected the function to leak: nothing grew in 1,280 calls",
      "no function": expect.stringMatching(/^TypeError: toLeak: give expect\(\) a function/),
      concurrent: expect.stringMatching(/^Error: toLeak: this test is concurrent/),
      "concurrent in Vitest 3": expect.stringMatching(/^Error: toLeak: this test is concurrent/),
      "two at a time": expect.stringMatching(/^Error: toLeak: another function is being measured/),
    });
  });

  it.each(["threads", "vmForks", "vmThreads"])("works in the pool %s", async (pool) => {
    const folder = withPackage({ "vitest.config.ts": SETUP, "registry.ts": REGISTRY, "pool.test.ts": POOL });
    const { failures, passed } = await vitest(folder, [`--pool=${pool}`]);
    expect(failures).toEqual({
      registry: expect.stringMatching(/registry\.ts:3 {2}entries grows by 1[^]*module registry\.ts\n +entries +Array/),
    });
    expect(passed).toEqual(["bounded"]);
  });

  it("has types", () => {
    const folder = withPackage({ "typed.test.ts": TYPED });
    const command = path.join(repository, "node_modules/typescript/bin/tsc");
    const options = "--noEmit --strict --skipLibCheck --module nodenext --target es2022 typed.test.ts".split(" ");
    expect(spawnSync(process.execPath, [command, ...options], { cwd: folder, encoding: "utf8" }).stdout).toBe("");
  });

  it("is on its page as it works", async () => {
    const page = blocks(readFileSync(path.join(repository, "docs/vitest-matcher.md"), "utf8"));
    const files = page.flatMap(({ code }) => {
      const name = /^\/\/ (\S+\.ts)\n/.exec(code)?.[1];
      return name === undefined ? [] : [[name, code] as const];
    });
    expect(files.map(([name]) => name)).toHaveLength(4);
    const folder = withPackage(Object.fromEntries(files));
    const { failures, passed } = await vitest(folder, ["--testTimeout=100000"]);
    const shown = page.find(({ language }) => language === "text")?.code.trim() ?? "nothing";
    expect(Object.values(failures)).toEqual([expect.stringContaining(shown)]);
    expect(passed).toEqual(["is slow"]);
  });
});

const TYPED = `import "eslint-plugin-leakproof/vitest";
import { expect } from "vitest";
await expect(() => {}).not.toLeak();
await expect(async () => {}).toLeak({ iterations: 200, timeBudget: 1000 });
// @ts-expect-error -- no such option
await expect(() => {}).toLeak({ iteration: 200 });
`;

const REGISTRY = `interface Entry { id: number }

export const entries: Entry[] = [];
export const enter = (id: number) => entries.push({ id });
`;

const POOL = `${HEAD}import { enter } from "./registry.js";
it("registry", () => expect(() => { enter(i++); }).not.toLeak());
it("bounded", () => { const lru = new Map<number, object>(); return expect(() => {
  lru.set(i++, {});
  if (lru.size > 1000) lru.delete(lru.keys().next().value!);
}).not.toLeak(); });
`;

const LEAKY = `${HEAD}

it("a closure variable", () => { const kept: object[] = [];
  return expect(() => { kept.push({}); }).not.toLeak(); });
it("a mock", () => { const send = vi.fn(); return expect(() => { send({ i: i++ }); }).not.toLeak(); });
it("a listener", () => { const bus = new EventEmitter().setMaxListeners(0); return expect(() => { bus.on("tick", () => i); }).not.toLeak(); });
it("an interval", () => expect(() => { setInterval(() => i, 1e6).unref(); }).not.toLeak());
it("a list", () => { let head: object | null = null; return expect(() => { head = { next: head }; }).not.toLeak(); });
it("a leak", () => { const kept: object[] = []; return expect(() => { kept.push({}); }).toLeak(); });
`;

const TOLD = `${HEAD}
import { toLeak } from "eslint-plugin-leakproof/vitest";
it("a slow function", () => { const kept: object[] = []; return expect(async () => {
  kept.push({});
  await new Promise((done) => setTimeout(done, 5));
}).not.toLeak({ iterations: 100 }); });
it("too slow to tell", () => { const kept: object[] = []; return expect(async () => {
  kept.push({});
  await new Promise((done) => setTimeout(done, 20));
}).not.toLeak({ timeBudget: 9000 }); });
it("too short to see", () => { const kept: object[] = []; return expect(() => { kept.push({}); }).not.toLeak({ timeBudget: 1 }); });
it("its own error", () => expect(() => { throw new RangeError("mine"); }).not.toLeak());
it("no leak", () => expect(() => {}).toLeak());
it("no function", () => expect(1).not.toLeak());
it("two at a time", () => Promise.all([expect(() => {}).not.toLeak(), expect(() => {}).not.toLeak()]));
it.concurrent("concurrent", () => expect(() => {}).not.toLeak());
it.concurrent("concurrent in Vitest 3", () => toLeak.call({}, () => {}));
`;

const CLEAN = `${HEAD}
class Lru { m = new Map<number, object>(); constructor(readonly max: number) {}
  get(k: number) { this.m.set(k, { k }); if (this.m.size > this.max) this.m.delete(this.m.keys().next().value!); } }
const lazy: { value?: object } = {};
it("empty", () => expect(() => {}).not.toLeak());
it("garbage", () => expect(async () => { await Promise.resolve(Array.from({ length: 100 }, () => ({}))); }).not.toLeak());
it("lazy", () => expect(() => (lazy.value ??= { a: 1 })).not.toLeak());
it("regexp", () => expect(() => /a(b+)c/.exec("xxabbc" + i++)).not.toLeak());
it("imports", () => expect(async () => { await import("node:zlib"); }).not.toLeak());
it("prints", () => expect(() => { console.log("printed once", { i: i++ }); }).not.toLeak());
it("LRU of 100", () => { const lru = new Lru(100); return expect(() => lru.get(i++)).not.toLeak(); });
it("LRU of 1,000", () => { const lru = new Lru(1000); return expect(() => lru.get(i++)).not.toLeak(); });
it("timers that end", () => expect(() => new Promise<void>((done) => setTimeout(done, 1))).not.toLeak());
it("assertions", async () => {
  expect.assertions(3);
  await expect(() => { expect(i++).toBeGreaterThan(-1); expect({ a: [1] }).toEqual({ a: [1] }); }).not.toLeak();
});
it("async assertions", () => expect(async () => { await expect(Promise.resolve(i++)).resolves.toBeTypeOf("number"); }).not.toLeak());
it("inline snapshots", () => expect(() => { expect("a").toMatchInlineSnapshot(\`"a"\`); }).not.toLeak());
it("fresh mocks", () => expect(() => { const f = vi.fn(); f(1); }).not.toLeak());
it("a mock that is cleared", () => { const f = vi.fn(); return expect(() => { f({}); f.mockClear(); }).not.toLeak(); });
it("expiry", () => { const cache = new Map<number, { at: number }>(); return expect(() => {
  const now = Date.now();
  for (const [key, { at }] of cache) { if (now - at > 60_000) cache.delete(key); else break; }
  cache.set(i++, { at: now });
}).not.toLeak(); });
`;
