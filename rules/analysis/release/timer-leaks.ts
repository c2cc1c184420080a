import type { Leak } from "../leak.js";
import { perFile } from "../per-file.js";
import { intervalLeaks } from "./intervals.js";
import { timeoutLeaks } from "./timeouts.js";

/** Timers that keep their callbacks when nothing wants them any more. */
export const timerLeaks = perFile((sourceCode): readonly Leak[] => [
  ...intervalLeaks(sourceCode),
  ...timeoutLeaks(sourceCode),
]);
