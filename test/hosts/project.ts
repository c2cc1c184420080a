/** Projects in temporary folders, in which other programs run the plugin as it is built. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { ESLint, Linter } from "eslint";
import { onTestFinished } from "vitest";
import { ROOT } from "../pages.js";

/** The file that package.json names as the plugin: `npm run build` makes it. */
export const PLUGIN_FILE = path.join(ROOT, "dist/rules/index.js");

export type BuiltPlugin = ESLint.Plugin & {
  readonly rules: NonNullable<ESLint.Plugin["rules"]>;
  readonly configs: Record<"recommended" | "strict", Linter.Config>;
};

/** The plugin as users get it. */
export async function builtPlugin(): Promise<BuiltPlugin> {
  const loaded: { default: BuiltPlugin } = await import(pathToFileURL(PLUGIN_FILE).href);
  return loaded.default;
}

/** Makes a folder with these files, for as long as the test runs. */
export function temporaryProject(files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "leakproof-host-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFiles(folder, files);
  return folder;
}

/** Gives a project the packages that a user of the plugin installs, and the plugin itself. */
export function linkPackages(folder: string): void {
  const packages = path.join(folder, "node_modules");
  mkdirSync(packages);
  for (const name of ["eslint", "@typescript-eslint"]) {
    symlinkSync(path.join(ROOT, "node_modules", name), path.join(packages, name), "junction");
  }
  symlinkSync(ROOT, path.join(packages, "eslint-plugin-leakproof"), "junction");
}

export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
}

/** The file of a command of one of our development dependencies: run it with `process.execPath`. */
export function commandFile(name: string): string {
  return path.join(ROOT, "node_modules", name);
}
