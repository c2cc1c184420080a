import parser from "@typescript-eslint/parser";
import { Linter } from "eslint";
import { describe, expect, it } from "vitest";
import plugin from "../../rules/index.js";
import { runCases, type Case } from "./testers.js";

const RULE = "no-leaked-listener";

const BUS = "const bus = new EventEmitter();\n";

/** Code that would be reported if it were not for what its title names. */
const SILENT: readonly Case[] = [
  {
    title: "a child that is called process",
    code: "export function f(r) { const process = spawn('x'); process.on('message', () => r); }",
  },
  {
    title: "removed by the same name",
    code: `${BUS}export function f(r) { const g = () => r; bus.on('x', g); try { go(r); } finally { bus.off('x', g); } }`,
  },
  {
    title: "removed in a teardown",
    code: "class K { #f = () => this.close(); constructor() { process.on('exit', this.#f); } close() { process.removeListener('exit', this.#f); } }",
  },
  {
    title: "removed by a function that is returned",
    code: "export function f(el) { const g = () => el.hide(); window.addEventListener('x', g); return () => window.removeEventListener('x', g); }",
  },
  {
    title: "all removed",
    code: `${BUS}export function f(r) { bus.on('x', () => r); return () => bus.removeAllListeners('x'); }`,
  },
  {
    title: "removed for an event that only a run tells",
    code: `${BUS}export function f(r, names) { const g = () => r; bus.on('x', g); return () => names.forEach((name) => bus.off(name, g)); }`,
  },
  {
    title: "the handler removes itself",
    code: `${BUS}export function f(r) { bus.on('x', function g() { bus.off('x', g); go(r); }); }`,
  },
  {
    title: "{ signal }",
    code: "export function f(r, signal) { window.addEventListener('x', () => r, { signal }); }",
  },
  { title: "{ once: true }", code: "export function f(r) { window.addEventListener('x', () => r, { once: true }); }" },
  {
    title: "a receiver of the same call",
    code: "export function f(r) { const el = document.createElement('a'); el.addEventListener('x', () => r); return el; }",
  },
  { title: "the instance itself", code: "class K extends EventEmitter { open() { this.on('x', () => this.go()); } }" },
  {
    title: "a field that the instance makes, in its constructor",
    code: "class K { socket = new Socket(); constructor() { this.socket.on('x', () => this.go()); } close() {} }",
  },
  {
    title: "a request, and what an event brings",
    code: "export function f(req, res) { req.on('x', () => res.end()); createServer((socket) => { socket.on('data', () => go(socket)); }); }",
  },
  {
    title: "a flag",
    code: "class K { open() { if (this.listening) return; this.listening = true; process.on('x', () => this.go()); } close() {} }",
  },
  {
    title: "a slot that is filled once",
    code: `${BUS}let last;\nexport function f(r) { if (!last) { last = r; bus.on('x', () => r); } }`,
  },
  {
    title: "a socket that is still new",
    code: "export function f(req) { if (req.socket.connecting) req.socket.on('connect', () => go(req)); }",
  },
  {
    title: "a look at the listeners",
    code: `${BUS}export function f(r) { const g = () => r; if (bus.listenerCount('x') === 0) bus.on('x', g); }`,
  },
  {
    title: "the result is kept",
    code: "class K { toDispose = []; open() { this.toDispose.push(bus.on('x', () => this.go())); this.off = bus.on('y', () => this.go()); } close() {} }",
  },
  { title: "the result is returned", code: `${BUS}export const f = (r) => bus.on('x', () => r);` },
  { title: "at load", code: "const state = {};\nprocess.on('exit', () => state.close());" },
  {
    title: "a main function",
    code: "async function main() { const server = start(); process.on('x', () => server.close()); }\nmain();",
  },
  { title: "a service worker", code: "self.addEventListener('fetch', (event) => event.respondWith(answer(event)));" },
  {
    title: "a function of the module, which an EventTarget knows",
    code: "function g() {}\nexport function f() { window.addEventListener('x', g); }",
  },
  {
    title: "a promise that loses a race is no-pending-promise-leak's",
    code: "import { once } from 'node:events';\nexport async function f(bus) { await Promise.race([once(bus, 'x'), rest()]); }",
  },
  {
    title: "awaited",
    code: "import { once } from 'node:events';\nexport async function f(bus) { await once(bus, 'x'); }",
  },
  {
    title: "the end of what is listened to",
    code: "export function f(socket) { socket.on('close', () => live.delete(socket)); }",
  },
  {
    title: "a route and a query",
    code: "export function f(app, db) { app.on('GET', '/x', (c) => c.text('')); db.join('t').on('a', '=', 'b'); }",
  },
  {
    title: "an effect with its clean-up",
    code: "export function K() { useEffect(() => { const g = () => go(); window.addEventListener('x', g); return () => window.removeEventListener('x', g); }, []); }",
  },
  {
    title: "an effect on the component's own element",
    code: "export function K() { const ref = useRef(null); useEffect(() => { const el = make(); el.addEventListener('x', () => go()); }, []); }",
  },
];

