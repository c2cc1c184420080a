import { cpSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { VerificationResult } from "../../runtime/verdict/result.js";
import { blocks } from "../pages.js";
import { eventually, installPackages, isRunning, project, repository, run, start } from "./command.js";

const page = readFileSync(path.join(repository, "docs/servers.md"), "utf8");
const commands = blocks(page)
  .filter(({ language }) => language === "sh")
  .flatMap(({ code }) => code.split("\n"))
  .filter((line) => line !== "");

function wordsOf(command: string): string[] {
  return [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, word]) => double ?? single ?? word ?? "",
  );
}

describe("docs/servers.md has commands that run:", () => {
  const expressLeak = [
    /✖ confirmed {2}examples\/express-orders\/request-log\.js:6:12 .*\(leakproof\/no-leaked-listener\)/,
    /module examples\/express-orders\/settings\.js/,
    /\.logLevel +Array \([\d,]+\) {2}← flagged/,
    /\.request +IncomingMessage/,
  ];
  const fastifyLeak = [
    /✖ confirmed {2}examples\/fastify-orders\/request-contexts\.js:2:7 {2}underWay grows by 2 per iteration/,
    /underWay +Map \([\d,]+\) {2}← flagged/,
    /\.request +Request/,
  ];
  const flat = [/^(?:nothing to report|\d+ refuted|.*\n\d+ refuted) in [\d,]+ iterations of/];
  const expected = [
    { code: 1, says: expressLeak },
    { code: 0, says: flat },
    { code: 1, says: fastifyLeak },
    { code: 0, says: flat },
    { code: 0, says: flat },
  ];

  it.each(commands.map((command, index) => ({ command, ...(expected[index] ?? { code: 0, says: [] }) })))(
    "$command",
    async ({ command, code, says }) => {
      const load = blocks(page).find(({ language }) => language === "js")?.code ?? "";
      const cwd = project({
        "package.json": JSON.stringify({
          type: "module",
          scripts: { start: "echo starting && node examples/fastify-orders/server-fixed.js" },
        }),
        "checkout.load.mjs": load,
      });
      cpSync(path.join(repository, "examples"), path.join(cwd, "examples"), { recursive: true });
      installPackages(cwd);
      const parameters = [...wordsOf(command).slice(1), "--time-budget", "150"];
      const ended = await run(parameters, { cwd, timeout: 200_000 });
      expect([command, ended.code, ended.stdout]).toEqual([command, code, expect.any(String)]);
      for (const text of says) expect(ended.stdout).toMatch(text);
      expect(ended.stdout).not.toContain("unflagged");
      expect(ended.stderr).not.toMatch(/^leakproof:/m);
    },
    240_000,
  );

  it("all of them", () => expect(commands).toHaveLength(expected.length));
});

/** A server, or what is none, by its first argument; it notes its process. */
const server = `import { writeFileSync } from "node:fs";
import http from "node:http";
import { spawn } from "node:child_process";
writeFileSync("pid-" + process.pid, "");
const kind = process.argv[2];
function answer(request, response) {
  const i = Number(request.url.split("/")[2]);
  if (request.url.startsWith("/none")) response.statusCode = 404;
  if (request.url.startsWith("/broken") || (request.url.startsWith("/flaky") && i % 5 === 3)) response.statusCode = 503;
  if (request.url.startsWith("/hang") && i === 3) return;
  if (request.url.startsWith("/crash") && i === 3) throw new TypeError("no database");
  if (request.url.startsWith("/cut") && i === 3) return request.socket.destroy();
  if (request.url.startsWith("/slow")) {
    if (i === 3) console.log("well under way");
    return setTimeout(() => response.end("ok"), 20);
  }
  response.end("ok");
}
process.once("SIGTERM", () => {
  console.log("shut down");
  process.exit();
});
if (kind === "throw") throw new TypeError("no database");
if (kind === "idle") setInterval(() => {}, 1000);
if (kind === "pair") for (let i = 0; i < 2; i++) spawn(process.execPath, [process.argv[1], "port"], { stdio: "inherit" });
if (kind === "port") http.createServer(answer).listen(0);
if (kind === "path") http.createServer(answer).listen(process.platform === "win32" ? "\\\\\\\\.\\\\pipe\\\\leakproof-test" : "socket");
if (kind === "child") {
  spawn(process.execPath, ["-e", "setTimeout(() => {}, 60_000)"], { stdio: "ignore" }).once("spawn", function () {
    writeFileSync("pid-" + this.pid, "");
  });
  http.createServer(answer).listen(0);
}
`;

