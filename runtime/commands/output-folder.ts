import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { InputError } from "../input-error.js";

/**
 * Asked before the work, so that no result is lost for want of a place.
 *
 * @throws {InputError} where a file's folder is missing
 */
export function requireFolder(file: string, workingDirectory: string): void {
  const folder = path.dirname(path.resolve(workingDirectory, file));
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    throw new InputError(`no such folder to write ${file} to: create it, or name another file`);
}
