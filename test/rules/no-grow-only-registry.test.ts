import { runCases } from "./testers.js";

const RULE = "no-grow-only-registry";
const MESSAGE = "growsOnly";

runCases(RULE, MESSAGE, "typescript", [
  // Holders
  {
    title: "module const",
    code: "const log: object[] = [];\nexport function add(e: object) { log.push(e); }",
    errors: [{ line: 1, holder: "log" }],
  },
  {
    title: "exported const",
    code: "export const live = new Set<object>();\nexport function add(e: object) { live.add(e); }",
    errors: [{ line: 1, holder: "live" }],
  },
  {
    title: "export list",
    code: "const live = new Set();\nfunction add(e) { live.add(e); }\nexport { live, add };",
    errors: [{ line: 1, holder: "live" }],
  },
  {
    title: "export default",
    code: "const live = new Set();\nexport function add(e) { live.add(e); }\nexport default live;",
    errors: [{ line: 1, holder: "live" }],
  },
  {
    title: "static field",
    code: "export class Session {\n  static readonly live = new Set<Session>();\n  constructor() { Session.live.add(this); }\n}",
    errors: [{ line: 2, holder: "Session.live" }],
  },
  {
    title: "private static field",
    code: "export class Session {\n  static #live = new Set<Session>();\n  constructor() { Session.#live.add(this); }\n}",
    errors: [{ line: 2, holder: "Session.#live" }],
  },
  {
    title: "static field through this",
    code: "export class Session {\n  static live = [];\n  static open(s) { this.live.push(s); }\n}",
    errors: [{ line: 2, holder: "Session.live" }],
  },
  {
    title: "static field through the constructor",
    code: "export class Session {\n  static live = [];\n  open() { this.constructor.live.push(this); }\n}",
    errors: [{ line: 2, holder: "Session.live" }],
  },
  {
    title: "static field assigned after the class",
    code: "export class K { add(k, v) { K.reg[k] = v; } }\nK.reg = {};",
    errors: [{ line: 2, holder: "K.reg" }],
  },
  {
    title: "function property",
    code: "export function track(x) { track.all.push(x); }\ntrack.all = [];",
    errors: [{ line: 2, holder: "track.all" }],
  },
  {
    title: "property of a module object",
    code: "const state = { items: [] };\nexport function add(x) { state.items.push(x); }",
    errors: [{ line: 1, holder: "state.items" }],
  },
  {
    title: "own property of a module object",
    code: "export const registry = {\n  items: [],\n  add(x) { this.items.push(x); },\n};",
    errors: [{ line: 2, holder: "registry.items" }],
  },
  {
    title: "globalThis",
    code: "globalThis.seen ??= [];\nexport function see(x) { globalThis.seen.push(x); }",
    errors: [{ line: 1, holder: "globalThis.seen" }],
  },
  {
    title: "a scope of the module",
    code: "(function () {\n  const all = [];\n  window.add = function (x) { all.push(x); };\n})();",
    errors: [{ line: 2, holder: "all" }],
  },
  {
    title: "linked list",
    code: "let head;\nexport function push(payload) { head = { payload, previous: head }; }",
    errors: [{ line: 1, holder: "head" }],
  },
  // Growth
  {
    title: "unshift",
    code: "const log = [];\nexport function add(e) { log.unshift(e); }",
    errors: [{ line: 1, holder: "log" }],
  },
  {
    title: "inserting splice",
    code: "const log = [];\nexport function add(i, e) { log.splice(i, 0, e); }",
    errors: [{ line: 1, holder: "log" }],
  },
  {
    title: "assignment by key",
    code: "const byId = {};\nexport function add(id, v) { byId[id] = v; }",
    errors: [{ line: 1, holder: "byId" }],
  },
  {
    title: "null-prototype object",
    code: "const byId = Object.create(null);\nexport function add(id, v) { byId[id] = v; }",
    errors: [{ line: 1, holder: "byId" }],
  },
  {
    title: "spread",
    code: "let entries = [];\nexport function add(e) { entries = [...entries, e]; }",
    errors: [{ line: 1, holder: "entries" }],
  },
  {
    title: "concat",
    code: "let entries = [];\nexport function add(e) { entries = entries.concat(e); }",
    errors: [{ line: 1, holder: "entries" }],
  },
  {
    title: "object spread",
    code: "let byId = {};\nexport function add(id, v) { byId = { ...byId, [id]: v }; }",
    errors: [{ line: 1, holder: "byId" }],
  },
  {
    title: "Object.assign",
    code: "const byId = {};\nexport function add(id, v) { Object.assign(byId, { [id]: v }); }",
    errors: [{ line: 1, holder: "byId" }],
  },
  {
    title: "assignment at the length",
    code: "const log = [];\nexport function add(e) { log[log.length] = e; }",
    errors: [{ line: 1, holder: "log" }],
  },
  {
    title: "alias",
    code: "const log = [];\nexport function add(e) { const list = log; list.push(e); }",
    errors: [{ line: 1, holder: "log" }],
  },
  {
    title: "helper of the file",
    code: "const log = [];\nfunction append(list, e) { list.push(e); }\nexport function add(e) { append(log, e); }",
    errors: [{ line: 1, holder: "log" }],
  },
  {
    title: "a list for each key",
    code: "const byType = new Map();\nexport function add(type: string, v: object) {\n  if (!byType.has(type)) byType.set(type, []);\n  byType.get(type).push(v);\n}",
    errors: [{ line: 1, holder: "byType" }],
  },
  {
    title: "class expression",
    code: "export const K = class {\n  static all = [];\n  constructor() { K.all.push(this); }\n};",
    errors: [{ line: 2, holder: "K.all" }],
  },
  // Sanitizers
  { title: "constant table", code: "const TYPES = { a: 1 };\nexport function typeOf(k) { return TYPES[k]; }" },
  { title: "grown at load", code: "const all = [];\nall.push(1);\nfor (const x of [1, 2]) all.push(x);" },
  {
    title: "grown by a function called only at load",
    code: "const all = [];\nfunction add(x) { all.push(x); }\nadd(1);\nadd(2);",
  },
  { title: "grown by a callback at load", code: "const all = [];\n['a', 'b'].forEach((x) => all.push(x));" },
  {
    title: "closed keys: literals",
    code: "const byName = {};\nexport function set(v) { byName['a'] = v; byName[`b`] = v; }",
  },
  {
    title: "closed keys: enum",
    code: "enum Color { Red }\nconst byColor = new Map();\nexport function set(c: Color, v) { byColor.set(c, v); }",
  },
  {
    title: "closed keys: union of literals",
    code: "const byMode = new Map();\nexport function set(m: 'a' | 'b', v) { byMode.set(m, v); }",
  },
  {
    title: "closed keys: constant table",
    code: "const NAMES = ['a', 'b'];\nconst byName = {};\nexport function fill(v) { for (const n of NAMES) byName[n] = v; }",
  },
  { title: "closed keys: remainder", code: "const slots = {};\nexport function put(i, v) { slots[i % 16] = v; }" },
  { title: "closed keys: typeof", code: "const byType = {};\nexport function put(v) { byType[typeof v] = v; }" },
  { title: "WeakMap", code: "const known = new WeakMap();\nexport function add(k, v) { known.set(k, v); }" },
  { title: "WeakSet", code: "const known = new WeakSet();\nexport function add(k) { known.add(k); }" },
  {
    title: "bounded class",
    code: "const recent = new LRUCache({ max: 100 });\nexport function add(k, v) { recent.set(k, v); }",
  },
  {
    title: "size bound with removal",
    code: "const log = [];\nexport function add(e) { log.push(e); if (log.length > 100) log.shift(); }",
  },
  {
    title: "size bound by a constant",
    code: "const MAX = 10 * 1000;\nconst byId = new Map();\nexport function add(k, v) { if (byId.size < MAX) byId.set(k, v); }",
  },
  {
    title: "size bound in a helper",
    code: "const log = [];\nfunction trim() { while (log.length > 9) log.shift(); }\nexport function add(e) { log.push(e); trim(); }",
  },
  {
    title: "cleared by the growing function",
    code: "let log = [];\nexport function add(e, flush) { log.push(e); if (flush) log = []; }",
  },
  {
    title: "emptied by an interval",
    code: "const log = [];\nexport function add(e) { log.push(e); }\nsetInterval(() => { log.length = 0; }, 1000);",
    report: "all",
  },
  {
    title: "swap and drain",
    code: "let queue = [];\nexport function add(e) { queue.push(e); queueMicrotask(drain); }\nfunction drain() { const batch = queue; queue = []; for (const e of batch) e(); }",
    report: "all",
  },
  {
    title: "slice bound",
    code: "let entries = [];\nexport function add(e) { entries = [...entries.slice(-9), e]; }",
    report: "all",
  },
  {
    title: "guard flag",
    code: "const handlers = [];\nlet ready = false;\nexport function init(h) { if (!ready) { ready = true; handlers.push(h); } }",
    report: "all",
  },
  {
    title: "filled once",
    code: "const table = [];\nexport function get() { if (!table.length) for (const x of make()) table.push(x); return table[0]; }",
    report: "all",
  },
  {
    title: "returned disposer",
    code: "const live = new Map();\nexport function add(id, v) { live.set(id, v); return () => { live.delete(id); }; }",
    report: "all",
  },
  {
    title: "returned disposer of an array",
    code: "const live = [];\nexport function add(v) { live.push(v); return () => { live.splice(live.indexOf(v), 1); }; }",
    report: "all",
  },
  {
    title: "close handler",
    code: "const sockets = new Set();\nexport function add(s) { sockets.add(s); s.once('close', () => sockets.delete(s)); }",
    report: "all",
  },
  {
    title: "finally",
    code: "const pending = new Map();\nexport async function run(id) { pending.set(id, 1 + id); try { await work(id); } finally { pending.delete(id); } }",
    report: "all",
  },
  {
    title: "finalizer",
    code: "const images = new Map();\nconst swept = new FinalizationRegistry((name) => images.delete(name));\nexport function add(name, image) { images.set(name, new WeakRef(image)); swept.register(image, name); }",
    report: "all",
  },
  { title: "escape: argument", code: "const all = [];\nmanage(all);\nexport function add(x) { all.push(x); }" },
  { title: "escape: returned", code: "const all = [];\nexport function add(x) { all.push(x); return all; }" },
  {
    title: "removed elsewhere",
    code: "const all = new Set();\nexport function add(x) { all.add(x); }\nexport function remove(x) { all.delete(x); }",
  },
  {
    title: "emptied elsewhere",
    code: "const log = [];\nexport function add(e) { log.push(e); }\nexport function clear() { log.length = 0; }",
  },
  {
    title: "only one slot of a variable that changes",
    code: "let current;\nexport function enter(c) { current = c; }\nexport function add(x) { (current.list || (current.list = [])).push(x); }",
  },
  {
    title: "warned once",
    code: "const warned = new Set();\nexport function warn(m) { if (!warned.has(m)) { warned.add(m); console.warn(m); } }",
  },
  { title: "test file", code: "const log = [];\nexport function add(e) { log.push(e); }", filename: "src/log.test.ts" },
  {
    title: "import",
    code: "import { registry } from './registry';\nexport function add(k, v) { registry.set(k, v); }",
  },
  {
    title: "one collection for each call",
    code: "export function collect() { const all = []; return { add(x) { all.push(x); } }; }",
  },
  {
    title: "collection of a call, filled by iteration",
    code: "export function collect(list) { const all = []; list.forEach((x) => all.push(x)); return all.length; }",
    report: "all",
  },
  // Only with report: all
  {
    title: "all: the clear that nobody calls",
    report: "all",
    code: "const log = [];\nexport function add(e) { log.push(e); }\nexport function clear() { log.length = 0; }",
    errors: [{ line: 1, holder: "log" }],
  },
  {
    title: "all: removed under a condition",
    report: "all",
    code: "const all = new Set();\nexport function add(x) { all.add(x); }\nexport function remove(x) { if (x.done) all.delete(x); }",
    errors: [{ line: 1, holder: "all" }],
  },
  {
    title: "all: removed under another key",
    report: "all",
    code: "const rooms = new Map();\nexport function join(room, user, v) { rooms.set(`${room}:${user}`, v); }\nexport function leave(room) { rooms.delete(String(room)); }",
    errors: [{ line: 1, holder: "rooms" }],
  },
  {
    title: "all: run, and left in",
    report: "all",
    code: "const tasks = {};\nlet next = 0;\nexport function add(task) { const id = next++; tasks[id] = task; later(() => run(id)); return id; }\nfunction run(id) { tasks[id](); }\nexport function cancel(id) { delete tasks[id]; }",
    errors: [{ line: 1, holder: "tasks" }],
  },
  {
    title: "added and removed by the same name",
    report: "all",
    code: "const all = new Set();\nexport function add(x) { all.add(x); }\nexport function remove(x) { all.delete(x); }",
  },
  {
    title: "this, removed by a method",
    report: "all",
    code: "export class K {\n  static all = new Set();\n  constructor() { K.all.add(this); }\n  close() { K.all.delete(this); }\n}",
  },
  {
    title: "a parameter called module makes no wrapper",
    code: "export function collect(module: object) {\n  const names: object[] = [];\n  for (const name of namesOf(module)) names.push(name);\n  return [...names];\n}",
    report: "all",
  },
  {
    title: "made anew, then filled",
    code: "let table = null;\nexport function lookUp(name) {\n  if (table === null) { table = new Map(); for (const each of all()) table.set(each.id, each); }\n  return table.get(name);\n}",
    report: "all",
  },
  {
    title: "a method of that name",
    code: "let hook;\nhook = { set(element, value) { element.value = value; } };\nexport function apply(id, value) { hook.set(id, value); }",
    report: "all",
  },
  {
    title: "set-up",
    code: "const loaders = new Map();\nexport function registerLoader(pattern: object, loader: object) { loaders.set(pattern, loader); }",
  },
  {
    title: "copied from a table",
    code: "const names = {};\nexport function copy(table) { Object.keys(table).forEach((key) => { names[key] = table[key]; }); }",
  },
  {
    title: "files",
    code: "const made = new Set();\nexport function make(dirPath) { made.add(dirPath); }\nexport const isMade = (dirPath) => made.has(dirPath);",
  },
  {
    title: "counts by arithmetic",
    code: "const users = new Map();\nexport function use(id) { users.set(id, users.get(id) + 1); }",
  },
  {
    title: "generated code",
    report: "all",
    code: `const log = []; export function add(e) { log.push(e); } const text = "${"x".repeat(500)}";`,
  },
  {
    title: "all: stack",
    report: "all",
    code: "const stack = [];\nexport function open(b) { stack.push(b); }\nexport function close() { stack.pop(); }",
    errors: [{ line: 1, holder: "stack" }],
  },
  {
    title: "all: removal that a throw passes by",
    report: "all",
    code: "const pending = new Map();\nexport async function run(id, v) { pending.set(id, v); await work(id); pending.delete(id); }",
    errors: [{ line: 1, holder: "pending" }],
  },
  {
    title: "all: removal on success only",
    report: "all",
    code: "const pending = new Map();\nexport function run(id, v) { pending.set(id, v); work(id).then(() => pending.delete(id)); }",
    errors: [{ line: 1, holder: "pending" }],
  },
  {
    title: "all: escape",
    report: "all",
    code: "const all = [];\nmanage(all);\nexport function add(x) { all.push(x); }",
    errors: [{ line: 1, holder: "all" }],
  },
  {
    title: "all: import",
    report: "all",
    code: "import { registry } from './registry';\nexport function add(k, v) {\n  registry.set(k, v);\n}",
    errors: [{ line: 3, holder: "registry" }],
  },
  {
    title: "all: not an import of a package",
    report: "all",
    code: "import { registry } from 'registry';\nexport function add(k, v) { registry.set(k, v); }",
  },
  {
    title: "all: property of an import",
    report: "all",
    code: "import * as Keep from './Keep';\nexport function make(x) {\n  Keep.created.push(x);\n}",
    errors: [{ line: 3, holder: "Keep.created" }],
  },
  {
    title: "all: a value of a WeakMap",
    report: "all",
    code: "const tables = new WeakMap();\nexport function add(o, k, v) { let t = tables.get(o); if (!t) tables.set(o, t = {}); t[k] = v; }",
    errors: [{ line: 1, holder: "tables" }],
  },
  {
    title: "all: one collection for each closure",
    report: "all",
    code: "export function makeBus() {\n  const listeners = [];\n  return { on(l) { listeners.push(l); } };\n}",
    errors: [{ line: 2, holder: "listeners" }],
  },
  {
    title: "all: property of a nested function",
    report: "all",
    code: "export function setup() {\n  make.instances = [];\n  function make(n) { make.instances.push(n); }\n  return make;\n}",
    errors: [{ line: 2, holder: "make.instances" }],
  },
]);

