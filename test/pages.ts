/** What the tests read in the pages of the documentation. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

export const ROOT = path.resolve(import.meta.dirname, "..");

/** A fenced block, with what its fence says after the language: `option=all`. */
export interface Block {
  readonly language: string;
  readonly flags: Readonly<Record<string, string>>;
  readonly code: string;
}

/** Code of a rule page, and the option under which it is reported. */
export interface Example {
  readonly code: string;
  readonly extension: string;
  readonly report: "likely" | "all";
}

/** The names of the rules that have a page. */
export function rulePages(): readonly string[] {
  const files = readdirSync(path.join(ROOT, "docs/rules")).filter((file) => file.endsWith(".md"));
  return files.map((file) => path.basename(file, ".md")).sort();
}

/** The text of the page of a rule; empty where it has none, so that only that rule's tests fail. */
export function rulePage(rule: string): string {
  return rulePages().includes(rule) ? readFileSync(path.join(ROOT, "docs/rules", `${rule}.md`), "utf8") : "";
}

/** A rule page without its title, and without what `npm run docs` writes below it. */
export function pageBody(text: string): string {
  return text.replace(/^# .*\n+/, "").replace(/^[\s\S]*<!-- end auto-generated rule header -->\n+/, "");
}

/** A section of a page, without its title; empty where the page has none. */
export function section(text: string, title: string): string {
  return text.split(/^## /m).find((part) => part.startsWith(`${title}\n`)) ?? "";
}

/** The fenced blocks of a text, in its order. */
export function blocks(text: string): readonly Block[] {
  return [...text.matchAll(/^```(\w+)(.*)\n([\s\S]*?)^```/gm)].map(([, language = "", info = "", code = ""]) => ({
    language,
    flags: Object.fromEntries([...info.matchAll(/(\w+)=(\S+)/g)].map(([, flag, value]) => [flag, value])),
    code,
  }));
}

/** The fenced blocks of a section of a rule page. */
export function examples(text: string): readonly Example[] {
  return blocks(text).map(({ language, flags, code }) => ({
    code,
    extension: language,
    report: flags["option"] === "all" ? "all" : "likely",
  }));
}
