import parser from "@typescript-eslint/parser";
import { Linter } from "eslint";
import { describe, expect, it } from "vitest";
import plugin from "../../rules/index.js";
import { runCases } from "./testers.js";

const RULE = "no-mismatched-removal";

runCases(RULE, "freshHandler", "typescript", [
  {
    title: "an inline function",
    code: "export function f(bus) { bus.on('x', () => go()); return () => bus.off('x', () => go()); }",
    errors: [{ line: 1, holder: "bus" }],
  },
  {
    title: "bound once more",
    code: "class K {\n  open() { target.addEventListener('x', this.f.bind(this)); }\n  close() { target.removeEventListener('x', this.f.bind(this)); }\n}",
    errors: [{ line: 3, holder: "target" }],
  },
  {
    title: "bound once more, the receiver under another name",
    code: "class K {\n  open() { const { socket } = this; socket.on('x', this.f.bind(this)); }\n  close() { this.socket.off('x', this.f.bind(this)); }\n}",
    errors: [{ line: 3, holder: "this.socket" }],
  },
  {
    title: "debounced once more",
    code: "export function f() { window.addEventListener('resize', debounce(go)); return () => window.removeEventListener('resize', debounce(go)); }",
    errors: [{ line: 1, holder: "window" }],
  },
  {
    title: "bound once and kept",
    report: "all",
    code: "class K { bound = this.f.bind(this); open() { target.addEventListener('x', this.bound); } close() { target.removeEventListener('x', this.bound); } }",
  },
  {
    title: "a callback that something else calls when it is off",
    report: "all",
    code: "export function f(lamp) { lamp.off('slowly', () => done()); }",
  },
  {
    title: "a signal removes it",
    report: "all",
    code: "export function f(signal) { window.addEventListener('x', () => go(), { signal }); window.removeEventListener('x', () => go()); }",
  },
]);

runCases(RULE, "wrapper", "typescript", [
  {
    title: "a function around the parameter",
    code: "export function f(app, spark, onEvent) {\n  app.on('x', (data) => onEvent({ data }));\n  spark.ends.push(() => app.removeListener('x', onEvent));\n}",
    errors: [{ line: 3, holder: "onEvent" }],
  },
  {
    title: "the same unknown event",
    code: "export function f(app, event, onEvent) {\n  app.on(event, (data) => onEvent(data));\n  return () => app.off(event, onEvent);\n}",
    errors: [{ line: 3, holder: "onEvent" }],
  },
  {
    title: "a method, added bound",
    code: "class K { open() { bus.on('x', this.f.bind(this)); } close() { bus.off('x', this.f); } }",
    errors: [{ line: 1, holder: "this.f" }],
  },
  {
    title: "a method, kept bound under another name",
    code: "class K { constructor() { this.bound = this.f.bind(this); bus.on('x', this.bound); } close() { bus.off('x', this.f); } }",
    errors: [{ line: 1, holder: "this.f" }],
  },
  {
    title: "the method is added elsewhere too",
    report: "all",
    code: "class K { open() { bus.on('x', () => this.f()); bus.on('x', this.f); } close() { bus.off('x', this.f); } }",
  },
  {
    title: "somebody else's listener, put aside",
    report: "all",
    code: "export function f(server) { const old = server.listeners('x').pop(); server.removeListener('x', old); server.on('x', (e) => old(e)); }",
  },
]);

runCases(RULE, "otherHandler", "module", [
  {
    title: "a function that nothing adds",
    code: "export function f(bus) {\n  const onChange = () => go();\n  bus.on('x', (data) => write(data));\n  return () => bus.off('x', onChange);\n}",
    errors: [{ line: 4, holder: "onChange" }],
  },
  {
    title: "forwarded",
    report: "all",
    code: "export class K { on(event, f) { bus.on(event, f); } off(event, f) { bus.off(event, f); } start() { bus.on('x', () => go()); } stop(f) { bus.off('x', f); } }",
  },
  {
    title: "added by a helper",
    report: "all",
    code: "export function f(bus) { const onChange = () => go(); bus.on('x', (data) => write(data)); listen(bus, 'x', onChange); return () => bus.off('x', onChange); }",
  },
  {
    title: "a handler under another name",
    report: "all",
    code: "export function f(bus) { const self = this; bus.on('x', self.onChange); return () => bus.off('x', this.onChange); }",
  },
  {
    title: "assigned where it is added",
    report: "all",
    code: "export function f(bus) { let onChange; bus.on('x', (onChange = () => go())); return () => bus.off('x', onChange); }",
  },
]);