function serverProject(): string {
  return project({ "server.mjs": server, "temporary/.keep": "" });
}

async function expectNothingLeft(folder: string, processes: number): Promise<void> {
  const names = readdirSync(folder).filter((name) => name.startsWith("pid-"));
  const pids = names.map((name) => Number(name.slice("pid-".length)));
  expect(pids).toHaveLength(processes);
  await eventually(() => !pids.some(isRunning), 3000);
  expect(pids.filter(isRunning)).toEqual([]);
  expect(readdirSync(path.join(folder, "temporary"))).toEqual([".keep"]);
}

describe("a command", () => {
  const cases = [
    {
      what: "that is not there",
      serve: "no-such-server --port 1",
      says: /command not found: .*no-such-server/,
      code: 2,
    },
    {
      what: "that ends before it listens",
      serve: "node server.mjs throw",
      says: /node server\.mjs throw: the command ended with code 1 before it listened on a port: TypeError: no database$/m,
      processes: 1,
    },
    {
      what: "that never listens",
      serve: "node server.mjs idle",
      says: /listens on no port within 4\.0 s: /,
      processes: 1,
    },
    { what: "that is no Node process", serve: "sleep 60", says: /started no Node process within 4\.0 s/ },
    {
      what: "that listens on a socket",
      serve: "node server.mjs path",
      says: /on the socket .*: have it/,
      code: 2,
      processes: 1,
    },
    {
      what: "that listens twice",
      serve: "node server.mjs pair",
      says: /2 processes of the command listen \(/,
      code: 2,
      processes: 3,
    },
    {
      what: "whose server has none of the paths",
      request: "/none/{i}",
      says: /with 404, GET \/none\/0 first/,
      code: 2,
      processes: 1,
    },
    {
      what: "whose server fails",
      request: "/broken/{i}",
      says: /of the server's, the first GET \/broken\/0: 503/,
      processes: 1,
    },
    {
      what: "whose server does not answer",
      request: "/hang/{i}",
      says: /GET \/hang\/3 was not answered within 2\.7 s: raise --time-budget/,
      processes: 1,
    },
    {
      what: "whose server crashes",
      request: "/crash/{i}",
      says: /node server\.mjs port: uncaught exception during iteration 3: TypeError: no database\n[^]*server\.mjs:11/,
      processes: 1,
    },
    {
      what: "whose server cuts connections",
      request: "/cut/{i}",
      says: /GET \/cut\/3 was not answered: socket hang up$/m,
      processes: 1,
    },
  ];

  it.each(cases)(
    "$what is told in one line",
    async ({ serve = "node server.mjs port", request = "/{i}", says, code: expected = 3, processes = 0 }) => {
      const folder = serverProject();
      const { code, stdout, stderr } = await run(
        ["verify", "--serve", serve, "--request", request, "--time-budget", "8"],
        { cwd: folder, env: { TMPDIR: path.join(folder, "temporary") }, timeout: 60_000 },
      );
      expect(stderr).toMatch(says);
      expect(stderr.match(/^leakproof: /gm)).toHaveLength(1);
      expect({ code, stdout }).toEqual({ code: expected, stdout: "" });
      await expectNothingLeft(folder, processes);
    },
  );

  it("with a workload beside it is refused", async () => {
    const parameters = ["verify", "--serve", "npm start", "--request", "/", "--workload", "workload.mjs"];
    const { code, stderr } = await run(parameters, { cwd: project({}) });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: "leakproof: --workload and --serve at once: name one of them\n",
    });
  });

  it("whose server fails now and then is measured, with a warning", async () => {
    const folder = serverProject();
    const parameters = ["--serve", "node server.mjs port", "--request", "/flaky/{i}", "--iterations", "20"];
    const { code, stderr } = await run(["verify", ...parameters], { cwd: folder });
    expect(stderr).toContain("18 of 90 responses were errors (503 × 18), the first GET /flaky/3: 503");
    expect(stderr).toContain("shut down");
    expect(code).toBe(0);
  });
});

