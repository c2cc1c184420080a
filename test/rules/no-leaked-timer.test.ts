import { Linter } from "eslint";
import { describe, expect, it } from "vitest";
import plugin from "../../rules/index.js";
import { runCases, type Case } from "./testers.js";

const RULE = "no-leaked-timer";

runCases(RULE, "neverCleared", "typescript", [
  {
    title: "interval of a constructor",
    code: "export class K {\n  constructor() { setInterval(() => this.beat(), 1000); }\n}",
    errors: [{ line: 2, holder: "setInterval()" }],
  },
  {
    title: "interval in a field that nothing clears",
    code: "export class K {\n  timer;\n  start() { this.timer = setInterval(() => this.beat(), 1000); }\n}",
    errors: [{ line: 3, holder: "this.timer" }],
  },
  {
    title: "interval of a private field",
    code: "export class K {\n  #timer;\n  start() { this.#timer = setInterval(() => this.beat(), 1000); }\n}",
    errors: [{ line: 3, holder: "this.#timer" }],
  },
  {
    title: "unref is no release",
    code: "export class K {\n  constructor() { window.setInterval(() => this.beat(), 1000).unref(); }\n}",
    errors: [{ line: 2, holder: "window.setInterval()" }],
  },
  {
    title: "interval of a function with a parameter",
    code: "export function poll(source) { const timer = setInterval(() => source.read(), 1000); void timer; }",
    errors: [{ line: 1, holder: "timer" }],
  },
  {
    title: "interval of node:timers",
    code: "import { setInterval } from 'node:timers';\nexport function poll(source) { setInterval(() => source.read(), 1000); }",
    errors: [{ line: 2, holder: "setInterval()" }],
  },
  {
    title: "handles in a container that nothing clears",
    code: "const timers = [];\nexport function poll(source) { timers.push(setInterval(() => source.read(), 1000)); }",
    report: "all",
    errors: [{ line: 2, holder: "setInterval()" }],
  },
  {
    title: "start-up function, all",
    code: "export function init(app) { setInterval(() => app.count(), 1000); }",
    report: "all",
    errors: [{ line: 1, holder: "setInterval()" }],
  },
  {
    title: "timeout in a field of something that is torn down",
    code: "export class K {\n  timer;\n  start(ms) { this.timer = setTimeout(() => this.beat(), ms); }\n  close() {}\n}",
    report: "all",
    errors: [{ line: 3, holder: "this.timer" }],
  },
  { title: "start-up function", code: "export function init(app) { setInterval(() => app.count(), 1000); }" },
  {
    title: "unref in a function of the module",
    code: "export function poll(s) { setInterval(() => s.read(), 1000).unref(); }",
  },
  { title: "once at load", code: "setInterval(() => flush(), 1000);", report: "all" },
  { title: "a bare timeout", code: "export function later(f) { setTimeout(() => f(), 10_000); }", report: "all" },
  {
    title: "cleared by its own callback",
    code: "export function poll(s) { const t = setInterval(() => { if (s.done) clearInterval(t); }, 1000); }",
    report: "all",
  },
  {
    title: "cleared by its own callback as this",
    code: "export function poll(s) { setInterval(function () { if (s.done) clearInterval(this); }, 1000); }",
    report: "all",
  },
  { title: "returned", code: "export const every = (f) => setInterval(f, 1000);", report: "all" },
  { title: "handed on", code: "export function poll(s) { s.own(setInterval(() => s.read(), 1000)); }", report: "all" },
  {
    title: "field of the superclass",
    code: "export class K extends Base {\n  start() { this.timer = setInterval(() => this.beat(), 1000); }\n}",
    report: "all",
  },
  {
    title: "cleared as another name of this",
    code: "export class K {\n  timer;\n  start() { this.timer = setInterval(() => this.beat(), 1000); }\n  stop() { const { timer } = this; clearInterval(timer); }\n}",
    report: "all",
  },
  {
    title: "another setInterval",
    code: "import { setInterval } from './clock';\nexport function poll(s) { setInterval(() => s.read(), 1000); }",
    report: "all",
  },
  {
    title: "a test file",
    code: "export function poll(s) { setInterval(() => s.read(), 1000); }",
    filename: "src/poll.test.ts",
  },

  {
    title: "cleared first",
    code: "let t;\nexport function start(s) { clearInterval(t); t = setInterval(() => s.read(), 1000); }\nexport function stop() { clearInterval(t); }",
    report: "all",
  },
  {
    title: "cleared first by a function",
    code: "let t;\nexport function start(s) { stop(); t = setInterval(() => s.read(), 1000); }\nexport function stop() { clearInterval(t); }",
    report: "all",
  },
  {
    title: "only where there is none",
    code: "let t;\nexport function start(s) { t ??= setInterval(() => s.read(), 1000); }\nexport function stop() { clearInterval(t); }",
    report: "all",
  },
  {
    title: "only where none runs",
    code: "let t;\nexport function start(s) { if (t) return; t = setInterval(() => s.read(), 1000); }\nexport function stop() { clearInterval(t); }",
    report: "all",
  },
  {
    title: "guarded by a flag",
    code: "let t, on = false;\nexport function start(s) { if (on) return; on = true; t = setInterval(() => s.read(), 1000); }\nexport function stop() { on = false; clearInterval(t); }",
    report: "all",
  },
  {
    title: "start and stop of an instance",
    code: "export class K {\n  t;\n  start() { this.t = setInterval(() => this.beat(), 1000); }\n  stop() { clearInterval(this.t); }\n}",
    report: "all",
  },
] satisfies Case[]);