runCases(RULE, "kept", "typescript", [
  {
    title: "per call, on an emitter of the module",
    code: `${BUS}export function handle(request) { bus.on('shutdown', () => log(request)); }`,
    errors: [{ line: 2, holder: "bus" }],
  },
  {
    title: "per instance, on the process",
    code: "export class Database {\n  constructor() { process.on('exit', () => this.close()); }\n  close() {}\n}",
    errors: [{ line: 2, holder: "process" }],
  },
  {
    title: "per call, on the process under a name of its own",
    code: "const processOn = process.on.bind(process);\nexport const channel = { each(fn) { processOn('message', (m) => fn(m)); } };",
    errors: [{ line: 2, holder: "process" }],
  },
  {
    title: "per element, on the page",
    code: "export function button(label) { const el = document.createElement('a'); window.addEventListener('click', () => { el.textContent = label; }); return el; }",
    errors: [{ line: 1, holder: "window" }],
  },
  {
    title: "per instance, on the page without its name",
    code: "class Socket {\n  constructor() { addEventListener('beforeunload', () => this.close()); }\n  close() {}\n}",
    errors: [{ line: 2, holder: "window" }],
  },
  {
    title: "per request, on its connection",
    code: "export function handle(req) { req.socket.on('close', () => stop(req)); }",
    errors: [{ line: 1, holder: "req.socket" }],
  },
  {
    title: "per request, on the connection that it is given",
    code: "export function send(request, done) { request.on('socket', (socket) => { socket.on('close', () => done()); }); }",
    errors: [{ line: 1, holder: "socket" }],
  },
  {
    title: "the one of a group that is forgotten",
    code: "export function f(bus, view) {\n  const a = () => view; const b = () => view; const c = () => view;\n  bus.on('a', a);\n  bus.on('b', b);\n  bus.on('c', c);\n  return () => { bus.off('a', a); bus.off('c', c); };\n}",
    errors: [{ line: 4, holder: "bus" }],
  },
  {
    title: "a slot that was filled before is no flag",
    code: "class K { constructor(options) { this.options = options; if (!this.options) return; process.on('x', () => this.close()); } close() {} }",
    errors: [{ line: 1, holder: "process" }],
  },
  ...SILENT.map((each) => ({ ...each, report: "all" as const })),
]);

