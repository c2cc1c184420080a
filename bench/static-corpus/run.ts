/**
 * Known leaks under the `strict` preset: are they flagged where they are, and no more once they are fixed?
 *
 *   npm run bench:static-corpus                       leaks of published packages
 *   npm run bench:static-corpus -- <id …>             these cases
 *   npm run bench:static-corpus -- --git <folder>     commits that fix leaks, of the repositories whose git directories
 *                                                     lie in the folder (`owner+name` or `name.git`, bare or not)
 *   npm run bench:static-corpus -- --git <folder> vuejs/core …
 *
 * What counts as flagged, and as gone, is told in `sites.ts`. The exit code is 1 below the targets.
 */
import { parseArgs } from "node:util";
import { measureCommits } from "./commits.js";
import { measurePublished } from "./published.js";

const { values: options, positionals: ids } = parseArgs({
  allowPositionals: true,
  options: { git: { type: "string", multiple: true, default: [] } },
});

const isMet = options.git.length > 0 ? measureCommits(options.git, ids) : measurePublished(ids);
process.exitCode = isMet ? 0 : 1;
