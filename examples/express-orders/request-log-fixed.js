/** Gives each request a log of its own, which follows the level in the settings until the response is closed. */
import { settings } from "./settings.js";

export function requestLog(request, response, next) {
  const log = { request, level: settings.logLevel, lines: [] };
  const follow = (level) => (log.level = level);
  settings.on("logLevel", follow);
  response.once("close", () => settings.off("logLevel", follow));
  request.log = log;
  next();
}