describe("a server runs as if nobody watched", () => {
  it("as the main module, with arguments and an environment of its own, and none of ours is taken for its growth", async () => {
    const folder = project({
      "server.cjs": `const { writeFileSync } = require("node:fs");
const loaded = { isMain: require.main === module, parameters: process.argv.slice(2), execArgv: process.execArgv };
require("node:http").createServer((request, response) => {
  const { NODE_OPTIONS = null, LEAKPROOF_SERVE = null } = process.env;
  const globals = Object.getOwnPropertyNames(globalThis).filter((name) => /leakproof/i.test(name));
  const seen = { ...loaded, typeOfSend: typeof process.send, NODE_OPTIONS, LEAKPROOF_SERVE, globals };
  if (request.url === "/0") writeFileSync("seen.json", JSON.stringify(seen));
  response.end("ok");
}).listen(0);
`,
    });
    const serve = "node --max-http-header-size=20000 server.cjs one two";
    const parameters = ["verify", "--serve", serve, "--request", "/{i}", "--format", "json"];
    const { code, stdout } = await run(parameters, { cwd: folder });
    expect(JSON.parse(readFileSync(path.join(folder, "seen.json"), "utf8"))).toEqual({
      isMain: true,
      parameters: ["one", "two"],
      execArgv: ["--max-http-header-size=20000"],
      typeOfSend: "undefined",
      NODE_OPTIONS: null,
      LEAKPROOF_SERVE: null,
      globals: [],
    });
    const report = JSON.parse(stdout) as VerificationResult;
    expect(report).toMatchObject({ workload: serve, unflagged: [], findings: [] });
    expect(report.iterations).toBeGreaterThanOrEqual(1024);
    expect(code).toBe(0);
  });

  it("over TLS, with a certificate of its own making", async () => {
    const folder = project({
      "server.mjs": `import https from "node:https";
const key = \`-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgykdI3rsHboX3EjgE
Ona6ICukQF0y77+OPlc5nQe4Vm2hRANCAAQsRJ/x6LPdjKFrWYM9ZehLEj5ErnYi
BRa7/I6ygF6sHi4XqZvDm0/T19HP4B0D0WQ7ZJBsZWDd1eR7Uu2bJ4so
-----END PRIVATE KEY-----\`;
const cert = \`-----BEGIN CERTIFICATE-----
MIIBgDCCASWgAwIBAgIUODbt8w7gadNPIBd5GxYvlBJVs4YwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyODA1NTgxMVoYDzIxMjYxMTA0
MDU1ODExWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQsRJ/x6LPdjKFrWYM9ZehLEj5ErnYiBRa7/I6ygF6sHi4XqZvDm0/T
19HP4B0D0WQ7ZJBsZWDd1eR7Uu2bJ4soo1MwUTAdBgNVHQ4EFgQU04pMdrGfJe8e
sgWPYeupuL8fGjIwHwYDVR0jBBgwFoAU04pMdrGfJe8esgWPYeupuL8fGjIwDwYD
VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEAunBOoVePXxmgNumu00jz
bKVykXN7pwqzR6b6g1qDInYCIQDaXiSv64CEim0rdCFzEInI24PSLdP/XYHmuimE
DQC3zA==
-----END CERTIFICATE-----\`;
https.createServer({ key, cert }, (request, response) => response.end("ok")).listen(0, "127.0.0.1");
`,
    });
    const parameters = ["verify", "--serve", "node server.mjs", "--request", "/{i}", "--iterations", "20"];
    expect(await run(parameters, { cwd: folder })).toMatchObject({ code: 0, stderr: "" });
  });
});

describe("the command, while the server runs,", () => {
  it.each([
    { signal: "SIGINT", code: 130 },
    { signal: "SIGTERM", code: 143 },
    { signal: "SIGKILL", code: null },
  ] as const)("leaves nothing at $signal", async ({ signal, code }) => {
    const folder = serverProject();
    const parameters = ["verify", "--serve", "node server.mjs child", "--request", "/slow/{i}"];
    const { child, ended } = start(parameters, {
      cwd: folder,
      env: { TMPDIR: path.join(folder, "temporary") },
      timeout: 60_000,
    });
    const isUnderWay = new Promise<void>((resolve) =>
      child.stderr?.on("data", (text: string) => text.includes("well under way") && resolve()),
    );
    await Promise.race([isUnderWay, ended]);
    child.kill(signal);
    const { code: exitCode, stdout, stderr } = await ended;
    expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: "" });
    if (code !== null) expect(stderr).toBe("well under way\nshut down\n");
    await expectNothingLeft(folder, 2);
  });
});
