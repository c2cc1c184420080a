import type { Leak } from "../leak.js";
import { perFile } from "../per-file.js";
import { deadExecutors } from "./dead-executors.js";
import { pendingRaces } from "./pending-races.js";
import { growingChains } from "./promise-chains.js";
import { promiseRecursions } from "./promise-recursion.js";
import { raceLosers } from "./race-losers.js";

/** Promises that stay pending, or are kept, with more hanging on them at each call. */
export const pendingPromises = perFile((sourceCode): readonly Leak[] => [
  ...raceLosers(sourceCode),
  ...pendingRaces(sourceCode),
  ...growingChains(sourceCode),
  ...promiseRecursions(sourceCode),
  ...deadExecutors(sourceCode),
]);
