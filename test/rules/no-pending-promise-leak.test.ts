import { runCases } from "./testers.js";

const RULE = "no-pending-promise-leak";

runCases(RULE, "race", "typescript", [
  {
    title: "a parameter, in an endless loop",
    code: "export async function read(source, aborted: Promise<never>) {\n  while (!source.closed) {\n    handle(await Promise.race([source.next(), aborted]));\n  }\n}",
    errors: [{ line: 3, holder: "aborted" }],
  },
  {
    title: "a field, in a method that is given the work",
    code: "class Watcher {\n  readonly disposed = new Deferred<never>();\n  orCancel<T>(work: Promise<T>) {\n    return Promise.race<T>([this.disposed.promise, work]);\n  }\n}",
    errors: [{ line: 4, holder: "this.disposed.promise" }],
  },
  {
    title: "a module's promise",
    code: "import { shutdown } from './lifecycle';\nexport const guarded = (work: Promise<unknown>) => Promise.race([work, shutdown]);",
    errors: [{ line: 2, holder: "shutdown" }],
  },
  {
    title: "a variable of an outer function",
    code: "export function guard(signal) {\n  const aborted = rejectOn(signal);\n  return (work: Promise<unknown>) => Promise.race([aborted, work]);\n}",
    errors: [{ line: 3, holder: "aborted" }],
  },
  {
    title: "what hangs on it is a reaction too",
    code: "import { closed } from './server';\nexport const orClosed = (work) => Promise.race([work, closed.then(() => null)]);",
    errors: [{ line: 2, holder: "closed" }],
  },
  {
    title: "all: a loop that counts",
    code: "export async function read(sources, aborted) {\n  for (const source of sources) await Promise.race([source.next(), aborted]);\n}",
    report: "all",
    errors: [{ line: 2, holder: "aborted" }],
  },
  {
    title: "all: a field that may settle soon",
    code: "class Client {\n  ready = this.connect();\n  send(message) {\n    return Promise.race([this.ready, this.post(message)]);\n  }\n}",
    report: "all",
    errors: [{ line: 4, holder: "this.ready" }],
  },
  {
    title: "likely: a loop that counts, a field that may settle, a wait for the end",
    code: "class Client {\n  ready = this.connect();\n  closed = new Promise((resolve) => this.socket.on('close', resolve));\n  send(message) { return Promise.race([this.ready, this.post(message)]); }\n  async each(list, aborted) { for (const item of list) await Promise.race([item.done, aborted]); }\n  settled() { return Promise.race([this.closed, delay(100)]); }\n}",
  },
  {
    title: "a promise made for the race",
    code: "export function withTimeout(work) { const timeout = delay(100); return Promise.race([work, timeout]); }",
    report: "all",
  },
  {
    title: "a parameter, raced once",
    code: "export const first = (work: Promise<unknown>, aborted: Promise<never>) => Promise.race([work, aborted]);",
    report: "all",
  },
  {
    title: "made anew in each turn",
    code: "export async function read(source) {\n  let stop;\n  while (true) {\n    stop = Promise.withResolvers();\n    await Promise.race([source.next(), stop.promise]);\n  }\n}",
    report: "all",
  },
  {
    title: "replaced when it wins",
    code: "export async function merge(source, ticks) {\n  let next = source.next();\n  while (true) {\n    const won = await Promise.race([next, ticks.next()]);\n    if (won.source) next = source.next();\n  }\n}",
    report: "all",
  },
  {
    title: "a method that ends the object waits for its end",
    code: "class Child {\n  exited = new Promise((resolve) => this.on('exit', resolve));\n  async close() { await Promise.race([this.exited, this.kill()]); }\n}",
    report: "all",
  },
  {
    title: "a constructor races once",
    code: "class Child {\n  closed = deferred();\n  constructor(work) { this.result = Promise.race([this.closed.promise, work]); }\n}",
    report: "all",
  },
  {
    title: "at load",
    code: "import { closed } from './server';\nawait Promise.race([closed, start()]);",
    report: "all",
  },
]);

