/**
 * The URL of a module beside the one that asks, as built: what starts a process or a thread needs JavaScript also when
 * the asker runs from its TypeScript source, as under a test runner.
 *
 * @param relative as in `./close-inspector.js`
 * @param asker its `import.meta.url`
 */
export function builtModule(relative: string, asker: string): URL {
  const url = new URL(relative, asker);
  if (!asker.endsWith(".ts")) return url;
  const place = url.href.lastIndexOf("/runtime/");
  return new URL(`${url.href.slice(0, place)}/dist${url.href.slice(place)}`);
}
