import { runCases } from "./testers.js";

const RULE = "no-retained-closure";

runCases(RULE, "context", "typescript", [
  {
    title: "a sibling uses the value that the new one replaces",
    code: "let current;\nexport function replace(text) {\n  const previous = current;\n  const unused = () => previous && console.log(previous.text);\n  void unused;\n  current = { text, log() {} };\n}",
    errors: [{ line: 6, holder: "current" }],
  },
  {
    title: "a field; the new value has a name first",
    code: "class View {\n  show(text) {\n    const old = this.shown;\n    const next = { text, close: () => {} };\n    queueMicrotask(() => old?.close());\n    this.shown = next;\n  }\n}",
    errors: [{ line: 6, holder: "this.shown" }],
  },
  {
    title: "used in a function of its own; not used by a closure; let go; no closure in the new value",
    code: "let current;\nfunction describe(previous) { return () => previous.text; }\nexport function a(text) { describe(current); current = { text, log() {} }; }\nexport function b(text) { const previous = current; console.log(previous); current = { text, log() {} }; }\nexport function c(text) { let previous = current; run(() => previous.text); previous = null; current = { text, log() {} }; }\nexport function d(text) { const previous = current; run(() => previous.text); current = { text }; }",
    report: "all",
  },
  {
    title: "a place of the call",
    code: "export function build(list) {\n  let current;\n  for (const text of list) { const previous = current; run(() => previous); current = { text, log() {} }; }\n}",
    report: "all",
  },
  {
    title: "the new closure is made in a block that does not see it",
    code: "let current;\nexport function a(text) {\n  if (current) { const previous = current; run(() => previous.text); }\n  current = { text, log() {} };\n}",
    report: "all",
  },
]);

runCases(RULE, "rewrap", "typescript", [
  {
    title: "a constructor wraps what the one before left",
    code: "import http from 'http';\nclass Tracer {\n  constructor() {\n    const original = http.request;\n    http.request = (...rest) => { this.count++; return original(...rest); };\n  }\n}",
    errors: [{ line: 5, holder: "http.request" }],
  },
  {
    title: "a constructor wraps through a call",
    code: "import { wrap } from './wrap';\nclass Tracer {\n  constructor() { console.log = wrap(console.log, this); }\n}",
    errors: [{ line: 3, holder: "console.log" }],
  },
  {
    title: "all: a function that code elsewhere may run again",
    code: "export function patch() {\n  const original = console.log;\n  console.log = (...rest) => original('x', ...rest);\n}",
    report: "all",
    errors: [{ line: 3, holder: "console.log" }],
  },
  {
    title: "all: one finding for a function that patches several",
    code: "export function patch() {\n  const log = console.log;\n  const warn = console.warn;\n  console.log = () => log();\n  console.warn = () => warn();\n}",
    report: "all",
    errors: [{ line: 4, holder: "console.log" }],
  },
  {
    title: "all: a parameter's member, with a guard that is not enough",
    code: "export function apply(component, given) {\n  const inner = component.load || noop;\n  if (!given && component.seen) return;\n  component.seen = true;\n  component.load = function () { return { ...inner.call(this), ...given }; };\n}",
    report: "all",
    errors: [{ line: 5, holder: "component.load" }],
  },
  {
    title: "all: a method binds again",
    code: "class View {\n  connect() { this.handle = this.handle.bind(this); }\n}",
    report: "all",
    errors: [{ line: 2, holder: "this.handle" }],
  },
  {
    title: "all: a composed handler",
    code: "let handler = (x) => x;\nexport function use(next) {\n  const inner = handler;\n  handler = (x) => next(x, inner);\n}",
    report: "all",
    errors: [{ line: 4, holder: "handler" }],
  },
  {
    title: "likely: functions that patch, parameters, methods",
    code: "export function patch() { const original = console.log; console.log = () => original(); }\nexport function apply(c) { const inner = c.load; c.load = () => inner(); }\nclass View { connect() { this.handle = this.handle.bind(this); } }",
  },
  {
    title: "a marker, a flag, a condition, a restoration",
    code: "let patched = false;\nexport function a() { const log = console.log; if (log.isOurs) return; console.log = () => log(); }\nexport function b() { if (patched) return; patched = true; const log = console.log; console.log = () => log(); }\nexport function c() { const log = console.log; if (!log.isOurs) { console.log = () => log(); } }\nexport function d() { const log = console.log; console.log = () => log(); return () => { console.log = log; }; }\nexport function e(o) { if ((!o.data && o.seen) || (o.data && o.data.seen)) return; const data = o.data; o.data = () => data(); }",
    report: "all",
  },
  {
    title: "at load, in the object's constructor, another key each time, an object of the call",
    code: "const log = console.log;\nconsole.log = () => log();\nclass View { constructor() { this.handle = this.handle.bind(this); } }\nexport function all(o, names) { for (const n of names) { const old = o[n]; o[n] = () => old(); } }\nexport function make() { const o = create(); const f = o.f; o.f = () => f(); return o; }\nexport function undo() { console.log = unwrap(console.log); }",
    report: "all",
  },
]);

