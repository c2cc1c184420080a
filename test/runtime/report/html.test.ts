import { createHash } from "node:crypto";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { SourceFrames } from "../../../runtime/report/code-frame.js";
import { formatHtml } from "../../../runtime/report/html.js";
import { compareBaseline } from "../../../runtime/verdict/baseline.js";
import { project } from "../command.js";
import { hostileTexts } from "./hostile-text.js";
import { cleared, context, finding, hop, result, unflagged } from "./results.js";
import { decode } from "./svg-parts.js";

const contentOf = (page: string, tag: string): string => new RegExp(`<${tag}>(.*?)</`, "s").exec(page)?.[1] ?? "";
const dataOf = (page: string): { entries: Record<string, unknown>[]; frames: Record<string, unknown>[] } =>
  JSON.parse(/id="report-data">(.*?)<\/script>/s.exec(page)?.[1] ?? "");

describe("the page of a result", () => {
  it("runs its own script and style, and asks the network for nothing", async () => {
    const page = await formatHtml(result(), context);
    const hash = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
    const script = contentOf(page, 'script type="module"');
    expect(/Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1]?.split("; ")).toEqual([
      "default-src 'none'",
      "base-uri 'none'",
      "form-action 'none'",
      `script-src ${hash(script)}`,
      `style-src ${hash(contentOf(page, "style"))}`,
    ]);
    expect(page).not.toMatch(/<[^>]* style="|\s(?:src|srcset|action)=|<link|url\(|@import|\bfetch\(|\bimport\(/);
    // One module without others, and text that is set as text.
    expect(script).not.toMatch(/^\s*(?:import|export)\b|innerHTML|insertAdjacentHTML|document\.write/m);
    const asked = [...page.matchAll(/getElementById\("([\w-]+)"\)/g)].map(([, id]) => id);
    expect(asked.length).toBeGreaterThan(4);
    for (const id of asked) expect(page).toContain(`id="${id}"`);
  });

  it("lists leaks first, those that keep the most before others, and what is known after them", async () => {
    const growth = (bytesPerIteration: number) => ({ perIteration: 1, bytesPerIteration, checkpoints: [] });
    const run = result({
      findings: [
        cleared({ verdict: "inconclusive" }),
        finding({ fingerprint: "small", growth: growth(10), heapFingerprints: [] }),
        finding({ fingerprint: "old", growth: growth(99_999), heapFingerprints: [] }),
      ],
      unflagged: [unflagged({ growth: growth(500) })],
    });
    const earlier = result({ findings: [finding({ fingerprint: "old" }), finding({ fingerprint: "gone" })] });
    const page = await formatHtml(compareBaseline(run, earlier, "earlier.json"), context);
    expect(dataOf(page).entries.map(({ status }) => status)).toEqual([
      "unflagged",
      "confirmed",
      "known",
      "inconclusive",
    ]);
    expect(decode(page)).toContain("earlier.json knows 1 of these leaks. No longer confirmed: log (src/errors.ts:14).");
    expect([...page.matchAll(/<button[^>]* data-status="(\w+)"/g)].map(([, status]) => status)).toEqual([
      "confirmed",
      "unflagged",
      "known",
      "inconclusive",
    ]);
  });

  it("shows the source of the finding and of each hop, the line marked", async () => {
    const lines = Array.from({ length: 20 }, (_, index) => `\tconst line${index + 1} = "</script>";`);
    const folder = project({ "src/errors.ts": lines.join("\n") });
    const page = await formatHtml(result(), { ...context, workingDirectory: folder });
    const { entries, frames } = dataOf(page);
    expect(frames.map(({ place, first, marked }) => ({ place, first, marked }))).toEqual([
      { place: "src/errors.ts:14", first: 11, marked: 14 },
      { place: "src/errors.ts:8", first: 5, marked: 8 },
    ]);
    expect((frames[0]?.["lines"] as string[])[3]).toBe('  const line14 = "</script>";');
    expect(entries[0]).toMatchObject({
      frame: 0,
      chain: [{ frame: -1 }, { frame: 0 }, { frame: 1 }, { frame: -1 }, {}, {}],
    });
    expect(page.match(/<\/script>/g)).toHaveLength(2);
  });

  it("has the comparison of a release, times, and how the run ended", async () => {
    const rate = { verdict: "confirmed", perIteration: 1, size: 9 } as const;
    const entry = { fingerprint: "f00d", name: "log", file: "src/errors.ts", line: 14, before: rate };
    const entries = [{ ...entry, after: { verdict: "refuted", perIteration: 0, size: 0 } as const }];
    const release = { module: "src/errors.ts", export: "clear", iterations: 1440, entries };
    const page = decode(await formatHtml(result({ release, status: "heap-limit" }), context));
    expect(page).toContain("With clear() of src/errors.ts called after each of 1,440 iterations");
    expect(page).toContain("<td>log</td><td>src/errors.ts:14</td><td>1 per iteration</td><td>flat</td>");
    expect(page).toContain("4,096 iterations, stopped by a full heap · Node v24.21.0 · 2.9 s");
  });

  it("lists what test files leave behind, and how many were passed over", async () => {
    const left = {
      file: "test/orders.test.ts",
      fingerprint: "f00d",
      name: "log",
      module: "src/errors.ts",
      perRun: 1200,
      tearDown: "clear",
    };
    const failure = { file: "test/mail.test.ts", test: "sends", message: "is closed" };
    const suite = { files: 30, left: [left], failures: [failure, { ...failure, test: "receives" }] };
    const page = decode(await formatHtml(result({ suite }), context));
    expect(page).toContain("1 of 30 leave objects behind. 1 was passed over: tests fail");
    expect(page).toContain(
      "<td>test/orders.test.ts</td><td>log</td><td>src/errors.ts</td><td>1,200</td><td>clear()</td>",
    );
  });

  it.each(hostileTexts)("shows text of the program as text (%#)", async (text) => {
    const chain = [hop(text, "module", { file: text }), hop(text, text, { file: text, line: 3, flagged: true })];
    const holder = { kind: text, name: text, module: text, type: text, size: 1 };
    const more = { file: text, message: text, reason: text, note: text, advice: text, chain, holder };
    const hostile = result({ workload: text, findings: [finding(more)], unflagged: [unflagged(more)] });
    const page = await formatHtml(hostile, context);
    const plain = await formatHtml(result({ unflagged: [unflagged()], findings: [finding()] }), context);
    const tags = (html: string): string[] =>
      [...html.matchAll(/<(\/?[a-z!][\w-]*)/gi)].map(([, tag = ""]) => tag).sort();
    expect(tags(page)).toEqual(tags(plain));
    expect(page.length).toBeLessThan(plain.length + 150_000);
    // eslint-disable-next-line no-control-regex -- the control characters are what is looked for
    expect(page).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202e\u2066]/);
  });

  it("of several hundred findings is small, and soon written", async () => {
    const findings = Array.from({ length: 500 }, (_, index) => finding({ line: index + 1, fingerprint: `f${index}` }));
    const startedAt = performance.now();
    const page = await formatHtml(result({ findings }), context);
    expect(page.length).toBeLessThan(1_500_000);
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });
});

