/** How long V8 takes for a snapshot of this process that nobody reads. */
import inspector from "node:inspector";

const isNode20 = process.versions.node.startsWith("20.");
const session = new inspector.Session();
session.connect();

const post = (method, parameters = {}) =>
  new Promise((resolve, reject) => {
    session.post(method, parameters, (error, result) => (error === null ? resolve(result) : reject(error)));
  });

/** @returns milliseconds, collections of garbage included as `takeHeap` does them */
export async function captureOnly() {
  const startedAt = performance.now();
  for (let i = 0; i < 3; i++) await post("HeapProfiler.collectGarbage");
  if (isNode20) for (const command of ["enable", "start", "stop", "disable"]) await post(`Profiler.${command}`);
  await post("HeapProfiler.takeHeapSnapshot", { reportProgress: false });
  return performance.now() - startedAt;
}
