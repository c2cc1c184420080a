import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { repository, start } from "./command.js";

const folder = mkdtempSync(path.join(tmpdir(), "leakproof-heap-command-"));
afterAll(() => rmSync(folder, { recursive: true }));
const program = path.join(import.meta.dirname, "query/fixtures/shop.mjs");
execFileSync(process.execPath, [
  program,
  path.join(folder, "before.heapsnapshot"),
  path.join(folder, "after.heapsnapshot"),
]);
writeFileSync(path.join(folder, "after.gz"), gzipSync(readFileSync(path.join(folder, "after.heapsnapshot"))));

const heap = (...parameters: readonly string[]) => start(["heap", ...parameters], { cwd: folder }).ended;

describe("leakproof heap", () => {
  it.each<[parameters: string[], text: RegExp]>([
    [["summary"], /kind of node +count +shallow\n[^]*what keeps the most/],
    [["types", "--limit", "3"], /^class +count +shallow +retained +place\n(?:.*\n){3}$/],
    [["count", "DB"], /^20\n$/],
    [["by-type", "Order", "--limit", "2"], /^object.*\n(?:Order +@\d+.*\n){2}18 more/],
    [["chain", "DB"], /^module \S*shop\.mjs\n {2}log +Array @\d+\n {4}\[\d+\] +Order @\d+ .*\n {6}\.db +DB @\d+/],
    [["chain", "DB", "--from", "^Order$"], /^Order\n {2}\.db {2}DB/],
    [["ref-chain", "Order", "--to", "Map"], /^Order\n {2}\.db +DB .*\n {4}\.tables +Map/],
    [["backrefs", "DB", "--max-depth", "6"], /^DB @\d+.*\[target\]\n[^]*← log of module/],
    [["refs", "Order"], /→ \.db: DB/],
    [["retained", "--limit", "2"], /^retained +shallow/],
    [["retained", "DB"], /^[\d.]+ k?B {2}DB @\d+[^]*Map/],
    [["duplicates"], /^ *waste +copies +each +text/],
    [["slices"], /^piece of "line 0.*" @\d+ keeps \d+\.\d kB\n {4}module/m],
    [["growth", "after.heapsnapshot"], /^no class has more objects than before\n$/],
  ])("answers %j", async (parameters, text) => {
    const { code, stdout, stderr } = await heap("after.heapsnapshot", ...parameters);
    expect(stderr).toBe("");
    expect(stdout).toMatch(text);
    expect(code).toBe(0);
  });

  it("compares two snapshots of a process", async () => {
    const growth = await heap("before.heapsnapshot", "growth", "after.heapsnapshot", "--limit", "1000");
    expect(growth.stdout).toMatch(/^Order +20 +\+20$/m);
    const born = await heap("before.heapsnapshot", "new-objects", "after.heapsnapshot", "Order", "--format", "json");
    expect(JSON.parse(born.stdout)).toMatchObject({
      schemaVersion: 1,
      question: "new-objects",
      answer: { length: 20 },
    });
  });

  it("reads packed snapshots", async () => {
    expect((await heap("after.gz", "count", "DB")).stdout).toBe("20\n");
  });

  it.each([
    [".dot", /^digraph/],
    [".svg", /<svg/],
    [".html", /<!doctype html>/i],
    [".json", /"schemaVersion": 1/],
    [".txt", /^DB @/],
  ])("writes %s", async (extension, text) => {
    const file = `graph${extension}`;
    const { code, stdout } = await heap("after.heapsnapshot", "backrefs", "DB", "--output", file);
    expect([code, stdout]).toEqual([0, ""]);
    expect(readFileSync(path.join(folder, file), "utf8")).toMatch(text);
  });

  it("draws the dominator tree", async () => {
    await heap("after.heapsnapshot", "retained", "Order", "--output", "tree.dot");
    expect(readFileSync(path.join(folder, "tree.dot"), "utf8")).toMatch(/Order[^]*retained[^]*keeps/);
  });

  it("writes .png, where the library for it is installed", async () => {
    const { stderr } = await heap("after.heapsnapshot", "chain", "DB", "--output", "chain.png");
    expect(stderr).toMatch(/graph written to chain\.png \(4 nodes\)/);
    expect(readFileSync(path.join(folder, "chain.png")).subarray(1, 4).toString()).toBe("PNG");
  });

  it.each<[parameters: string[], text: RegExp]>([
    [[], /no target/],
    [["after.heapsnapshot"], /no question about after\.heapsnapshot \(known: summary/],
    [["after.heapsnapshot", "sizes"], /unknown question: sizes \(known: summary/],
    [["after.heapsnapshot", "count"], /this question needs a class/],
    [["after.heapsnapshot", "count", "Ordr"], /no object of class "Ordr": did you mean .*Order/],
    [["after.heapsnapshot", "at", "@1234567890"], /no object @1234567890 in this heap/],
    [["after.heapsnapshot", "growth"], /growth of a file needs a later one/],
    [["after.heapsnapshot", "ref-chain", "DB"], /needs --to/],
    [["after.heapsnapshot", "types", "--sort", "size"], /unknown --sort size \(known: count, shallow, retained\)/],
    [["after.heapsnapshot", "types", "--limit", "0"], /--limit takes a whole number above 0/],
    [["after.heapsnapshot", "refs", "DB", "--filter", "("], /--filter takes a regular expression, not "\("/],
    [["after.heapsnapshot", "types", "--output", "types.svg"], /types gives no graph to draw/],
    [["after.heapsnapshot", "types", "--output", "types.csv"], /\.dot, \.svg, \.png, \.html, \.txt, \.json/],
    [["after.heapsnapshot", "types", "--output", "nowhere/types.txt"], /no such folder/],
    [["nowhere.heapsnapshot", "types"], /nowhere\.heapsnapshot: there is no such file/],
    [[".", "types"], /a folder, not a heap snapshot/],
    [["shop.json", "types"], /not a heap snapshot/],
    [["--colour", "types"], /Unknown option '--colour'/],
  ])("says of %j in one line what to mend", async (parameters, text) => {
    writeFileSync(path.join(folder, "shop.json"), "[]");
    const { code, stdout, stderr } = await heap(...parameters);
    expect(stderr).toMatch(text);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect([code, stdout]).toEqual([2, ""]);
  });

  it("refuses to draw what is too large, and says what to filter", async () => {
    const parameters = ["refs", "Crowd", "--too-many", "100000", "--output", "all.svg"];
    const { code, stderr } = await heap("after.heapsnapshot", ...parameters);
    expect(stderr).toMatch(/too large to draw.*--max-depth, --too-many or --filter/i);
    expect(code).toBe(2);
    expect(existsSync(path.join(folder, "all.svg"))).toBe(false);
  });

  it("asks a running process, and leaves it as it was", async () => {
    const source = 'class Lone {}; globalThis.lone = new Lone(); setInterval(() => {}, 1000); console.log("up")';
    const child = spawn(process.execPath, ["--inspect-port=0", "-e", source], { stdio: ["ignore", "pipe", "ignore"] });
    onTestFinished(() => void child.kill("SIGKILL"));
    await once(child.stdout, "data");
    const { stdout, stderr } = await heap(String(child.pid), "count", "Lone");
    expect(stderr).toBe("");
    expect(stdout).toBe("1\n");
    expect(child.exitCode).toBeNull();
  });
});

describe("leakproof heap repl", () => {
  async function prompt(parameters: readonly string[], lines: readonly string[], cwd = folder): Promise<string> {
    const cli = path.join(repository, "dist/runtime/cli.js");
    const child = spawn(process.execPath, [cli, ...parameters], { cwd, stdio: ["pipe", "pipe", "pipe"] });
    onTestFinished(() => void child.kill("SIGKILL"));
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    child.stdin.end(lines.map((line) => `${line}\n`).join(""));
    await once(child, "close");
    return text;
  }

  it("has objgraph's verbs", async () => {
    const text = await prompt(
      ["heap", "after.heapsnapshot", "repl"],
      [
        'count("DB")',
        'byType("DB").at(-1)',
        'chain = findBackrefChain(byType("DB").at(-1), isModule)',
        'showChain(chain, { filename: "prompt.svg" })',
        'showBackrefs(byType("DB").at(-1), { maxDepth: 15, filename: "prompt.dot" })',
        'byType("Ordr")',
        "take()",
        ".help",
      ],
    );
    expect(text).toContain("heap> 20\n");
    expect(text).toMatch(/heap> DB @\d+ \(.*shop\.mjs:6\)\n/);
    expect(text).toMatch(/heap> module .*shop\.mjs\n {2}log/);
    expect(text).toContain("Graph written to prompt.svg (4 nodes)");
    expect(text).toMatch(/Graph written to prompt\.dot \(\d+ nodes\)/);
    expect(text).toContain('no object of class "Ordr": did you mean');
    expect(text).toContain("is a file: there is no other heap to take");
    expect(text).toContain("retainedSize(object)");
    expect(readFileSync(path.join(folder, "prompt.svg"), "utf8")).toContain("<svg");
  });

  it("at the end of a run looks at the program, calls its functions, and sees the count fall", async () => {
    const project = path.join(folder, "project");
    mkdirSync(project, { recursive: true });
    writeFileSync(path.join(project, "package.json"), '{ "type": "module" }');
    writeFileSync(
      path.join(project, "error-log.js"),
      "class Entry {}\nconst log = [];\nexport const report = () => void log.push(new Entry());\nexport const clear = () => void (log.length = 0);\n",
    );
    writeFileSync(
      path.join(project, "workload.js"),
      'import { report } from "./error-log.js";\nexport const iteration = () => report();\n',
    );
    const text = await prompt(
      ["verify", "error-log.js", "--workload", "workload.js", "--repl"],
      ['count("Entry") > 4000', "errorLog.clear()", "take()", 'count("Entry")', "errorLog.nothing()", "nowhere"],
      project,
    );
    expect(text).toContain("1 confirmed in 4,096 iterations");
    expect(text).toContain("Modules of the program: errorLog");
    expect(text).toMatch(/heap> true\nheap> undefined\nheap> [\d,]+ nodes, in [\d.]+ s\nheap> 0\n/);
    expect(text).toContain("errorLog.nothing is not a function");
    expect(text).toContain("nowhere is not defined");
  });
});
