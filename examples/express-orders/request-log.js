/** Gives each request a log of its own, which follows the level in the settings. */
import { settings } from "./settings.js";

export function requestLog(request, response, next) {
  const log = { request, level: settings.logLevel, lines: [] };
  settings.on("logLevel", (level) => (log.level = level));
  request.log = log;
  next();
}
