import { fieldLeaks } from "./growth/fields/field-leaks.js";
import { sharedDefaultLeaks } from "./growth/shared-defaults.js";
import type { Detector } from "./leak.js";
import { listenerLeaks } from "./listeners/listener-leaks.js";
import { removalMismatches } from "./listeners/mismatches.js";
import { abortLeaks } from "./listeners/abort-leaks.js";
import { pendingPromises } from "./retention/pending-promises.js";
import { retainedClosures } from "./retention/retained-closures.js";
import { retainedSlices } from "./retention/retained-slices.js";
import { retainedInstances } from "./retention/retained-instances.js";
import { timerLeaks } from "./release/timer-leaks.js";
import { subscriptionLeaks } from "./release/subscriptions.js";
import { resourceLeaks } from "./release/resource-leaks.js";
import { pathLeaks } from "./release/path-leaks.js";

/** The detector of each rule that reports leaks. The other rules report `growth/`'s suspects. */
export const DETECTORS: Readonly<Record<string, Detector>> = {
  "no-growing-field": fieldLeaks,
  "no-shared-mutable-default": sharedDefaultLeaks,
  "no-leaked-abort-listener": abortLeaks,
  "no-leaked-resource": resourceLeaks,
  "no-leaked-subscription": subscriptionLeaks,
  "no-leaked-timer": timerLeaks,
  "no-pending-promise-leak": pendingPromises,
  "no-mismatched-removal": removalMismatches,
  "no-retained-closure": retainedClosures,
  "no-leaked-listener": listenerLeaks,
  "no-retained-instance": retainedInstances,
  "no-retained-slice": retainedSlices,
  "require-release-on-all-paths": pathLeaks,
};