/** Suspicions that need a run. */
const SUSPICIONS: readonly Case[] = [
  {
    title: "a parameter",
    code: "export function f(emitter, view) { emitter.on('x', () => view.render()); }",
    errors: [{ line: 1, holder: "emitter" }],
  },
  {
    title: "a field that a parameter fills",
    code: "class K { constructor(renderer) { this.renderer = renderer; this.renderer.on('x', () => this.go()); } }",
    errors: [{ line: 1, holder: "this.renderer" }],
  },
  {
    title: "an import",
    code: "import { bus } from './bus';\nexport function f(view) { bus.on('x', () => view.render()); }",
    errors: [{ line: 2, holder: "bus" }],
  },
  {
    title: "a pooled connection",
    code: "class K { async open() { const c = await this.pool.connect(); c.on('error', () => this.go()); } }",
    errors: [{ line: 1, holder: "c" }],
  },
  {
    title: "a field that the instance makes, in a method that runs again",
    code: "class K { socket = new Socket(); send(m) { this.socket.on('x', () => m); } }",
    errors: [{ line: 1, holder: "this.socket" }],
  },
  {
    title: "an event that may never come",
    code: `${BUS}export function f(r) { bus.once('x', () => r); }`,
    errors: [{ line: 2, holder: "bus" }],
  },
  {
    title: "removed only after a failure",
    code: "class K { constructor(cache) { this.cache = cache; } get(request) { const g = () => request; this.cache.on('x', g); request.on('error', () => this.cache.off('x', g)); } }",
    errors: [{ line: 1, holder: "this.cache" }],
  },
  {
    title: "a handler that ends the process",
    code: "class K { constructor() { process.on('SIGTERM', () => { this.close(); process.exit(); }); } close() {} }",
    errors: [{ line: 1, holder: "process" }],
  },
  {
    title: "an instance that nothing ends",
    code: "class Store { constructor() { window.addEventListener('x', () => this.go()); } }",
    errors: [{ line: 1, holder: "window" }],
  },
  {
    title: "a command that reads its input",
    code: "export function ask(then) { process.stdin.on('data', (text) => then(text)); }",
    errors: [{ line: 1, holder: "process.stdin" }],
  },
  {
    title: "a function that sets up a page",
    code: "export function page(ui) {\n  window.addEventListener('a', () => ui.a());\n  window.addEventListener('b', () => ui.b());\n  document.addEventListener('c', () => ui.c());\n  window.addEventListener('d', () => ui.d());\n}",
    errors: [
      { line: 2, holder: "window" },
      { line: 3, holder: "window" },
      { line: 4, holder: "document" },
      { line: 5, holder: "window" },
    ],
  },
  {
    title: "the connection that a web socket has for itself",
    code: "export function f(spark) { spark.request.socket.on('drain', () => spark.flush()); }",
    errors: [{ line: 1, holder: "spark.request.socket" }],
  },
  {
    title: "a function that starts something",
    code: "export function setup(options) { window.addEventListener('x', () => options.go()); }",
    errors: [{ line: 1, holder: "window" }],
  },
];

runCases(RULE, "kept", "module", [
  ...SUSPICIONS.map((each) => ({ ...each, title: `all: ${each.title}`, report: "all" as const })),
  ...SUSPICIONS.map(({ title, code }) => ({ title, code })),
]);

runCases(RULE, "effect", "typescript", [
  {
    title: "an effect without a clean-up",
    code: "export function useWidth(set) {\n  useEffect(() => { window.addEventListener('resize', () => set(innerWidth)); }, []);\n}",
    errors: [{ line: 2, holder: "window" }],
  },
  {
    title: "Vue: mounted, never unmounted",
    code: "import { onMounted } from 'vue';\nexport function useWidth(width) {\n  onMounted(() => { window.addEventListener('resize', () => { width.value = innerWidth; }); });\n}",
    errors: [{ line: 3, holder: "window" }],
  },
]);

runCases(RULE, "kept", "commonjs", [
  {
    title: "an instance under another name",
    code: "var bus = new EventEmitter();\nmodule.exports = function K() { var self = this; bus.on('x', function () { self.go(); }); };",
    errors: [{ line: 2, holder: "bus" }],
  },
  {
    title: "removed under another name",
    code: "var bus = new EventEmitter();\nfunction K() { bus.on('x', this.go); }\nK.prototype.close = function () { var self = this; bus.removeListener('x', self.go); };\nmodule.exports = K;",
    report: "all",
  },
]);

describe("suggestions", () => {
  it("returns what removes the listener of an effect", () => {
    const code =
      "export function K() { useEffect(() => { const g = () => go(); window.addEventListener('x', g, true); }, []); }";
    const rules: Linter.RulesRecord = { [`leakproof/${RULE}`]: "error" };
    const config: Linter.Config = {
      files: ["**/*.*"],
      plugins: { leakproof: plugin },
      rules,
      languageOptions: { parser },
    };
    const [message] = new Linter({ configType: "flat" }).verify(code, [config], { filename: "src/file.ts" });
    expect(message?.suggestions?.map(({ desc, fix: { text } }) => [desc, text])).toEqual([
      ["Return a function that removes the listener.", " return () => window.removeEventListener('x', g, true);"],
    ]);
  });
});