describe("frames of source", () => {
  it("are of sources below the working directory alone", () => {
    const outside = project({ "secret.ts": "const key = 1;\n" });
    const folder = project({ "notes.txt": "a\n", "src/a.ts": "const a = 1;\nconst b = 2;\n" });
    mkdirSync(path.join(folder, "linked"));
    symlinkSync(path.join(outside, "secret.ts"), path.join(folder, "linked/secret.ts"));
    writeFileSync(path.join(folder, "big.js"), "x;".repeat(2_500_000));
    const frames = new SourceFrames(folder);
    expect(frames.around("src/a.ts", 1, 7)).toEqual({
      first: 1,
      marked: 1,
      lines: ["const a = 1;", "const b = 2;", ""],
    });
    const refused = ["notes.txt", "gone.ts", "big.js", "linked/secret.ts", path.join(outside, "secret.ts")];
    refused.push(path.relative(folder, path.join(outside, "secret.ts")), "src", "src/a.ts\0");
    expect(refused.filter((file) => frames.around(file, 1, null) !== null)).toEqual([]);
    expect(frames.around("src/a.ts", 4, null)).toBeNull();
  });

  it("of a minified line are what is around the column", () => {
    const folder = project({ "min.js": `${"a;".repeat(5000)}target();${"b;".repeat(5000)}\n` });
    const line = new SourceFrames(folder).around("min.js", 1, 10_001)?.lines[0] ?? "";
    expect(line).toContain("target();");
    expect(line.length).toBeLessThan(200);
  });
});
