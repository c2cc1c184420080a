import { Linter } from "eslint";
import { describe, expect, it } from "vitest";
import plugin from "../../rules/index.js";
import { runCases } from "./testers.js";

const RULE = "no-leaked-subscription";
const SUBJECT = "import { Subject, map, of, take, takeUntil } from 'rxjs';\nconst clicks = new Subject();\n";

runCases(RULE, "dropped", "typescript", [
  {
    title: "a subject of the module, subscribed to by each call",
    code: `${SUBJECT}export function track(owner) { clicks.pipe(map(String)).subscribe(() => owner.note()); }`,
    errors: [{ line: 3, holder: "clicks" }],
  },
  {
    title: "a store of the file, whose subscribe returns what removes",
    code: "class Store {\n  #all = new Set();\n  subscribe(f) { this.#all.add(f); return () => this.#all.delete(f); }\n}\nconst store = new Store();\nexport function init(owner) { store.subscribe(() => owner.note()); }",
    errors: [{ line: 6, holder: "store" }],
  },
  {
    title: "a static emitter, in a constructor",
    code: "export class K {\n  static changes = new Emitter();\n  constructor() { K.changesEmitter.event((e) => this.note(e)); }\n}",
    errors: [{ line: 3, holder: "K.changesEmitter" }],
  },
  {
    title: "the same source in each round of a loop",
    code: "export async function* read(token, chunks) {\n  while (chunks.more) {\n    await new Promise((resolve) => { token.onCancellationRequested(() => resolve()); });\n  }\n}",
    errors: [{ line: 3, holder: "token" }],
  },
  {
    title: "an effect of a component",
    code: "import { store } from './store';\nexport function useStore(set) { useEffect(() => { store.subscribe(() => set(1)); }, []); }",
    errors: [{ line: 2, holder: "store" }],
  },
  {
    title: "an event of something that is handed in, all",
    code: "export class Panel {\n  constructor(private service) {}\n  show() { this.service.onDidChange(() => this.draw()); }\n}",
    report: "all",
    errors: [{ line: 3, holder: "this.service" }],
  },
  {
    title: "an imported store, all",
    code: "import { store } from './store';\nexport function show(panel) { store.subscribe(() => panel.draw()); }",
    report: "all",
    errors: [{ line: 2, holder: "store" }],
  },
  {
    title: "observables of a field without a callback, all",
    code: "export class K {\n  constructor(router) { this.start$ = router.events.pipe(map(String)); this.start$.subscribe(); }\n}",
    report: "all",
    errors: [{ line: 2, holder: "this.start$" }],
  },
  {
    title: "mobx, all",
    code: "import { autorun } from 'mobx';\nexport class Store {\n  constructor() { autorun(() => this.save()); }\n}",
    report: "all",
    errors: [{ line: 3, holder: "autorun" }],
  },
  {
    title: "an imported store",
    code: "import { store } from './store';\nexport function show(panel) { store.subscribe(() => panel.draw()); }",
  },
  { title: "once at load", code: `${SUBJECT}clicks.subscribe((n) => note(n));`, report: "all" },
  {
    title: "completed by an operator",
    code: `${SUBJECT}export const track = (o) => { clicks.pipe(take(1), map(String)).subscribe(() => o.note()); };`,
    report: "all",
  },
  {
    title: "kept and ended",
    code: `${SUBJECT}export class K {\n  start() { this.s = clicks.subscribe(() => this.note()); }\n  stop() { this.s.unsubscribe(); }\n}`,
    report: "all",
  },
  {
    title: "kept as a function and called",
    code: "import { store } from './store';\nexport class K {\n  start() { this.off = store.subscribe(() => this.note()); }\n  stop() { this.off(); }\n}",
    report: "all",
  },
  { title: "returned", code: `${SUBJECT}export const track = (o) => clicks.subscribe(() => o.note());`, report: "all" },
  {
    title: "handed to a store of disposables",
    code: "export class Panel {\n  constructor(private service) {}\n  show() { this.toDispose.push(this.service.onDidChange(() => this.draw())); }\n}",
    report: "all",
  },
  {
    title: "a list of disposables as third argument",
    code: "export class Panel {\n  constructor(private service) {}\n  show() { this.service.onDidChange(() => this.draw(), this, this.disposables); }\n}",
    report: "all",
  },
  {
    title: "a source that completes by itself",
    code: "import { of } from 'rxjs';\nexport class K {\n  load(id) { this.http.get(id).subscribe((v) => this.show(v)); of(id).subscribe((v) => this.show(v)); }\n}",
    report: "all",
  },
  {
    title: "a source made in the same function",
    code: "import { Subject } from 'rxjs';\nexport function run(o) { const s = new Subject(); s.subscribe(() => o.note()); s.next(1); }",
    report: "all",
  },
  {
    title: "a source of the subscriber's own",
    code: "export class K {\n  child = new Child();\n  start() { this.child.onDidChange(() => this.note()); this.onDidChange(() => this.note()); }\n}",
    report: "all",
  },
  {
    title: "an operator's subscriber",
    code: "export const twice = (source) => new Observable((subscriber) => { source.subscribe(subscriber); });",
    report: "all",
  },
  {
    title: "a signal",
    code: "import { store } from './store';\nexport function show(p, signal) { store.subscribe(() => p.draw(), { signal }); }",
    report: "all",
  },
  {
    title: "the end of what is listened to",
    code: "export function show(widget) { widget.onDidDispose(() => clear()); }",
    report: "all",
  },
  {
    title: "a request's cancellation",
    code: "export function load(token) { token.onCancellationRequested(() => stop()); }",
    report: "all",
  },
  {
    title: "a service that is set up once",
    code: "export class Service {\n  constructor(private shell) {}\n  init() { this.shell.onDidChangeLayout(() => this.note()); }\n}",
    report: "all",
  },
  {
    title: "a method of the file that returns nothing",
    code: "class Bus { subscribe(f) { list.push(f); } }\nconst bus = new Bus();\nexport function show(p) { bus.subscribe(() => p.draw()); }",
    report: "all",
  },
  {
    title: "a message broker",
    code: "export const start = async (redis) => { await redis.subscribe('topic'); };",
    report: "all",
  },
  { title: "a callback prop", code: "export function Row(props) { props.onDidChange(() => 1); }", report: "all" },
]);

