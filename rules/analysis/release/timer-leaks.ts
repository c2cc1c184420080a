import type { Leak } from "../leak.js";
import { perFile } from "../per-file.js";
import { intervalLeaks } from "./intervals.js";
import { TIMER_ROWS } from "./release-table.js";
import { timeoutLeaks } from "./timeouts.js";

/** What a file that sets timers speaks of. */
export const TIMER_WORDS = [...TIMER_ROWS.flatMap(({ acquire }) => acquire), "promises"];

/** Timers that keep their callbacks when nothing wants them any more. */
export const timerLeaks = perFile((sourceCode): readonly Leak[] => [
  ...intervalLeaks(sourceCode),
  ...timeoutLeaks(sourceCode),
]);
