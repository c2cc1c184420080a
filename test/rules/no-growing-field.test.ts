import { runCases, type Case } from "./testers.js";

const RULE = "no-growing-field";

/** All of this rule's reports are suspicions. */
const all = (cases: readonly Omit<Case, "report">[]): readonly Case[] =>
  cases.map((each) => ({ ...each, report: "all" }));

runCases(
  RULE,
  "grows",
  "typescript",
  all([
    {
      title: "class field",
      code: "export class Server {\n  pending = new Map();\n  send(id: number, message: object) { this.pending.set(id, message); }\n}",
      errors: [{ line: 2, holder: "this.pending" }],
    },
    {
      title: "private field",
      code: "export class Server {\n  #pending = new Map();\n  send(id: number, message: object) { this.#pending.set(id, message); }\n}",
      errors: [{ line: 2, holder: "this.#pending" }],
    },
    {
      title: "given in the constructor",
      code: "export class Server {\n  constructor() { this.seen = new Set(); }\n  accept(socket) { this.seen.add(socket); }\n}",
      errors: [{ line: 2, holder: "this.seen" }],
    },
    {
      title: "made when first needed",
      code: "export class Server {\n  accept(socket) { (this.seen ??= []).push(socket); }\n}",
      errors: [{ line: 2, holder: "this.seen" }],
    },
    {
      title: "object by key",
      code: "export class Server {\n  byId = {};\n  accept(socket) { this.byId[socket.id] = socket; }\n}",
      errors: [{ line: 2, holder: "this.byId" }],
    },
    {
      title: "through a local name",
      code: "export class Animator {\n  constructor() { this.charts = new Map(); }\n  get(chart) { const charts = this.charts; let items = charts.get(chart); if (!items) { items = {}; charts.set(chart, items); } return items; }\n}",
      errors: [{ line: 2, holder: "this.charts" }],
    },
    {
      title: "in a closure",
      code: "export class Server {\n  constructor(bus) { this.seen = []; const self = this; bus.on('x', function (event) { self.seen.push(event); }); }\n}",
      errors: [{ line: 2, holder: "this.seen" }],
    },
    {
      title: "a name of work, but an end of its own",
      code: "export class Parser {\n  errors = [];\n  add(error) { this.errors.push(error); }\n  close() {}\n}",
      errors: [{ line: 2, holder: "this.errors" }],
    },
    {
      title: "one that the module keeps",
      code: "class Scanner {\n  seen = [];\n  add(file: object) { this.seen.push(file); }\n}\nexport const scanner = new Scanner();",
      errors: [{ line: 2, holder: "this.seen" }],
    },
    {
      title: "removed",
      code: "export class Server { pending = new Map(); send(id, m) { this.pending.set(id, m); } done(id) { this.pending.delete(id); } }",
    },
    {
      title: "emptied",
      code: "export class Server { pending = []; send(m) { this.pending.push(m); } close() { this.pending = []; } }",
    },
    {
      title: "handed on",
      code: "export class Server { pending = []; send(m) { this.pending.push(m); } all() { return this.pending; } }",
    },
    {
      title: "bounded",
      code: "export class Server { log = []; add(m) { if (this.log.length < 100) this.log.push(m); } }",
    },
    { title: "weak", code: "export class Server { seen = new WeakSet(); add(socket) { this.seen.add(socket); } }" },
    {
      title: "LRU",
      code: "export class Server { seen = new LRUCache({ max: 9 }); add(id, v) { this.seen.set(id, v); } }",
    },
    {
      title: "filled by the constructor",
      code: "export class Server { byId = {}; constructor(all) { for (const each of all) this.byId[each.id] = each; } }",
    },
    {
      title: "set-up",
      code: "export class Server { plugins = []; use(plugin) { this.plugins.push(plugin); } }",
    },
    {
      title: "one piece of work",
      code: "export class Parser { errors = []; add(error) { this.errors.push(error); } }",
    },
    {
      title: "made, used and dropped",
      code: "export class Job { steps = []; add(step) { this.steps.push(step); } }\nexport function run(step) { const job = new Job(); job.add(step); }",
    },
    { title: "closed keys", code: "export class Server { on = {}; set(v) { this.on['a'] = v; } }" },
    { title: "no collection", code: "export class Server { add(x) { this.list.push(x); } }" },
  ]),
);