runCases(RULE, "lastOne", "typescript", [
  {
    title: "cleared only to be replaced",
    code: "export class K {\n  timer;\n  on() { clearInterval(this.timer); this.timer = setInterval(() => this.beat(), 1000); }\n}",
    report: "all",
    errors: [{ line: 3, holder: "this.timer" }],
  },
]);

runCases(RULE, "lostRace", "typescript", [
  {
    title: "timeout of a race",
    code: "export const within = (work, ms) => Promise.race([work, new Promise((_, reject) => setTimeout(reject, ms))]);",
    errors: [{ line: 1, holder: "setTimeout()" }],
  },
  {
    title: "timeout of a race, in a block",
    code: "export const within = (work, ms) => Promise.race([\n  work,\n  new Promise((_, reject) => { setTimeout(reject, ms); }),\n]);",
    errors: [{ line: 3, holder: "setTimeout()" }],
  },
  {
    title: "timeout made by a function",
    code: "const late = (ms) => new Promise((_, reject) => { setTimeout(() => reject(new Error('late')), ms); });\nexport const within = (work, ms) => Promise.race([work, late(ms)]);",
    errors: [{ line: 1, holder: "setTimeout()" }],
  },
  {
    title: "timeout in a variable",
    code: "export async function within(work, ms) {\n  const late = new Promise((resolve) => { setTimeout(resolve, ms); });\n  return await Promise.race([work, late]);\n}",
    errors: [{ line: 2, holder: "setTimeout()" }],
  },
  {
    title: "timers/promises",
    code: "import { setTimeout as sleep } from 'node:timers/promises';\nexport const within = (work, ms) => Promise.race([work, sleep(ms).then(() => null)]);",
    errors: [{ line: 2, holder: "sleep()" }],
  },
  {
    title: "race by hand",
    code: "export const within = (work, ms) => new Promise((resolve, reject) => {\n  setTimeout(() => reject(new Error('late')), ms);\n  work.then(resolve, reject);\n});",
    report: "all",
    errors: [{ line: 2, holder: "setTimeout()" }],
  },
  {
    title: "short timeout of a race",
    code: "export const within = (work) => Promise.race([work, new Promise((resolve) => { setTimeout(resolve, 50); })]);",
  },
  {
    title: "timeout of some seconds, in a race",
    code: "export const within = (work) => Promise.race([work, new Promise((resolve) => { setTimeout(resolve, 5000); })]);",
  },
  {
    title: "timeout of some seconds, in a race, all",
    code: "export const within = (work) => Promise.race([work, new Promise((resolve) => { setTimeout(resolve, 5000); })]);",
    report: "all",
    errors: [{ line: 1, holder: "setTimeout()" }],
  },
  {
    title: "timeout of a function that the race only answers",
    code: "export const within = (work, late, ms) => Promise.race([work.then(() => async () => { await new Promise((resolve) => { setTimeout(resolve, ms); }); }), late]);",
    report: "all",
  },
  {
    title: "cleared when the race is over",
    code: "export function within(work, ms) {\n  let t;\n  return Promise.race([work, new Promise((resolve) => { t = setTimeout(resolve, ms); })]).finally(() => clearTimeout(t));\n}",
    report: "all",
  },
  {
    title: "timers/promises with a signal",
    code: "import { setTimeout as sleep } from 'node:timers/promises';\nexport const within = (work, ms, signal) => Promise.race([work, sleep(ms, null, { signal })]);",
    report: "all",
  },
  {
    title: "a sleep that races with nothing",
    code: "export const sleep = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });",
    report: "all",
  },
]);

