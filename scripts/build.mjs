// Builds dist/ from nothing, so that a renamed source file leaves no stale module in the package.
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const root = path.dirname(import.meta.dirname);
const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");

rmSync(path.join(root, "dist"), { recursive: true, force: true });
const { status } = spawnSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], { cwd: root, stdio: "inherit" });
if (status !== 0) process.exit(1);
// What pages are made of is read when they are written, and compiled by nobody.
for (const asset of ["graph-page.js", "graph-page.css", "plot-page.js", "plot-page.css"])
  copyFileSync(path.join(root, "runtime/report", asset), path.join(root, "dist/runtime/report", asset));
chmodSync(path.join(root, "dist/runtime/cli.js"), 0o755);