runCases(RULE, MESSAGE, "commonjs", [
  {
    title: "module variable",
    code: "var all = {};\nmodule.exports = function add(id, v) { all[id] = v; };",
    errors: [{ line: 1, holder: "all" }],
  },
  {
    title: "exports property",
    code: "exports.created = [];\nexports.make = function (x) { exports.created.push(x); };",
    errors: [{ line: 1, holder: "module.exports.created" }],
  },
  {
    title: "exported object's property",
    code: "module.exports = { created: [] };\nmodule.exports.make = function (x) { module.exports.created.push(x); };",
    errors: [{ line: 1, holder: "module.exports.created" }],
  },
  {
    title: "exported collection",
    code: "module.exports = new Map();\nmodule.exports.grow = (i) => module.exports.set(i, { i });",
    errors: [{ line: 1, holder: "module.exports" }],
  },
  {
    title: "variable and exports property at once",
    code: "const live = (module.exports.live = new Set());\nmodule.exports.add = (x) => { live.add(x); };",
    errors: [{ line: 1, holder: "live" }],
  },
  {
    title: "exported whole",
    code: "const REGISTRY = new Map();\nmodule.exports = REGISTRY;\nmodule.exports.add = function (k, v) { REGISTRY.set(k, v); };",
    errors: [{ line: 1, holder: "REGISTRY" }],
  },
  {
    title: "global",
    code: "if (!global.tasks) global.tasks = new Map();\nmodule.exports = { add(k, v) { global.tasks.set(k, v); } };",
    errors: [{ line: 1, holder: "global.tasks" }],
  },
  {
    title: "compiled class",
    code: "var Foo = (function () {\n  function Foo() { Foo.all.push(this); }\n  Foo.all = [];\n  return Foo;\n}());\nmodule.exports = Foo;",
    errors: [{ line: 3, holder: "Foo.all" }],
  },
  {
    title: "UMD",
    code: "(function (factory) { module.exports = factory(); })(function () {\n  var all = [];\n  return { add: function (x) { all.push(x); } };\n});",
    errors: [{ line: 2, holder: "all" }],
  },
  {
    title: "load only",
    code: "const all = [];\nfunction add(x) { all.push(x); }\nadd(1);\nmodule.exports = { size: () => all.length };",
  },
  {
    title: "all: required registry",
    report: "all",
    code: "const registry = require('./registry');\nmodule.exports = class Issuer {\n  constructor(i) { registry.set(i, this); }\n};",
    errors: [{ line: 3, holder: "registry" }],
  },
  {
    title: "all: handed to a set-up function",
    report: "all",
    code: "function DB() { this.constructor._all.push(this); }\nfunction setUp(Klass) {\n  var all = Klass._all = [];\n  all.length;\n}\nsetUp(DB);\nmodule.exports = DB;",
    errors: [{ line: 3, holder: "DB._all" }],
  },
]);

runCases(RULE, MESSAGE, "module", [
  {
    title: "module variable",
    code: "let all = [];\nexport const add = (x) => { all.push(x); };",
    errors: [{ line: 1, holder: "all" }],
  },
  {
    title: "pairs in one call",
    code: "const stack = [];\nexport const run = (x) => { stack.push(x); stack.pop(); };",
    report: "all",
  },
]);
