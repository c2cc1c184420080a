import { runCases } from "./testers.js";

const RULE = "require-release-on-all-paths";

runCases(RULE, "skipped", "typescript", [
  {
    title: "an interval, and an early return",
    code: "export function f(parts) {\n  const timer = setInterval(() => parts.note(), 100);\n  if (parts.done) return 0;\n  clearInterval(timer);\n}",
    errors: [{ line: 2, holder: "timer" }],
  },
  {
    title: "a file, and a throw",
    code: "import { closeSync, openSync, readSync } from 'node:fs';\nexport function f(path, buffer) {\n  const file = openSync(path, 'r');\n  if (readSync(file, buffer) === 0) throw new Error('empty');\n  closeSync(file);\n}",
    errors: [{ line: 3, holder: "file" }],
  },
  {
    title: "a lock, and the next round",
    code: "export async function f(streams) {\n  for (const stream of streams) {\n    const reader = stream.getReader();\n    if (stream.old) continue;\n    reader.releaseLock();\n  }\n}",
    errors: [{ line: 3, holder: "reader" }],
  },
  {
    title: "a listener of a parameter, and an early return",
    code: "export function f(socket, fn) {\n  socket.on('data', fn);\n  if (socket.ended) return;\n  socket.off('data', fn);\n}",
    errors: [{ line: 2, holder: "socket" }],
  },
  {
    title: "a timeout, and a failure, all",
    code: "export async function f(work, controller, ms) {\n  const timer = setTimeout(() => controller.abort(), ms);\n  await work();\n  clearTimeout(timer);\n}",
    report: "all",
    errors: [{ line: 2, holder: "timer" }],
  },
  {
    title: "success only, all",
    code: "export function f(work) {\n  const timer = setInterval(() => work.note(), 100);\n  return work.run().then(() => clearInterval(timer));\n}",
    report: "all",
    errors: [{ line: 2, holder: "timer" }],
  },
  {
    title: "a failure that is caught, all",
    code: "export async function f(work) {\n  const timer = setInterval(() => work.note(), 100);\n  try { await work.run(); clearInterval(timer); } catch { work.failed = true; }\n}",
    report: "all",
    errors: [{ line: 2, holder: "timer" }],
  },
  {
    title: "a failure",
    code: "export async function f(work) { const timer = setInterval(() => work.note(), 100); await work.run(); clearInterval(timer); }",
  },
  {
    title: "finally",
    code: "export async function f(work) { const timer = setInterval(() => work.note(), 100); try { return await work.run(); } finally { clearInterval(timer); } }",
    report: "all",
  },
  {
    title: "a release before each way out",
    code: "export function f(work) { const timer = setInterval(() => work.note(), 100); if (work.done) { clearInterval(timer); return; } clearInterval(timer); }",
    report: "all",
  },
  {
    title: "nothing to release",
    code: "export function f(element) { const reader = element.getReader(); if (!reader) return; reader.releaseLock(); }",
    report: "all",
  },
  {
    title: "its own callback ends it",
    code: "export function f(work) { const timer = setInterval(() => { if (work.done) clearInterval(timer); }, 100); if (work.late) return; clearInterval(timer); }",
    report: "all",
  },
  {
    title: "a closure that takes over",
    code: "export function f(work) { const timer = setInterval(() => work.note(), 100); work.on('end', () => clearInterval(timer)); if (work.late) return; work.go(); }",
    report: "all",
  },
  {
    title: "a call that may throw",
    code: "export function f(work) { const timer = setInterval(() => work.note(), 100); work.run(); clearInterval(timer); }",
    report: "all",
  },
  {
    title: "a short timeout",
    code: "export async function f(work) { const timer = setTimeout(() => work.note(), 100); await work.run(); clearTimeout(timer); }",
    report: "all",
  },
  {
    title: "handed on",
    code: "export function f(work) { const timer = setInterval(() => work.note(), 100); if (work.own(timer)) return; clearInterval(timer); }",
    report: "all",
  },
  {
    title: "a listener that is replaced",
    code: "export function f(element, last, next) { if (last) element.removeEventListener('click', last); if (next) element.addEventListener('click', next); }",
    report: "all",
  },
  {
    title: "using",
    code: "import { open } from 'node:fs/promises';\nexport async function f(path) { await using file = await open(path); if (path) return 1; await file.close(); }",
    report: "all",
  },
]);

runCases(RULE, "skipped", "module", [
  {
    title: "a listener on what the constructor is given, in a field that the class declares",
    code: "export class K {\n  bus;\n  constructor(bus) { this.bus = bus; }\n  go(work) {\n    const note = () => work.note();\n    this.bus.on('x', note);\n    if (work.isDone) return;\n    this.bus.off('x', note);\n  }\n}",
    report: "all",
    errors: [{ line: 6, holder: "this.bus" }],
  },
]);