runCases(RULE, "reschedules", "typescript", [
  {
    title: "timeout that sets itself again",
    code: "export function watch(s) {\n  const tick = () => { s.read(); setTimeout(tick, 1000); };\n  tick();\n}",
    errors: [{ line: 2, holder: "setTimeout()" }],
  },
  {
    title: "by a call",
    code: "export function watch(s) {\n  async function tick() { await s.read(); setTimeout(() => tick(), 1000); }\n  void tick();\n}",
    errors: [{ line: 2, holder: "setTimeout()" }],
  },
  {
    title: "animation",
    code: "export function watch(s) {\n  const draw = () => { s.draw(); requestAnimationFrame(draw); };\n  draw();\n}",
    errors: [{ line: 2, holder: "requestAnimationFrame()" }],
  },
  {
    title: "method of something that is torn down",
    code: "export class K {\n  tick() { setTimeout(() => this.tick(), 1000); }\n  close() { this.socket.end(); }\n}",
    errors: [{ line: 2, holder: "setTimeout()" }],
  },
  {
    title: "chain that a rejection ends",
    code: "export function watch(s) {\n  const tick = () => { s.ping().then(() => { setTimeout(tick, 1000); }).catch(() => s.close()); };\n  tick();\n}",
  },
  {
    title: "chain that a rejection ends, all",
    code: "export function watch(s) {\n  const tick = () => { s.ping().then(() => { setTimeout(tick, 1000); }).catch(() => s.close()); };\n  tick();\n}",
    report: "all",
    errors: [{ line: 2, holder: "setTimeout()" }],
  },
  {
    title: "method, all",
    code: "export class K {\n  tick() { setTimeout(this.tick.bind(this), 1000); }\n}",
    report: "all",
    errors: [{ line: 2, holder: "setTimeout()" }],
  },
  {
    title: "until something is done",
    code: "export function watch(s) {\n  const tick = () => { if (s.done) return; setTimeout(tick, 1000); };\n  tick();\n}",
    report: "all",
  },
  {
    title: "while something is open",
    code: "export function watch(s) {\n  const tick = () => { if (s.open) setTimeout(tick, 1000); };\n  tick();\n}",
    report: "all",
  },
  {
    title: "one chain for the module",
    code: "function tick() { poll(); setTimeout(tick, 1000); }\ntick();",
    report: "all",
  },
  {
    title: "another object's method of that name",
    code: "export class K {\n  exit() { setTimeout(() => process.exit(1), 1000); }\n  close() {}\n}",
    report: "all",
  },
]);

