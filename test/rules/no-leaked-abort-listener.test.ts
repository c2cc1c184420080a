import parser from "@typescript-eslint/parser";
import { Linter } from "eslint";
import { describe, expect, it } from "vitest";
import plugin from "../../rules/index.js";
import { runCases } from "./testers.js";

const RULE = "no-leaked-abort-listener";

runCases(RULE, "kept", "typescript", [
  {
    title: "a parameter",
    code: "export function f(signal: AbortSignal) { return new Promise((_, no) => { signal.addEventListener('abort', () => no(signal.reason)); }); }",
    errors: [{ line: 1, holder: "signal" }],
  },
  {
    title: "an option",
    code: "export async function f(options) {\n  if (options.signal && !options.signal.aborted) options.signal.addEventListener('abort', () => stop(options));\n}",
    errors: [{ line: 2, holder: "options.signal" }],
  },
  {
    title: "an option, taken out of its object",
    code: "export async function f(options) {\n  const { signal } = options;\n  signal?.addEventListener('abort', () => stop(options));\n}",
    errors: [{ line: 3, holder: "options.signal" }],
  },
  {
    title: "a parameter whose type says it",
    code: "export async function f(cancel: AbortSignal) { cancel.addEventListener('abort', () => stop()); }",
    errors: [{ line: 1, holder: "cancel" }],
  },
  {
    title: "a default that names a module's signal",
    code: "const shutdown = new AbortController();\nexport async function f(signal = shutdown.signal) { signal.addEventListener('abort', () => stop()); }",
    errors: [{ line: 2, holder: "signal" }],
  },
  {
    title: "a module's signal",
    code: "const shutdown = new AbortController();\nexport function f(work) { shutdown.signal.addEventListener('abort', () => work.stop()); }",
    errors: [{ line: 2, holder: "shutdown.signal" }],
  },
  {
    title: "a field that a caller's options fill",
    code: "class K { constructor(private options) { this.options.signal.addEventListener('abort', () => this.stop()); } }",
    errors: [{ line: 1, holder: "this.options.signal" }],
  },
  {
    title: "a handler that is assigned later",
    code: "export function f(init) {\n  let stop;\n  stop = function () { work.abort(); };\n  init.signal.addEventListener('abort', stop);\n}",
    errors: [{ line: 4, holder: "init.signal" }],
  },
  {
    title: "only another handler is removed",
    code: "export async function f(signal, g, h) {\n  signal.addEventListener('abort', g);\n  signal.addEventListener('abort', h);\n  await work();\n  signal.removeEventListener('abort', h);\n}",
    errors: [{ line: 2, holder: "signal" }],
  },
  {
    title: "the handler removes itself, after the abort",
    code: "export async function f(signal) { const stop = () => { signal.removeEventListener('abort', stop); }; signal.addEventListener('abort', stop); }",
    errors: [{ line: 1, holder: "signal" }],
  },
  {
    title: "removed when the work settles",
    report: "all",
    code: "export async function f(signal) { const stop = () => {}; signal.addEventListener('abort', stop, { once: true }); try { await work(); } finally { signal.removeEventListener('abort', stop); } }",
  },
  {
    title: "removed under another name of the signal",
    report: "all",
    code: "export async function f(options) { const { signal } = options; const stop = () => {}; signal.addEventListener('abort', stop); await work(); options.signal.removeEventListener('abort', stop); }",
  },
  {
    title: "removed in a teardown",
    report: "all",
    code: "class K { constructor(signal) { this.signal = signal; signal.addEventListener('abort', this.stop); } dispose() { this.signal.removeEventListener('abort', this.stop); } }",
  },
  {
    title: "removed by a function that is returned",
    report: "all",
    code: "const onAbort = (signal, f) => { signal.addEventListener('abort', f); return () => signal.removeEventListener('abort', f); };\nexport { onAbort };",
  },
  {
    title: "{ signal }",
    report: "all",
    code: "export async function f(signal) { const done = new AbortController(); signal.addEventListener('abort', () => stop(), { signal: done.signal }); try { await work(); } finally { done.abort(); } }",
  },
  {
    title: "a controller of the same function",
    report: "all",
    code: "export async function f() { const c = new AbortController(); c.signal.addEventListener('abort', () => stop()); await work(c.signal); }",
  },
  {
    title: "a timeout, and a signal that follows others weakly",
    report: "all",
    code: "export async function f(signal) { AbortSignal.timeout(9).addEventListener('abort', () => stop()); const both = AbortSignal.any([signal]); both.addEventListener('abort', () => stop()); }",
  },
  {
    title: "the instance's own controller, in its constructor",
    report: "all",
    code: "class K { #controller = new AbortController(); constructor() { this.#controller.signal.addEventListener('abort', () => this.stop()); } }",
  },
  {
    title: "at load",
    report: "all",
    code: "import { signal } from './stop';\nsignal.addEventListener('abort', () => stop());",
  },
  {
    title: "no signal",
    report: "all",
    code: "export function f(request) { request.addEventListener('abort', () => stop()); this.addEventListener('abort', () => stop()); }",
  },
  {
    title: "a request's signal goes with the request",
    code: "export function f(request) { request.signal.addEventListener('abort', () => stop()); }",
  },
  {
    title: "all: a request's signal",
    report: "all",
    code: "export function f(request) { request.signal.addEventListener('abort', () => stop()); }",
    errors: [{ line: 1, holder: "request.signal" }],
  },
  {
    title: "a signal made for this call of a callback",
    code: "policy.execute(async ({ signal }) => { signal.addEventListener('abort', () => stop()); });",
  },
  {
    title: "all: the instance's own controller, for each call",
    report: "all",
    code: "class K { #controller = new AbortController(); load() { this.#controller.signal.addEventListener('abort', () => stop()); } }",
    errors: [{ line: 1, holder: "this.#controller.signal" }],
  },
  {
    title: "all: options that the file does not show",
    report: "all",
    code: "export function f(signal, options) { signal.addEventListener('abort', () => stop(), options); }",
    errors: [{ line: 1, holder: "signal" }],
  },
]);

