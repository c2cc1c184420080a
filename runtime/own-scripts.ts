/** Which scripts are the measuring side's own. */
import path from "node:path";

const OWN_URL = new URL(".", import.meta.url).href;

/** Whether V8's name of a script, a URL or a path, is that of a module of this package. */
export function isOwnScript(name: string): boolean {
  return name.startsWith(OWN_URL) || isOwnFile(name);
}

export function isOwnFile(file: string): boolean {
  return file.startsWith(import.meta.dirname + path.sep);
}