runCases(RULE, "patch", "commonjs", [
  {
    title: "a prototype, in a constructor, with a closure over this",
    code: "const Stack = require('stack');\nclass Adapter {\n  constructor() {\n    const adapter = this;\n    Stack.prototype.push = function () { adapter.current = this; };\n  }\n}\nmodule.exports = Adapter;",
    errors: [{ line: 5, holder: "Stack.prototype.push" }],
  },
  {
    title: "all: in a function",
    code: "const Stack = require('stack');\nexports.patch = function (adapter) {\n  Stack.prototype.push = function () { adapter.current = this; };\n};",
    report: "all",
    errors: [{ line: 3, holder: "Stack.prototype.push" }],
  },
  {
    title: "at load; without a capture; a class of the call; with a flag",
    code: "const Stack = require('stack');\nlet done = false;\nStack.prototype.pop = function () { return this.items.pop(); };\nexports.a = function () { Stack.prototype.push = function () { return 1; }; };\nexports.b = function (x) { class Own {} Own.prototype.push = function () { return x; }; return Own; };\nexports.c = function (x) { if (!done) { done = true; Stack.prototype.push = function () { return x; }; } };",
    report: "all",
  },
]);

runCases(RULE, "finalizer", "typescript", [
  {
    title: "a closure over this",
    code: "const registry = new FinalizationRegistry<() => void>((close) => close());\nexport class File {\n  constructor() { registry.register(this, () => this.close()); }\n}",
    errors: [{ line: 3, holder: "registry" }],
  },
  {
    title: "a literal that holds the target; by name",
    code: "const registry = new FinalizationRegistry(release);\nexport function track(target) {\n  const held = { target, id: 1 };\n  registry.register(target, held);\n}",
    errors: [{ line: 4, holder: "registry" }],
  },
  {
    title: "a static registry; a bound method",
    code: "class File {\n  static #registry = new FinalizationRegistry((close) => close());\n  constructor() { File.#registry.register(this, this.close.bind(this)); }\n}",
    errors: [{ line: 3, holder: "File.#registry" }],
  },
  {
    title: "a handle, an unregister token, another registry, a registry of the call",
    code: "const registry = new FinalizationRegistry(release);\nconst commands = new Commands();\nexport function track(target) {\n  registry.register(target, target.id);\n  registry.register(target, { id: target.id }, target);\n  registry.register(target, () => release(1));\n  commands.register(target, () => target.run());\n  const own = new FinalizationRegistry(release);\n  own.register(target, { target });\n}",
    report: "all",
  },
]);

runCases(RULE, "sibling", "typescript", [
  {
    title: "all: a returned closure beside one that uses a big value",
    code: "export function open(file) {\n  const text = readFileSync(file);\n  const check = () => text.length > 0;\n  if (!check()) return null;\n  return () => close(file);\n}",
    report: "all",
    errors: [{ line: 2, holder: "text" }],
  },
  {
    title: "likely leaves it",
    code: "export function open(file) {\n  const text = readFileSync(file);\n  run(() => text.length);\n  return () => close(file);\n}",
  },
  {
    title: "the returned closure uses it; no closure uses it; it is small; nothing outlives",
    code: "export function a(f) { const text = readFileSync(f); return () => text.length; }\nexport function b(f) { const text = readFileSync(f); const n = text.length; return () => n; }\nexport function c(f) { const small = Buffer.alloc(16); run(() => small); return () => f; }\nexport function d(f) { const text = readFileSync(f); [1].map(() => text.length); [2].forEach(() => f); }",
    report: "all",
  },
]);