runCases(RULE, "neverEnded", "typescript", [
  {
    title: "kept in a field that nothing ends",
    code: `${SUBJECT}export class K {\n  start() { this.s = clicks.subscribe(() => this.note()); }\n  close() {}\n}`,
    report: "all",
    errors: [
      {
        line: 4,
        holder:
          "clicks` keeps this callback, and all it closes over, as long as it lives: nothing in this file ends the subscription in `this.s",
      },
    ],
  },
]);

runCases(RULE, "endsTooEarly", "typescript", [
  {
    title: "takeUntil before an operator that subscribes",
    code: "import { switchMap, takeUntil } from 'rxjs';\nexport const f = (s, gone, live) => s.pipe(\n  takeUntil(gone),\n  switchMap(() => live),\n);",
    errors: [{ line: 3, holder: "takeUntil" }],
  },
  {
    title: "an observable made for each value, all",
    code: "import { switchMap, takeUntil } from 'rxjs/operators';\nexport const f = (s, gone) => s.pipe(\n  takeUntil(gone),\n  switchMap((id) => load(id)),\n);",
    report: "all",
    errors: [{ line: 3, holder: "takeUntil" }],
  },
  {
    title: "last",
    code: "import { switchMap, takeUntil } from 'rxjs';\nexport const f = (s, gone, live) => s.pipe(switchMap(() => live), takeUntil(gone));",
    report: "all",
  },
  {
    title: "before operators of its own values only",
    code: "import { map, takeUntil } from 'rxjs';\nexport const f = (s, gone) => s.pipe(takeUntil(gone), map(String));",
    report: "all",
  },
  {
    title: "another takeUntil",
    code: "import { switchMap, takeUntil } from './own';\nexport const f = (s, gone, live) => s.pipe(takeUntil(gone), switchMap(() => live));",
    report: "all",
  },
]);

runCases(RULE, "accumulates", "commonjs", [
  {
    title: "a task for each value",
    code: "exports.observeOn = function (scheduler) {\n  return function (source, subscriber) {\n    source.subscribe(subscriber, function (value) { return subscriber.add(scheduler.schedule(function () { subscriber.next(value); })); });\n  };\n};",
    report: "all",
    errors: [{ line: 3, holder: "subscriber" }],
  },
  {
    title: "taken out again",
    code: "exports.observeOn = function (scheduler, subscriber, value) {\n  const task = subscriber.add(scheduler.schedule(function () { subscriber.next(value); subscriber.remove(task); }));\n};",
    report: "all",
  },
]);

describe(`${RULE}: shareReplay`, () => {
  const lint = (options: string, report = "likely") =>
    new Linter({ configType: "flat" }).verify(
      `import { map, shareReplay, Subject } from 'rxjs';\nconst clicks = new Subject();\nexport const f = (o) => clicks.pipe(map(() => o), shareReplay${options});`,
      { plugins: { leakproof: plugin }, rules: { [`leakproof/${RULE}`]: ["error", { report }] } },
    );

  it("suggests to count readers", () => {
    const [message] = lint("(1)");
    expect(message?.messageId).toBe("sharesForEver");
    expect(message?.suggestions?.[0]?.fix.text).toBe("({ bufferSize: 1, refCount: true })");
    expect(lint("()")[0]?.suggestions?.[0]?.fix.text).toBe("({ refCount: true })");
  });

  it.each(["({ bufferSize: 1, refCount: true })", "(options)"])("is silent for %s", (options) =>
    expect(lint(options, "all")).toEqual([]),
  );
});
