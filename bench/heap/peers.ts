/** The heap engines that are measured beside ours, installed as their lockfile says into a folder outside the repository. */
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";

const FILES = ["package.json", "package-lock.json"];
const committed = path.join(import.meta.dirname, "peers");

/** Where they are installed: `$LEAKPROOF_PEERS_DIR`, or a folder under the system's temporary one. */
const folder = process.env["LEAKPROOF_PEERS_DIR"] ?? path.join(tmpdir(), "leakproof-heap-peers");
const manifest = path.join(folder, "package.json");
const model = path.join(folder, "devtools.mjs");

/** What the programs in `subjects/` are given to load their engine by. */
export interface Peers {
  readonly memlab: string;
  readonly devtools: string;
}

/** @throws when npm or esbuild fails */
export async function installedPeers(): Promise<Peers> {
  const lock = readFileSync(path.join(committed, "package-lock.json"), "utf8");
  const marker = path.join(folder, ".installed");
  if (!existsSync(marker) || readFileSync(marker, "utf8") !== lock) {
    install();
    await bundleModel();
    writeFileSync(marker, lock);
  }
  return { memlab: manifest, devtools: pathToFileURL(model).href };
}

function install(): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const file of FILES) copyFileSync(path.join(committed, file), path.join(folder, file));
  console.error("installing the engines to compare with");
  const { status, stderr } = spawnSync(
    "npm",
    ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"],
    { cwd: folder, encoding: "utf8", shell: process.platform === "win32" },
  );
  if (status !== 0) throw new Error(`npm ci failed for the engines to compare with: ${(stderr ?? "").slice(-400)}`);
}

/** The part of esbuild that is used; the package itself is installed with the peers only. */
interface Esbuild {
  build(options: object): Promise<unknown>;
}

interface PluginBuild {
  onResolve(match: { filter: RegExp }, callback: (found: { path: string }) => object): void;
  onLoad(match: { filter: RegExp; namespace: string }, callback: () => object): void;
}

/** Node 20 lacks it, and the model asks for it. */
const WITH_RESOLVERS = `Promise.withResolvers ??= function () {
  let resolve, reject;
  const promise = new Promise((...both) => void ([resolve, reject] = both));
  return { promise, resolve, reject };
};`;

/**
 * DevTools come as TypeScript modules. Four of those that the model's imports lead to are not in the package, or for the
 * screen only; the model calls none of them.
 */
const unused = {
  name: "unused",
  setup(build: PluginBuild): void {
    const filter = /\/(?:codemirror\.next|marked|locales|intl-messageformat)\.js$/;
    build.onResolve({ filter }, (found) => ({ path: found.path, namespace: "unused" }));
    build.onLoad({ filter: /./, namespace: "unused" }, () => ({
      contents: "module.exports = { BUNDLED_LOCALES: [] };",
    }));
  },
};

async function bundleModel(): Promise<void> {
  const source = "node_modules/chrome-devtools-frontend/front_end/entrypoints/heap_snapshot_worker";
  const esbuild = createRequire(manifest)("esbuild") as Esbuild;
  await esbuild.build({
    entryPoints: [path.join(folder, source, "heap_snapshot_worker.ts")],
    outfile: model,
    bundle: true,
    platform: "node",
    format: "esm",
    banner: { js: WITH_RESOLVERS },
    plugins: [unused],
  });
}
