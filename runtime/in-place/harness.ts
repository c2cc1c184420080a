/** Which scripts are a test runner's own. */

const PACKAGES = [
  "vitest",
  "@vitest/[^/]+",
  "vite",
  "vite-node",
  "tinypool",
  "tinyspy",
  "birpc",
  "chai",
  "loupe",
  "expect-type",
  "magic-string",
  "es-module-lexer",
  "@jridgewell/[^/]+",
];
const IN_PACKAGE = new RegExp(`/node_modules/(?:${PACKAGES.join("|")})/`);

/** Whether V8's name of a script, a URL or a path, is that of a module of Vitest's. */
export function isHarnessScript(name: string): boolean {
  return IN_PACKAGE.test(name.replaceAll("\\", "/"));
}