runCases(RULE, "kept", "module", [
  {
    title: "the signal of a controller that is handed over",
    code: "export function f(abortController) { return new Promise((_, no) => { abortController.signal.addEventListener('abort', () => no()); }); }",
  },
  {
    title: "the signal of a controller that is handed over, all",
    report: "all",
    code: "export function f(abortController) { return new Promise((_, no) => { abortController.signal.addEventListener('abort', () => no()); }); }",
    errors: [{ line: 1, holder: "abortController.signal" }],
  },
]);

runCases(RULE, "once", "module", [
  {
    title: "once is no removal",
    code: "export async function f(signal) { signal.addEventListener('abort', () => stop(), { once: true }); }",
    errors: [{ line: 1, holder: "signal" }],
  },
]);

runCases(RULE, "dropped", "module", [
  {
    title: "the disposable is dropped",
    code: "import { addAbortListener } from 'node:events';\nexport function f(signal) { addAbortListener(signal, () => stop()); }",
    errors: [{ line: 2, holder: "signal" }],
  },
  {
    title: "removed by hand",
    report: "all",
    code: "import { addAbortListener } from 'node:events';\nexport function f(task) { addAbortListener(task[SIGNAL], task[LISTENER]); }\nexport function g(task) { task[SIGNAL].removeEventListener('abort', task[LISTENER]); }",
  },
  {
    title: "a function of the module",
    report: "all",
    code: "import { addAbortListener } from 'node:events';\nfunction onAbort() { count(this); }\nexport function f(signal) { addAbortListener(signal, onAbort); }",
  },
  {
    title: "the disposable is kept",
    report: "all",
    code: "import { addAbortListener } from 'node:events';\nexport async function f(signal) { using listening = addAbortListener(signal, () => stop()); await work(listening); }",
  },
]);

runCases(RULE, "uncleared", "module", [
  {
    title: "a composite is not cleared",
    code: "import { anySignal } from 'any-signal';\nexport async function f(signal) { const both = anySignal([signal, AbortSignal.timeout(9)]); await work({ signal: both }); }",
    errors: [{ line: 2, holder: "both" }],
  },
  {
    title: "a composite is cleared",
    report: "all",
    code: "import { anySignal } from 'any-signal';\nexport async function f(signal) { const both = anySignal([signal]); try { await work({ signal: both }); } finally { both.clear(); } }",
  },
]);

runCases(RULE, "kept", "commonjs", [
  {
    title: "compiled to CommonJS",
    code: "exports.f = function (options) { var signal = options.signal; return new Promise(function (_, no) { signal.addEventListener('abort', function () { no(); }); }); };",
    errors: [{ line: 1, holder: "options.signal" }],
  },
  {
    title: "an instance under another name",
    report: "all",
    code: "function K(signal) { var _this = this; _this.signal = signal; signal.addEventListener('abort', _this.stop); }\nK.prototype.close = function () { this.signal.removeEventListener('abort', this.stop); };\nmodule.exports = K;",
  },
]);

describe("suggestions", () => {
  it("removes the listener in the `finally` that ends the work", () => {
    const code =
      "export async function f(signal) { const stop = () => {}; signal?.addEventListener('abort', stop); try { await work(); } finally { done(); } }";
    const rules: Linter.RulesRecord = { [`leakproof/${RULE}`]: "error" };
    const config: Linter.Config = {
      files: ["**/*.*"],
      plugins: { leakproof: plugin },
      rules,
      languageOptions: { parser },
    };
    const [message] = new Linter({ configType: "flat" }).verify(code, [config], { filename: "src/file.ts" });
    expect(message?.suggestions?.map(({ desc, fix: { text } }) => [desc, text])).toEqual([
      ["Remove the listener in `finally`.", ' signal?.removeEventListener("abort", stop);'],
    ]);
  });
});