runCases(
  RULE,
  "grows",
  "commonjs",
  all([
    {
      title: "constructor function",
      code: "function Client() { this.queries = {}; }\nClient.prototype.query = function (q) { this.queries[q.name] = q; };\nClient.prototype.end = function () {};",
      errors: [{ line: 1, holder: "this.queries" }],
    },
    {
      title: "object-literal prototype",
      code: "function Client() { this.queries = []; }\nClient.prototype = {\n  query: function (q) { this.queries.push(q); },\n};",
      errors: [{ line: 1, holder: "this.queries" }],
    },
    {
      title: "extend",
      code: "var Layer = Base.extend({\n  onAdd: function () { this._drawn = {}; },\n  initialize: function () { this._seen = []; },\n  draw: function (shape) { this._seen.push(shape); },\n});",
      errors: [{ line: 3, holder: "this._seen" }],
    },
    {
      title: "compiled class",
      code: "var Client = (function (_super) {\n  __extends(Client, _super);\n  function Client() { var _this = _super.call(this) || this; _this.queries = []; return _this; }\n  Client.prototype.query = function (q) { this.queries.push(q); };\n  return Client;\n})(EventEmitter);",
      errors: [{ line: 3, holder: "this.queries" }],
    },
    {
      title: "a class that is a property",
      code: "core.Page = function Page() { this._nodes = []; };\ncore.Page.prototype = { add: function (node) { this._nodes.push(node); } };",
      errors: [{ line: 1, holder: "this._nodes" }],
    },
    {
      title: "a function that is no class",
      code: "function add(x) { this.list = this.list || []; this.list.push(x); }",
    },
  ]),
);

runCases(
  RULE,
  "twin",
  "typescript",
  all([
    {
      title: "filled together, one forgets",
      code: "export class Server {\n  byId = new Map();\n  byName = new Map();\n  add(id, socket) { this.byId.set(id, socket); this.byName.set(id, socket.name); }\n  remove(id) { this.byId.delete(id); }\n}",
      errors: [{ line: 3, holder: "this.byName" }],
    },
    {
      title: "the same things under other keys, emptied only with all",
      code: "export class Canvas {\n  layers = {};\n  drawn = {};\n  add(layer) { this.layers[stamp(layer)] = layer; }\n  draw(layer) { this.drawn[layer.id] = layer; }\n  redraw() { this.drawn = {}; }\n  remove(layer) { delete this.layers[stamp(layer)]; }\n}",
      errors: [{ line: 3, holder: "this.drawn" }],
    },
  ]),
);

runCases(
  RULE,
  "nulled",
  "typescript",
  all([
    {
      title: "set to null",
      code: "export class Client {\n  calls = {};\n  call(id, done) { this.calls[id] = done; }\n  done(id) { this.calls[id] = null; }\n}",
      errors: [{ line: 2, holder: "this.calls" }],
    },
  ]),
);

runCases(
  RULE,
  "futile",
  "typescript",
  all([
    {
      title: "splice with a negative count",
      code: "export class Client {\n  calls = [];\n  call(x: object) { this.calls.push(x); }\n  done(i) { this.calls.splice(i, -1); }\n}",
      errors: [{ line: 2, holder: "this.calls" }],
    },
    {
      title: "splice of what came last",
      code: "export class Client {\n  calls = [];\n  call(x: object) { this.calls.push(x); }\n  done() { this.calls.splice(this.calls.length - 1, this.calls.length); }\n}",
      errors: [{ line: 2, holder: "this.calls" }],
    },
    {
      title: "splice of one",
      code: "export class Client { calls = []; call(x: object) { this.calls.push(x); } done(i) { this.calls.splice(i, 1); } }",
    },
  ]),
);

runCases(
  RULE,
  "accumulates",
  "typescript",
  all([
    {
      title: "text",
      code: "export class Connection {\n  buffer = '';\n  onData(chunk) { this.buffer += chunk; }\n}",
      errors: [{ line: 2, holder: "this.buffer" }],
    },
    {
      title: "text, cut",
      code: "export class Connection { buffer = ''; onData(chunk) { this.buffer += chunk; this.buffer = this.buffer.slice(9); } }",
    },
    { title: "a number", code: "export class Connection { bytes = 0; onData(data) { this.bytes += data; } }" },
  ]),
);
