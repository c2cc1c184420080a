/** What reports are told beside the result. */
import path from "node:path";

export interface RulePage {
  readonly description: string;
  readonly url: string;
}

export interface ReportContext {
  /** Whether the text goes to a terminal that shows colours. */
  readonly colors: boolean;
  /** What the paths in the result are relative to; absolute. */
  readonly workingDirectory: string;
  /** The root of the repository, which CI services take paths to be relative to; absolute. */
  readonly sourceRoot: string;
  /** By the rule's id, as findings have it. */
  readonly rules: ReadonlyMap<string, RulePage>;
  /** Of leakproof. */
  readonly version: string;
}

/** Where the guide tells of growth that no finding explains. */
export const UNFLAGGED_PAGE: RulePage = {
  description: "Disallow objects that pile up where no rule sees a cause",
  url: "https://github.com/leakproof/eslint-plugin-leakproof/blob/main/docs/verify.md#unflagged-growth",
};

/** A path of the result as CI services want it: relative to the repository, or absolute where it lies outside. */
export function pathInRepository(file: string, { workingDirectory, sourceRoot }: ReportContext): string {
  const absolute = path.resolve(workingDirectory, file);
  const relative = path.relative(sourceRoot, absolute);
  const isOutside = relative === ".." || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative);
  return (isOutside ? absolute : relative).split(path.sep).join("/");
}

/** Whether a file is one of the user's or of a package, not of Node's own. */
export function isSourceFile(file: string | null): file is string {
  return file !== null && file !== "" && !file.startsWith("node:");
}
