/** Settings that may change while the server runs; who depends on one listens for it. */
import { EventEmitter } from "node:events";

export const settings = Object.assign(new EventEmitter(), { logLevel: "warn" });
settings.setMaxListeners(0);

export function setLogLevel(level) {
  settings.logLevel = level;
  settings.emit("logLevel", level);
}
