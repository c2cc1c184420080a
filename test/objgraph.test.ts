/** The page on objgraph: it has all of its functions, and its examples run and print what they say. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { blocks, ROOT, type Block } from "./pages.js";

const page = readFileSync(path.join(ROOT, "docs/objgraph.md"), "utf8");

/** The public functions of objgraph 3.6, as its reference lists them. */
const FUNCTIONS = [
  "count",
  "typestats",
  "most_common_types",
  "show_most_common_types",
  "growth",
  "show_growth",
  "get_new_ids",
  "get_leaking_objects",
  "by_type",
  "at",
  "at_addrs",
  "find_ref_chain",
  "find_backref_chain",
  "is_proper_module",
  "show_backrefs",
  "show_refs",
  "show_chain",
];

describe("docs/objgraph.md", () => {
  const rows = page.split("\n").filter((line) => line.startsWith("| `"));

  it.each(FUNCTIONS)("has a row for %s, with what answers it here", (name) => {
    const row = rows.find((line) => line.startsWith(`| \`${name}(`));
    expect(row?.split("|")[2]?.trim()).toMatch(/\S/);
  });

  it("has examples that print what they say", () => {
    const parts = blocks(page).filter(({ language, flags }) => /^(?:js|text)$/.test(language) && flags["run"] !== "no");
    const examples = parts.filter(({ language }) => language === "js");
    const expected = parts.flatMap((part, index) => (part.language === "js" ? [outputAfter(parts, index)] : []));
    expect(expected.filter((text) => text !== "").length).toBeGreaterThan(3);

    const folder = mkdtempSync(path.join(ROOT, "test/.objgraph-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = path.join(folder, "page.mjs");
    writeFileSync(file, examples.map(({ code }) => `${code}console.log("${MARK}");\n`).join(""));
    const { stdout, stderr, status } = spawnSync(process.execPath, [file], { cwd: folder, encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout.split(`${MARK}\n`).slice(0, -1)).toEqual(expected);
  });
});

const MARK = "-- end of example --";

/** What the page says that an example prints; empty where it says nothing. */
function outputAfter(parts: readonly Block[], index: number): string {
  const next = parts[index + 1];
  return next?.language === "text" ? next.code : "";
}