runCases(RULE, "once", "typescript", [
  {
    title: "events.once of a module's emitter",
    code: "import { once } from 'node:events';\nimport { bus } from './bus';\nexport async function wait(work) {\n  await Promise.race([once(bus, 'done'), work]);\n}",
    errors: [{ line: 4, holder: "bus" }],
  },
  {
    title: "process, through a variable",
    code: "import events from 'events';\nexport async function wait(work) {\n  const exit = events.once(process, 'beforeExit');\n  await Promise.race([exit, work]);\n}",
    errors: [{ line: 3, holder: "process" }],
  },
  {
    title: "all: an emitter that is handed in",
    code: "import { once } from 'events';\nexport class Client {\n  wait(work) {\n    return Promise.race([once(this.socket, 'drain'), work]);\n  }\n}",
    report: "all",
    errors: [{ line: 4, holder: "this.socket" }],
  },
  {
    title: "with a signal",
    code: "import { once } from 'node:events';\nimport { bus } from './bus';\nexport const wait = (work, signal) => Promise.race([once(bus, 'done', { signal }), work]);",
    report: "all",
  },
  {
    title: "an emitter of the call",
    code: "import { once } from 'events';\nexport const run = (file) => { const child = spawn(file); return Promise.race([once(child, 'exit'), failed(child)]); };",
    report: "all",
  },
  {
    title: "two events of one emitter",
    code: "import { once } from 'events';\nexport const ended = (child) => Promise.race([once(child, 'exit'), once(child, 'error')]);",
    report: "all",
  },
  {
    title: "another once",
    code: "import { once } from 'lodash';\nimport { bus } from './bus';\nexport const wait = (work) => Promise.race([once(bus, 'x'), work]);",
    report: "all",
  },
]);

runCases(RULE, "once", "commonjs", [
  {
    title: "as compilers call it",
    code: "const node_events_1 = require('node:events');\nconst bus = make();\nexports.wait = (work) => Promise.race([(0, node_events_1.once)(bus, 'x'), work]);",
    errors: [{ line: 3, holder: "bus" }],
  },
]);

runCases(RULE, "signal", "typescript", [
  {
    title: "a promise of an outer signal",
    code: "export function createPause(signal: AbortSignal) {\n  return (work) => Promise.race([promisifyAbortSignal(signal), work]);\n}",
    report: "all",
    errors: [{ line: 2, holder: "signal" }],
  },
  {
    title: "the caller's signal, once; a helper whose listener is reported by itself",
    code: "const aborted = (signal) => new Promise((_, reject) => signal.addEventListener('abort', reject));\nexport const first = (work, signal) => Promise.race([rejectOnAbort(signal), work]);\nexport const guard = (signal) => (work) => Promise.race([aborted(signal), work]);",
    report: "all",
  },
]);

runCases(RULE, "pending", "typescript", [
  {
    title: "answers that hold the promise of an earlier turn",
    code: "async function run() {\n  const pending = new Map();\n  while (!this.closing) {\n    pending.set(next(), 1);\n    const [done] = await Promise.race([...pending.keys()].map((job) => job.then(() => [job])));\n    pending.delete(done);\n  }\n}\nexport { run };",
    errors: [{ line: 5, holder: "pending" }],
  },
  {
    title: "all: the promises themselves",
    code: "export async function run() {\n  const running = new Set();\n  while (true) {\n    running.add(start(running));\n    await Promise.race(running);\n  }\n}",
    report: "all",
    errors: [{ line: 5, holder: "running" }],
  },
  {
    title: "work that is counted; answers that are indices",
    code: "export async function each(list, limit) {\n  const running = new Set();\n  for (const item of list) {\n    running.add(start(item, running));\n    if (running.size >= limit) await Promise.race(running);\n  }\n  while (true) await Promise.race([...running].map((job, index) => job.then(() => index)));\n}",
    report: "all",
  },
]);

