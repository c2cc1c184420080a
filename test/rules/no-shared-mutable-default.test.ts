import { runCases } from "./testers.js";

const RULE = "no-shared-mutable-default";

runCases(RULE, "asDefault", "typescript", [
  {
    title: "default of a parameter",
    code: "const shared = new Map();\nexport function get(k, cache = shared) { let v = cache.get(k); if (!v) { v = load(k); cache.set(k, v); } return v; }",
    errors: [{ line: 1, holder: "shared" }],
  },
  {
    title: "property of a default",
    code: "const DEFAULTS = { plugins: [] as object[] };\nexport function configure(id: number, options = DEFAULTS) { options.plugins.push({ id }); }",
    errors: [{ line: 1, holder: "DEFAULTS.plugins" }],
  },
  {
    title: "default of a destructured option",
    code: "const shared: object[] = [];\nexport function add(x: object, { list = shared } = {}) { list.push(x); }",
    errors: [{ line: 1, holder: "shared" }],
  },
  {
    title: "|| and ??",
    code: "const A = { list: [] };\nconst B = { list: [] };\nexport function a(x, options) { const own = options || A; own.list.push(x); }\nexport function b(x, options) { options = options ?? B; options.list.push(x); }",
    errors: [
      { line: 1, holder: "A.list" },
      { line: 2, holder: "B.list" },
    ],
  },
  {
    title: "??=",
    code: "const shared: object[] = [];\nexport function add(x: object, list?: object[]) { list ??= shared; list.push(x); }",
    errors: [{ line: 1, holder: "shared" }],
  },
  { title: "a literal is made anew", code: "export function add(x, list = []) { list.push(x); return list; }" },
  { title: "a call is made anew", code: "export function add(x, list = new Set()) { list.add(x); return list; }" },
  {
    title: "copied first",
    code: "const DEFAULTS = { plugins: [] };\nexport function configure(id, options = DEFAULTS) { const own = { ...options, plugins: [...options.plugins] }; own.plugins.push(id); return own; }",
    report: "all",
  },
  {
    title: "only read",
    code: "const DEFAULTS = { limit: 3 };\nexport function f(options = DEFAULTS) { return options.limit; }",
    report: "all",
  },
  {
    title: "added to by its own name as well: a registry",
    code: "const shared = [];\nexport function add(x, list = shared) { list.push(x); }\nexport function also(x) { shared.push(x); }",
    report: "all",
  },
  {
    title: "emptied elsewhere",
    code: "const shared = [];\nexport function add(x, list = shared) { list.push(x); }\nexport function clear() { shared.length = 0; }",
  },
  {
    title: "all: emptied elsewhere",
    report: "all",
    code: "const shared = [];\nexport function add(x, list = shared) { list.push(x); }\nexport function clear() { shared.length = 0; }",
    errors: [{ line: 1, holder: "shared" }],
  },
]);

runCases(RULE, "onPrototype", "module", [
  {
    title: "array on the prototype of a class",
    code: "export class Job { add(step) { this.steps.push(step); } }\nJob.prototype.steps = [];",
    errors: [{ line: 2, holder: "Job.prototype.steps" }],
  },
  {
    title: "map among the methods of a prototype",
    code: "function Job() {}\nJob.prototype = {\n  steps: new Map(),\n  add(id, step) { this.steps.set(id, step); },\n};",
    errors: [{ line: 3, holder: "Job.prototype.steps" }],
  },
  {
    title: "extend",
    code: "const Job = Base.extend({\n  steps: [],\n  add: function (step) { this.steps.push(step); },\n});",
    errors: [{ line: 2, holder: "Job.prototype.steps" }],
  },
  {
    title: "each instance has its own",
    code: "function Job() { this.steps = []; }\nJob.prototype.steps = [];\nJob.prototype.add = function (step) { this.steps.push(step); };",
  },
  {
    title: "a field",
    code: "export class Job { steps = []; add(step) { this.steps.push(step); } }\nJob.prototype.steps = [];",
  },
  {
    title: "removed by a method",
    code: "function Job() {}\nJob.prototype.steps = [];\nJob.prototype.add = function (step) { this.steps.push(step); };\nJob.prototype.next = function () { return this.steps.shift(); };",
  },
  {
    title: "all: removed by a method",
    report: "all",
    code: "function Job() {}\nJob.prototype.steps = [];\nJob.prototype.add = function (step) { this.steps.push(step); };\nJob.prototype.next = function () { return this.steps.shift(); };",
    errors: [{ line: 2, holder: "Job.prototype.steps" }],
  },
]);

runCases(RULE, "asDefault", "commonjs", [
  {
    title: "default of a parameter",
    code: "const shared = new Map();\nexports.get = function (k, cache = shared) { if (!cache.has(k)) cache.set(k, load(k)); return cache.get(k); };",
    errors: [{ line: 1, holder: "shared" }],
  },
]);