runCases(RULE, "effect", "typescript", [
  {
    title: "React",
    code: "export function useClock(set) {\n  useEffect(() => { setInterval(() => set(Date.now()), 1000); }, []);\n}",
    errors: [{ line: 2, holder: "setInterval()" }],
  },
  {
    title: "React, timeout of a parameter's length",
    code: "import * as React from 'react';\nexport function useLate(set, ms) {\n  React.useEffect(() => { setTimeout(() => set(true), ms); }, [ms]);\n}",
    errors: [{ line: 3, holder: "setTimeout()" }],
  },
  {
    title: "Vue",
    code: "import { onMounted, ref } from 'vue';\nexport function useClock() {\n  const now = ref(0);\n  onMounted(() => { setInterval(() => { now.value++; }, 1000); });\n  return now;\n}",
    errors: [{ line: 4, holder: "setInterval()" }],
  },
  {
    title: "Svelte",
    code: "import { onMount } from 'svelte';\nexport function clock(set) { onMount(() => { setInterval(set, 1000); }); }",
    errors: [{ line: 2, holder: "setInterval()" }],
  },
  {
    title: "Solid",
    code: "import { createEffect } from 'solid-js';\nexport function clock(set) { createEffect(() => { setInterval(set, 1000); }); }",
    errors: [{ line: 2, holder: "setInterval()" }],
  },
  {
    title: "a short timeout, all",
    code: "export function useLate(set) {\n  useEffect(() => { setTimeout(() => set(true), 300); }, []);\n}",
    report: "all",
    errors: [{ line: 2, holder: "setTimeout()" }],
  },
  {
    title: "a short timeout",
    code: "export function useLate(set) { useEffect(() => { setTimeout(() => set(true), 300); }, []); }",
  },
  {
    title: "the next turn",
    code: "export function useLate(set) { useEffect(() => { setTimeout(() => set(true)); }, []); }",
    report: "all",
  },
  {
    title: "a callback that keeps nothing",
    code: "export function useLate(ms) { useEffect(() => { setTimeout(() => track('late'), ms); }, []); }",
    report: "all",
  },
  {
    title: "React clean-up",
    code: "export function useClock(set) { useEffect(() => { const t = setInterval(set, 1000); return () => clearInterval(t); }, []); }",
    report: "all",
  },
  {
    title: "Vue clean-up",
    code: "import { onMounted, onUnmounted } from 'vue';\nexport function useClock(set) { let t; onMounted(() => { t = setInterval(set, 1000); }); onUnmounted(() => clearInterval(t)); }",
    report: "all",
  },
]);

runCases(RULE, "notOnUnmount", "typescript", [
  {
    title: "kept in a ref, cleared on a click only",
    code: "export function Toast(p) {\n  const timerRef = useRef();\n  const start = () => { timerRef.current = setTimeout(p.hide, p.ms); };\n  const hold = () => clearTimeout(timerRef.current);\n  return [start, hold];\n}",
    report: "all",
    errors: [{ line: 3, holder: "timerRef.current" }],
  },
  {
    title: "kept in a ref, cleared by an effect",
    code: "export function Toast(p) {\n  const timerRef = useRef();\n  const start = () => { timerRef.current = setTimeout(p.hide, p.ms); };\n  useEffect(() => () => clearTimeout(timerRef.current), []);\n  return start;\n}",
    report: "all",
  },
]);

runCases(RULE, "neverCleared", "commonjs", [
  {
    title: "prototype method",
    code: "function K() {}\nK.prototype.start = function () { this.timer = setInterval(this.beat.bind(this), 1000); };\nmodule.exports = K;",
    errors: [{ line: 2, holder: "this.timer" }],
  },
  {
    title: "cleared through an alias of this",
    code: "function K() { var self = this; self.timer = setInterval(function () { self.beat(); }, 1000); }\nK.prototype.stop = function () { clearInterval(this.timer); };\nmodule.exports = K;",
    report: "all",
  },
]);

describe(`${RULE}: suggestion`, () => {
  it("clears the interval that a new one replaces", () => {
    const code =
      "let t;\nexport function start(s) {\n  t = setInterval(() => s.read(), 1000);\n}\nexport const stop = () => clearInterval(t);";
    const [message] = new Linter({ configType: "flat" }).verify(code, {
      plugins: { leakproof: plugin },
      rules: { [`leakproof/${RULE}`]: "error" },
    });
    expect(message?.messageId).toBe("overwritten");
    expect(message?.suggestions?.map(({ fix }) => fix.text.trim())).toEqual(["clearInterval(t);"]);
  });
});
