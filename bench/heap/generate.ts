/** The snapshots that are measured: made once by the programs beside this file, then taken from a cache. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

export interface Sample {
  readonly name: string;
  readonly file: string;
  readonly bytes: number;
  /** Left out by `--small`: takes minutes and gigabytes of memory. */
  readonly isLarge: boolean;
}

interface Recipe {
  readonly name: string;
  readonly program: string;
  readonly arguments: readonly string[];
  readonly isLarge: boolean;
}

/** To be raised with every change of the programs, so that no old file is measured. */
const VERSION = 1;

const RECIPES: readonly Recipe[] = [
  { name: "typescript", program: "typescript.mjs", arguments: [], isLarge: false },
  { name: "structures", program: "structures.mjs", arguments: ["24000"], isLarge: false },
  { name: "ast-500", program: "syntax-trees.mjs", arguments: ["2"], isLarge: true },
  { name: "ast-1200", program: "syntax-trees.mjs", arguments: ["5"], isLarge: true },
];

/** Where snapshots are kept: `$LEAKPROOF_SNAPSHOTS_DIR`, or a folder under the system's temporary one. */
export const snapshotFolder = process.env["LEAKPROOF_SNAPSHOTS_DIR"] ?? path.join(tmpdir(), "leakproof-heap-snapshots");

/** @throws when a program fails, with the end of what it said */
export function samples(which: { readonly isSmall: boolean; readonly names: readonly string[] }): Sample[] {
  mkdirSync(snapshotFolder, { recursive: true });
  return RECIPES.filter(({ name }) => which.names.length === 0 || which.names.includes(name))
    .filter(({ isLarge }) => !(which.isSmall && isLarge))
    .map((recipe) => {
      const file = path.join(snapshotFolder, `${recipe.name}-${VERSION}-${process.version}.heapsnapshot`);
      if (!existsSync(file)) make(recipe, file);
      return { name: recipe.name, file, bytes: statSync(file).size, isLarge: recipe.isLarge };
    });
}

function make(recipe: Recipe, file: string): void {
  console.error(`making the snapshot ${recipe.name}`);
  const partial = `${file}.partial`;
  const program = path.join(import.meta.dirname, "programs", recipe.program);
  const { status, stderr } = spawnSync(
    process.execPath,
    ["--max-old-space-size=8000", program, partial, ...recipe.arguments],
    { encoding: "utf8", env: { ...process.env, NODE_OPTIONS: "" } },
  );
  if (status !== 0) throw new Error(`${recipe.program} failed: ${stderr.slice(-400)}`);
  renameSync(partial, file);
}
