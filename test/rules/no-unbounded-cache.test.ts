import { runCases } from "./testers.js";

const RULE = "no-unbounded-cache";
const MESSAGE = "unbounded";

const sized = (type: string) =>
  `const sizes = new ${type}();\nexport function sizeOf(v: object) { let s = sizes.get(v); if (s === undefined) { s = measure(v); sizes.set(v, s); } return s; }`;

runCases(RULE, MESSAGE, "typescript", [
  {
    title: "module Map, object keys: suggests a WeakMap",
    code: sized("Map"),
    errors: [{ line: 1, holder: "sizes", suggestion: sized("WeakMap") }],
  },
  {
    title: "by object",
    code: "const known = new Map();\nexport function get(order) { if (!known.has(order)) known.set(order, sum(order.items)); return known.get(order); }",
    errors: [{ line: 1, holder: "known" }],
  },
  {
    title: "by id",
    code: "const known = {};\nexport function get(userId: string) { return (known[userId] ??= load(userId)); }",
    errors: [{ line: 1, holder: "known" }],
  },
  {
    title: "by a property that is an id",
    code: "const known = new Map();\nexport function get(request: Request) { let v = known.get(request.url); if (!v) known.set(request.url, (v = load(request))); return v; }",
    errors: [{ line: 1, holder: "known" }],
  },
  {
    title: "by serialised arguments",
    code: "const known = new Map();\nexport function get(filter) { const key = JSON.stringify(filter); let v = known.get(key); if (!v) known.set(key, (v = load(filter))); return v; }",
    errors: [{ line: 1, holder: "known" }],
  },
  {
    title: "by text that holds an id",
    code: "const known = new Map();\nexport function get(kind: string, id: string) { const key = `${kind}:${id}`; let v = known.get(key); if (!v) known.set(key, (v = load(key))); return v; }",
    errors: [{ line: 1, holder: "known" }],
  },
  {
    title: "memoize of text",
    code: "function memoize(fn) {\n  const cache = new Map();\n  return (a: string) => { if (!cache.has(a)) cache.set(a, fn(a)); return cache.get(a); };\n}\nexport const parse = memoize(load);",
  },
  {
    title: "by a part of the program",
    code: "const known = new Map();\nexport function get(plugin: Plugin) { if (!known.has(plugin)) known.set(plugin, load(plugin)); return known.get(plugin); }",
  },
  {
    title: "by module id",
    code: "const known = {};\nexport function get(moduleId) { return (known[moduleId] ??= load(moduleId)); }",
  },
  {
    title: "all: module Map",
    report: "all",
    code: "const known = new Map();\nexport function get(k: string) { if (!known.has(k)) known.set(k, load(k)); return known.get(k); }",
    errors: [{ line: 1, holder: "known" }],
  },
  {
    title: "counted entries: no suggestion",
    code: "const known = new Map();\nexport function get(k: object) { if (!known.has(k)) known.set(k, load(k)); return known.get(k); }\nexport const count = () => known.size;",
    errors: [{ line: 1, holder: "known" }],
  },
  {
    title: "all: module object",
    report: "all",
    code: "const known = {};\nexport function get(k) { return known[k] || (known[k] = load(k)); }",
    errors: [{ line: 1, holder: "known" }],
  },
  {
    title: "all: assignment when missing",
    report: "all",
    code: "const known = {};\nexport function get(k) { return (known[k] ??= load(k)); }",
    errors: [{ line: 1, holder: "known" }],
  },
  {
    title: "all: logical assignment",
    report: "all",
    code: "const known = {};\nexport function get(k) { known[k] ||= load(k); return known[k]; }",
    errors: [{ line: 1, holder: "known" }],
  },
  {
    title: "all: hasOwnProperty",
    report: "all",
    code: "const known = Object.create(null);\nconst { hasOwnProperty } = Object.prototype;\nexport const get = (k) => {\n  if (!hasOwnProperty.call(known, k)) known[k] = load(k);\n  return known[k];\n};",
    errors: [{ line: 1, holder: "known" }],
  },
  {
    title: "all: static field",
    report: "all",
    code: "export class K {\n  static cache = new Map();\n  static get(k) { let v = K.cache.get(k); if (!v) K.cache.set(k, (v = load(k))); return v; }\n}",
    errors: [{ line: 2, holder: "K.cache" }],
  },
  {
    title: "all: function property",
    report: "all",
    code: "export function get(k) {\n  get.cache ??= {};\n  return (get.cache[k] ??= load(k));\n}",
    errors: [{ line: 2, holder: "get.cache" }],
  },
  {
    title: "memoize called at load",
    code: "function memoize(fn) {\n  const cache = new Map();\n  return (a) => { if (!cache.has(a)) cache.set(a, fn(a)); return cache.get(a); };\n}\nexport const parse = memoize(load);",
    errors: [{ line: 2, holder: "cache" }],
  },
  {
    title: "default parameter: a shared default",
    code: "const shared = new Map();\nexport function get(k, cache = shared) { let v = cache.get(k); if (!v) { v = load(k); cache.set(k, v); } return v; }",
    report: "all",
  },
  {
    title: "all: Map of Maps",
    report: "all",
    code: "const known = new Map();\nexport function get(a, b) {\n  let inner = known.get(a);\n  if (!inner) known.set(a, (inner = new Map()));\n  let v = inner.get(b);\n  if (!v) inner.set(b, (v = load(a, b)));\n  return v;\n}",
    errors: [{ line: 1, holder: "known" }],
  },
  {
    title: "result of a callback",
    code: "const known = new Map();\nexport function get(k, done) { if (known.has(k)) return done(known.get(k)); load(k, (error, v) => { known.set(k, v); done(v); }); }",
    errors: [{ line: 1, holder: "known" }],
  },
  {
    title: "a registry is not a cache",
    code: "const known = new Map();\nexport function add(k, v) { if (known.has(k)) throw new Error(known.get(k)); known.set(k, v); }",
  },
  { title: "WeakMap", code: sized("WeakMap") },
  {
    title: "LRU",
    code: "const known = new QuickLRU({ maxSize: 9 });\nexport function get(k) { if (!known.has(k)) known.set(k, load(k)); return known.get(k); }",
  },
  {
    title: "size limit",
    code: "const LIMIT = 1e3;\nconst known = new Map();\nexport function get(k) { if (known.size >= LIMIT) known.clear(); if (!known.has(k)) known.set(k, load(k)); return known.get(k); }",
    report: "all",
  },
  {
    title: "limit from options",
    code: "const known = new Map();\nexport function get(k, { max = 500 } = {}) { if (known.has(k)) return known.get(k); const v = load(k); known.set(k, v); if (known.size > max) known.delete(known.keys().next().value); return v; }",
    report: "all",
  },
  {
    title: "sweep by an interval",
    code: "const known = new Map();\nexport function get(k) { if (!known.has(k)) known.set(k, load(k)); return known.get(k); }\nsetInterval(() => { for (const [k, v] of known) if (v.old) known.delete(k); }, 1e3);",
    report: "all",
  },
  {
    title: "weak values",
    code: "const known = new Map();\nexport function get(k) { const v = known.get(k)?.deref(); if (v) return v; const made = load(k); known.set(k, new WeakRef(made)); return made; }",
  },
  {
    title: "all: weak values, strong keys",
    report: "all",
    code: "const known = new Map();\nexport function get(k) { const v = known.get(k)?.deref(); if (v) return v; const made = load(k); known.set(k, new WeakRef(made)); return made; }",
    errors: [{ line: 1, holder: "known" }],
  },
  {
    title: "memoize for each call",
    code: "export function memoize(fn) {\n  const cache = new Map();\n  return (a) => { if (!cache.has(a)) cache.set(a, fn(a)); return cache.get(a); };\n}",
  },
  {
    title: "all: memoize for each call",
    report: "all",
    code: "export function memoize(fn) {\n  const cache = new Map();\n  return (a) => { if (!cache.has(a)) cache.set(a, fn(a)); return cache.get(a); };\n}",
    errors: [{ line: 2, holder: "cache" }],
  },
  {
    title: "all: emptied only by reset()",
    report: "all",
    code: "const known = {};\nexport function get(k) { return (known[k] ??= load(k)); }\nexport function reset() { for (const k of Object.keys(known)) delete known[k]; }",
    errors: [{ line: 1, holder: "known" }],
  },
]);

runCases(RULE, MESSAGE, "commonjs", [
  {
    title: "all: module variable",
    report: "all",
    code: "var known = {};\nexports.get = function (k) { if (!known[k]) known[k] = load(k); return known[k]; };",
    errors: [{ line: 1, holder: "known" }],
  },
  {
    title: "called at load only",
    code: "var known = {};\nfunction get(k) { return known[k] || (known[k] = load(k)); }\nexports.a = get('a' + process.pid);",
  },
]);
