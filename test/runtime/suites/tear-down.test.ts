import { describe, expect, it } from "vitest";
import { tearDownOf } from "../../../runtime/suites/tear-down.js";

describe("tearDownOf", () => {
  it.each<[string, string, string, string]>([
    ["an exported function", "const log = [];\nexport function clear() { log.length = 0; }", "log", "clear"],
    ["an async one", "export async function reset(): Promise<void> { log.splice(0); }", "log", "reset"],
    ["an arrow function", "export const resetLog = () => { log = []; };", "log", "resetLog"],
    ["of CommonJS", "exports.clearAll = function () { cache.clear(); };", "cache", "clearAll"],
    [
      "the most telling",
      "export function stop() { log.pop(); }\nexport function clear() { log.length = 0; }",
      "log",
      "clear",
    ],
    ["of the holder's root", "export function dispose() { bus.removeAllListeners(); }", "bus._events.x", "dispose"],
  ])("finds %s", (_, code, holder, found) => expect(tearDownOf(code, holder)).toBe(found));

  it.each<[string, string, string]>([
    ["a function that does not mention the holder", "export function clear() { other.clear(); }", "log"],
    ["one that is not exported", "function clear() { log.length = 0; }", "log"],
    ["one that takes what it is to remove", "export function close(id: string) { log.delete(id); }", "log"],
    ["one whose name says nothing", "export function count() { return log.length; }", "log"],
    ["a property of that name", "export function clear() { this.log.clear(); }", "log"],
    ["a longer name", "export function clear() { log$.clear(); logs.clear(); }", "log"],
    ["a holder without a name", "export function clear() { log.length = 0; }", "[key]"],
  ])("does not take %s", (_, code, holder) => expect(tearDownOf(code, holder)).toBeNull());
});
