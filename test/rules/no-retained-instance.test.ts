import { runCases } from "./testers.js";

const RULE = "no-retained-instance";
const MESSAGE = "kept";

runCases(RULE, MESSAGE, "typescript", [
  {
    title: "a static field keeps this",
    code: "export class Job {\n  static mostRecent: Job | null = null;\n  run() { Job.mostRecent = this; }\n}",
    errors: [{ line: 2, holder: "Job.mostRecent" }],
  },
  {
    title: "an undeclared static",
    code: "export class Job {\n  run() { Job.latest = this; }\n}",
    errors: [{ line: 2, holder: "Job.latest" }],
  },
  {
    title: "a module variable keeps an event",
    code: "let last = null;\nexport function onClick(event) {\n  last = event;\n}",
    errors: [{ line: 1, holder: "last" }],
  },
  {
    title: "a caught error",
    code: "let lastError;\nexport function run() {\n  try { work(); } catch (error) { lastError = error; }\n}",
    errors: [{ line: 1, holder: "lastError" }],
  },
  {
    title: "a request by its type",
    code: "import type { IncomingMessage } from 'http';\nlet latest: IncomingMessage | undefined;\nexport function handle(message: IncomingMessage) {\n  latest = message;\n}",
    errors: [{ line: 2, holder: "latest" }],
  },
  {
    title: "all: a component of a parameter; state by its type",
    code: "let current;\nlet state: RootState;\nexport function render(vnode) {\n  current = vnode._component;\n  state = vnode.store.getState();\n}",
    report: "all",
    errors: [
      { line: 1, holder: "current" },
      { line: 2, holder: "state" },
    ],
  },
  {
    title: "set back: to null, to undefined, to what it was",
    code: "let a, b, c;\nexport function x(event) { a = event; go(); a = null; }\nexport function y(event) { b = event; }\nexport function z() { b = undefined!; }\nexport function w(event) { const before = c; c = event; try { go(); } finally { c = before; } }",
    report: "all",
  },
  {
    title: "the one there is; a guard; a setter; a weak reference",
    code: "let seen, configured, weak;\nexport class App { static instance: App; constructor() { App.instance = this; } }\nexport class Pool { static first; constructor() { if (!Pool.first) Pool.first = this; } }\nexport function see(event) { if (!seen) seen = event; }\nexport function setContext(context) { configured = context; }\nexport function keep(event) { weak = new WeakRef(event); }",
    report: "all",
  },
  {
    title: "a setter that the file calls",
    code: "let current;\nlet put;\nput = (component) => { current = component; };\nexport function run(component, work) { put(component); work(); put(null); }\nlet other;\nregisterSetter((component) => (other = component));",
    report: "all",
  },
  {
    title: "numbers and names; a variable of the call; a field; at load",
    code: "let count, name, self;\nexport function x(event) { let last; count = event.detail; name = event.type; last = event; return last; }\nexport class K { m(event) { this.last = event; } static make() { K.made = this; } }\ntry { go(); } catch (error) { self = error; }",
    report: "all",
  },
]);

runCases(RULE, MESSAGE, "commonjs", [
  {
    title: "a constructor function",
    code: "function Session() {\n  Session.last = this;\n}\nmodule.exports = Session;",
    errors: [{ line: 2, holder: "Session.last" }],
  },
  {
    title: "a compiled method",
    code: "var last;\nvar View = (function () {\n  function View() {}\n  View.prototype.click = function (event) { last = event; };\n  return View;\n})();\nexports.View = View;",
    errors: [{ line: 1, holder: "last" }],
  },
]);
