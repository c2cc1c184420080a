/** What each subject prints: the time and memory it has used by the end of each step, and what it found. */
const startUsage = process.cpuUsage();
const startTime = performance.now();
// eslint-disable-next-line leakproof/no-grow-only-registry -- three a process
const steps = [];

/** Ends a step. Times count from when this module was loaded, after the subject's own code. */
export function endStep(name) {
  const { user, system } = process.cpuUsage(startUsage);
  steps.push({
    name,
    cpuSeconds: (user + system) / 1e6,
    wallSeconds: (performance.now() - startTime) / 1e3,
    peakMebibytes: process.resourceUsage().maxRSS / 1024,
  });
}

/** Prints the result as the last line. */
export function finish(found) {
  console.log(JSON.stringify({ steps, found }));
}