runCases(RULE, "chain", "typescript", [
  {
    title: "a spread of what came before",
    code: "let tail = Promise.resolve([]);\nexport function enqueue(task) {\n  tail = tail.then((results) => [...results, task()]);\n}",
    errors: [{ line: 3, holder: "tail" }],
  },
  {
    title: "a field; pushed to",
    code: "class Queue {\n  #tail = Promise.resolve([]);\n  add(task) {\n    this.#tail = this.#tail.catch(report).then((all) => { all.push(task()); return all; });\n  }\n}",
    errors: [{ line: 4, holder: "this.#tail" }],
  },
  {
    title: "Promise.all of itself",
    code: "let all: Promise<unknown> = Promise.resolve();\nexport function track(work) {\n  all = Promise.all([all, work]);\n}",
    errors: [{ line: 3, holder: "all" }],
  },
  {
    title: "all: started anew elsewhere",
    code: "let tail = Promise.resolve([]);\nexport const add = (x) => {\n  tail = tail.then((known) => known.concat(x));\n};\nexport const reset = () => { tail = Promise.resolve([]); };",
    report: "all",
    errors: [{ line: 3, holder: "tail" }],
  },
  {
    title: "links that answer their own",
    code: "let tail = Promise.resolve();\nexport function enqueue(task) { tail = tail.then(() => task()); }\nexport function track(work) { tail = Promise.all([tail, work]).then(() => {}); }\nexport function keepTen(x) { tail = tail.then((known) => [...known, x].slice(-10)); }\nexport function merge(o) { tail = tail.then((state) => ({ ...state, ...o })); }",
    report: "all",
  },
  {
    title: "a chain of one call",
    code: "export function all(tasks) {\n  let tail = Promise.resolve([]);\n  for (const task of tasks) tail = tail.then((results) => [...results, task()]);\n  return tail;\n}",
    report: "all",
  },
]);

runCases(RULE, "recursion", "commonjs", [
  {
    title: "all: a filter over an endless source",
    code: "exports.filter = function (source, test) {\n  var getNext = function () {\n    return source.next().then(function (item) {\n      if (item.done) return item;\n      return Promise.resolve(test(item)).then(function (ok) {\n        return ok ? item : getNext();\n      });\n    });\n  };\n  return getNext;\n};",
    report: "all",
    errors: [{ line: 6, holder: "getNext" }],
  },
  {
    title: "with nothing that ends it",
    code: "function loop() {\n  return step().then(() => loop());\n}\nexports.loop = loop;",
    errors: [{ line: 2, holder: "loop" }],
  },
  {
    title: "all: a method",
    code: "class Poller {\n  poll() {\n    return this.fetch().then((x) => x.done ? x : this.poll());\n  }\n}\nmodule.exports = Poller;",
    report: "all",
    errors: [{ line: 3, holder: "poll" }],
  },
  {
    title: "a tree walk, counted rounds, rounds that nobody waits for",
    code: "const walk = (node) => load(node).then((child) => walk(child));\nlet attempts = 0;\nconst retry = () => load().catch(() => (attempts++ < 3 ? retry() : null));\nconst pump = () => { step().then(() => { pump(); }); };\nexports.all = [walk, retry, pump];",
    report: "all",
  },
]);

runCases(RULE, "unsettled", "typescript", [
  {
    title: "returned",
    code: "export function run(command) {\n  return new Promise(() => execute(command));\n}",
    errors: [{ line: 2, holder: "Promise" }],
  },
  {
    title: "awaited; parameters that nothing uses",
    code: "export async function run(command) {\n  await new Promise((resolve, reject) => { execute(command); });\n}",
    errors: [{ line: 2, holder: "Promise" }],
  },
  {
    title: "all: dropped",
    code: "export function tell(listener, event) {\n  new Promise(() => { listener(event); });\n}",
    report: "all",
    errors: [{ line: 2, holder: "Promise" }],
  },
  {
    title: "can settle: by a parameter, by throwing, by the end of the process",
    code: "export const a = () => new Promise((resolve) => setTimeout(resolve, 1));\nexport const b = () => new Promise(() => { throw new Error(); });\nexport const c = () => new Promise(() => process.exit(1));\nexport const d = () => new Promise((_, ...rest) => rest[0]());",
    report: "all",
  },
  { title: "at load", code: "await new Promise(() => setInterval(tick, 1000));", report: "all" },
]);

runCases(RULE, "parked", "typescript", [
  {
    title: "all: made to wait for ever",
    code: "export async function halt() {\n  await new Promise(() => {});\n}",
    report: "all",
    errors: [{ line: 2, holder: "Promise" }],
  },
  {
    title: "likely leaves it, and all leaves the one that is thrown or raced",
    code: "export const halt = () => new Promise(() => {});",
  },
  {
    title: "thrown to suspend; one of many",
    code: "export function Lazy() { throw new Promise(() => {}); }\nexport const first = (work) => Promise.race([work, new Promise(() => {})]);",
    report: "all",
  },
]);
