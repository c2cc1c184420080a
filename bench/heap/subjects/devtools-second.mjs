/** The second thread of the DevTools model: retainers and dominators. */
import { workerData } from "node:worker_threads";

const { HeapSnapshot } = await import(workerData.model);
new HeapSnapshot.SecondaryInitManager(workerData.port);
