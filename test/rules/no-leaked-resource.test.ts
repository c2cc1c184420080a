import { runCases } from "./testers.js";

const RULE = "no-leaked-resource";

runCases(RULE, "neverReleased", "typescript", [
  {
    title: "an observer of the document",
    code: "export function fit(view) {\n  const observer = new ResizeObserver(() => view.draw());\n  observer.observe(document.body);\n}",
    errors: [{ line: 2, holder: "observer" }],
  },
  {
    title: "an observer of a function that sets up a page",
    code: "export function page(ui) {\n  for (const name of ['a']) ui[name]();\n  window.addEventListener('a', () => ui.a());\n  window.addEventListener('b', () => ui.b());\n  window.addEventListener('c', () => ui.c());\n  window.addEventListener('d', () => ui.d());\n  new ResizeObserver(() => ui.draw()).observe(document.body);\n}",
  },
  {
    title: "an observer that is not even kept, all",
    code: "export class Bar {\n  show(gap) { new ResizeObserver(() => this.draw()).observe(gap); }\n}",
    report: "all",
    errors: [{ line: 2, holder: "ResizeObserver()" }],
  },
  {
    title: "a field of a class that is torn down",
    code: "export class Outline {\n  start(root) { this.observer = new MutationObserver(() => this.draw()); this.observer.observe(root); }\n  dispose() { this.view.dispose(); }\n}",
    errors: [{ line: 2, holder: "this.observer" }],
  },
  {
    title: "an object URL that is returned",
    code: "export const link = (text) => URL.createObjectURL(new Blob([text]));",
    errors: [{ line: 1, holder: "URL.createObjectURL()" }],
  },
  {
    title: "an object URL of an element",
    code: "export function save(blob, anchor) {\n  anchor.href = window.URL.createObjectURL(blob);\n}",
    errors: [{ line: 2, holder: "anchor.href" }],
  },
  {
    title: "a file that is never closed",
    code: "import fs from 'node:fs';\nexport function first(path, buffer) {\n  const file = fs.openSync(path, 'r');\n  return fs.readSync(file, buffer);\n}",
    errors: [{ line: 3, holder: "file" }],
  },
  {
    title: "a file handle that is never closed",
    code: "import { promises as fs } from 'fs';\nimport { open } from 'fs/promises';\nexport async function first(path) {\n  const file = await open(path);\n  return await file.stat();\n}",
    errors: [{ line: 4, holder: "file" }],
  },
  {
    title: "a worker of an instance, all",
    code: "export class Pool {\n  start(url) { this.worker = new Worker(url); }\n}",
    report: "all",
    errors: [{ line: 2, holder: "this.worker" }],
  },
  {
    title: "a lock on a stream, all",
    code: "export async function read(stream) {\n  const reader = stream.getReader();\n  while (!(await reader.read()).done);\n}",
    report: "all",
    errors: [{ line: 2, holder: "reader" }],
  },
  {
    title: "a channel of which one end is given away, all",
    code: "export function serve(target, worker) {\n  const { port1, port2 } = new MessageChannel();\n  expose(target, port1);\n  worker.postMessage(null, [port2]);\n}",
    report: "all",
    errors: [{ line: 2, holder: "port1" }],
  },
  {
    title: "a watcher whose handle is dropped, all",
    code: "import chokidar from 'chokidar';\nexport function follow(path, view) { chokidar.watch(path).on('change', () => view.draw()); }",
    report: "all",
    errors: [{ line: 2, holder: "chokidar.watch()" }],
  },
  {
    title: "disconnected",
    code: "export function fit(view) { const o = new ResizeObserver(() => view.draw()); o.observe(document.body); return () => o.disconnect(); }",
    report: "all",
  },
  {
    title: "its method handed on",
    code: "export function fit(view) { const o = new ResizeObserver(() => view.draw()); o.observe(document.body); view.onGone(o.disconnect.bind(o)); }",
    report: "all",
  },
  {
    title: "returned",
    code: "export function fit(view) { const o = new ResizeObserver(() => view.draw()); o.observe(document.body); return o; }",
    report: "all",
  },
  {
    title: "handed to a sink",
    code: "export class K { show() { const o = new ResizeObserver(() => this.draw()); o.observe(document.body); this._register(toDisposable(o)); } }",
    report: "all",
  },
  {
    title: "an observer that observes nothing",
    code: "export const f = () => { const o = new ResizeObserver(() => 1); void o; };",
    report: "all",
  },
  {
    title: "a descriptor that a callback gets",
    code: "import fs from 'node:fs';\nexport function first(path, f) { fs.open(path, (error, file) => { f(error, file); }); }",
    report: "all",
  },
  { title: "once at load", code: "new ResizeObserver(() => 1).observe(document.body);", report: "all" },
  {
    title: "a class of the same name",
    code: "import { Worker } from './worker';\nexport class Pool { start() { this.worker = new Worker(); } }",
    report: "all",
  },
  {
    title: "using",
    code: "import { open } from 'node:fs/promises';\nexport async function first(path) { await using file = await open(path); return await file.stat(); }",
    report: "all",
  },
  {
    title: "revoked",
    code: "export function save(blob, anchor) { const url = URL.createObjectURL(blob); anchor.href = url; anchor.click(); URL.revokeObjectURL(url); }",
    report: "all",
  },
  {
    title: "a URL that is revoked under another name",
    code: "export const link = (b) => URL.createObjectURL(b);\nexport const drop = (url) => URL.revokeObjectURL(url);",
    report: "all",
  },
  {
    title: "made only once",
    code: "let track;\nexport function silence() { if (!track) { const ctx = new AudioContext(); track = ctx.createMediaStreamDestination().stream; } return track; }",
  },
  {
    title: "a wrapper of the same name",
    code: "export class Urls { createObjectURL(blob) { return URL.createObjectURL(blob); } }",
    report: "all",
  },
]);