runCases(RULE, "otherEvent", "typescript", [
  {
    title: "a constant of the same text",
    report: "all",
    code: "const CHANGE = 'change';\nexport function f() { const g = () => go(); target.addEventListener('change', g); target.removeEventListener(CHANGE, g); }",
  },
  {
    title: "a member of the same text",
    report: "all",
    code: "enum Events { Change = 'change' }\nexport function f() { const g = () => go(); target.addEventListener('change', g); target.removeEventListener(Events.Change, g); }",
  },
  {
    title: "events that only a run tells",
    report: "all",
    code: "export function f(names) { const g = () => go(); target.addEventListener('a', g); for (const name of names) target.addEventListener(name, g); target.removeEventListener('b', g); }",
  },
  {
    title: "all: beside the removal that matches",
    report: "all",
    code: "export function f() { const g = () => go(); target.addEventListener('a', g); target.removeEventListener('a', g); target.removeEventListener('b', g); }",
    errors: [{ line: 1, holder: "b" }],
  },
  {
    title: "beside the removal that matches",
    code: "export function f() { const g = () => go(); target.addEventListener('a', g); target.removeEventListener('a', g); target.removeEventListener('b', g); }",
  },
  {
    title: "one object under two names",
    report: "all",
    code: "class K { open() { window.document.addEventListener('x', this.f); } close() { document.removeEventListener('x', this.f); } }",
  },
  {
    title: "window without its name",
    report: "all",
    code: "class K { open() { addEventListener('x', this.f); } close() { window.removeEventListener('x', this.f); } }",
  },
  {
    title: "a parameter that is stored",
    report: "all",
    code: "class K { constructor(element) { this.root = element; element.addEventListener('x', this.f); } close() { this.root.removeEventListener('x', this.f); } }",
  },
  ...[
    ["`true` is `{ capture: true }`", "true", "{ capture: true }"],
    ["`{ once: true }` is not captured", "{ once: true }", "false"],
    ["`{ passive: true }` is not captured", "{ passive: true }", "undefined"],
    ["options that are not known", "options", "true"],
    ["options of a constant", "CAPTURE", "true"],
  ].map(([title = "", added = "", removed = ""]) => ({
    title,
    report: "all" as const,
    code: `const CAPTURE = { capture: true };\nexport function f(options) { const g = () => go(); target.addEventListener('x', g, ${added}); target.removeEventListener('x', g, ${removed}); }`,
  })),
  {
    title: "both are removed",
    report: "all",
    code: "export function f() { const g = () => go(); target.addEventListener('x', g, true); target.removeEventListener('x', g); target.removeEventListener('x', g, true); }",
  },
]);

runCases(RULE, "withoutHandler", "module", [
  {
    title: "no listener given",
    code: "class K { open() { this.store.addEventListener('x', () => go()); } close() { this.store.removeEventListener('x'); } }",
    errors: [{ line: 1, holder: "this.store" }],
  },
  {
    title: "an emitter removes all listeners of an event",
    report: "all",
    code: "class K { open() { this.store.on('x', () => go()); } close() { this.store.off('x'); } }",
  },
]);

runCases(RULE, "rebound", "module", [
  {
    title: "all: bound anew in a method",
    report: "all",
    code: "class K { activate() { this.f = this.f.bind(this); document.addEventListener('x', this.f); } deactivate() { document.removeEventListener('x', this.f); } }",
    errors: [{ line: 1, holder: "this.f" }],
  },
  {
    title: "bound anew in a method",
    code: "class K { activate() { this.f = this.f.bind(this); document.addEventListener('x', this.f); } deactivate() { document.removeEventListener('x', this.f); } }",
  },
  {
    title: "bound in the constructor",
    report: "all",
    code: "class K { constructor() { this.f = this.f.bind(this); document.addEventListener('x', this.f); } close() { document.removeEventListener('x', this.f); } }",
  },
]);

runCases(RULE, "wrapper", "commonjs", [
  {
    title: "an instance under another name",
    code: "function K(bus) { var self = this; bus.on('x', function (e) { self.caught(e); }); bus.removeListener('x', this.caught); }\nmodule.exports = K;",
    errors: [{ line: 1, holder: "this.caught" }],
  },
]);

/** The cases that a mechanical change mends: what is reported, and what the suggestion puts in its place. */
describe("removals that a suggestion corrects", () => {
  it.each([
    {
      title: "captured when added",
      statements: "target.addEventListener('x', g, true); target.removeEventListener('x', g);",
      message: "has another capture flag",
      text: ", { capture: true }",
    },
    {
      title: "captured when removed",
      statements:
        "target.addEventListener('x', g, { passive: true }); target.removeEventListener('x', g, { capture: true });",
      message: "has another capture flag",
      text: "",
    },
    {
      title: "another event",
      statements: "target.addEventListener('change', g); target.removeEventListener('changed', g);",
      message: "names the event `changed`",
      text: "'change'",
    },
    {
      title: "document and window",
      statements: "document.addEventListener('x', g); window.removeEventListener('x', g);",
      message: "from `window`",
      text: "document",
    },
    {
      title: "all: another field",
      report: "all",
      statements: "this.a.on('x', g); this.b.off('x', g);",
      message: "from `this.b`",
      text: "this.a",
    },
  ])("$title", ({ statements, message, text, report = "likely" }) => {
    const rules: Linter.RulesRecord = { [`leakproof/${RULE}`]: ["error", { report }] };
    const config: Linter.Config = {
      files: ["**/*.*"],
      plugins: { leakproof: plugin },
      rules,
      languageOptions: { parser },
    };
    const code = `export function f() { const g = () => go(); ${statements} }`;
    const [reported, more] = new Linter({ configType: "flat" }).verify(code, [config], { filename: "src/file.ts" });
    expect(more).toBeUndefined();
    expect(reported?.message).toContain(message);
    expect(reported?.suggestions?.map(({ desc, fix }) => [desc, fix.text])).toEqual([["Remove what was added.", text]]);
  });
});
