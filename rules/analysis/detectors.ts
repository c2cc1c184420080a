import type { Detector } from "./leak.js";

/** The detector of each rule that reports leaks. The other rules report `growth/`'s suspects. */
export const DETECTORS: Readonly<Record<string, Detector>> = {};