runCases(RULE, "effect", "typescript", [
  {
    title: "an observer of a component",
    code: "export function useSeen(ref, seen) {\n  useEffect(() => {\n    const observer = new IntersectionObserver(() => seen());\n    observer.observe(ref.current);\n  }, []);\n}",
    errors: [{ line: 3, holder: "observer" }],
  },
  {
    title: "a custom element",
    code: "export class Row extends HTMLElement {\n  connectedCallback() { this.o = new ResizeObserver(() => this.draw()); this.o.observe(this); }\n  o;\n}",
    errors: [{ line: 2, holder: "this.o" }],
  },
  {
    title: "a clean-up",
    code: "export function useSeen(ref, seen) { useEffect(() => { const o = new IntersectionObserver(() => seen()); o.observe(ref.current); return () => o.disconnect(); }, []); }",
    report: "all",
  },
]);

runCases(RULE, "request", "typescript", [
  {
    title: "a request with a fixed address, all",
    code: "export function useUsers(set) {\n  useEffect(() => { async function load() { set(await (await fetch('/users')).json()); } void load(); }, []);\n}",
    report: "all",
    errors: [{ line: 2, holder: "fetch('/users')" }],
  },
  {
    title: "a request of a component",
    code: "export function useUsers(set) { useEffect(() => { fetch('/users').then(set); }, []); }",
  },
  {
    title: "a signal",
    code: "export function useUsers(set) { useEffect(() => { const c = new AbortController(); fetch('/users', { signal: c.signal }).then(set); return () => c.abort(); }, []); }",
    report: "all",
  },
  {
    title: "a flag that says to ignore the answer",
    code: "export function useUsers(set) { useEffect(() => { let gone = false; fetch('/users').then((r) => gone || set(r)); return () => { gone = true; }; }, []); }",
    report: "all",
  },
  {
    title: "the handler of a later event",
    code: "export function useUsers(set, button) { useEffect(() => { button.onclick = () => fetch('/users').then(set); }, []); }",
    report: "all",
  },
]);
