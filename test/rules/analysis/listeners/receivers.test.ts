import { expect, it } from "vitest";
import { receiverKind } from "../../../../rules/analysis/listeners/receivers.js";
import { registrationsOf } from "../../../../rules/analysis/listeners/registrations.js";
import { parse } from "../parse.js";

it.each([
  ["function m() { process.stdin.on('x', f); }", "process"],
  ["function m() { matchMedia('print').addEventListener('x', f); }", "global"],
  ["function m() { $(document).on('x', f); }", "global"],
  ["const bus = new Bus(); function m() { bus.on('x', f); }", "module"],
  ["let bus; function m() { bus = new Bus(); bus.on('x', f); }", "own"],
  ["import { bus } from './bus'; function m() { bus.on('x', f); }", "import"],
  ["const bus = require('./bus'); function m() { bus.on('x', f); }", "import"],
  ["function m(req) { req.connection.on('x', f); }", "connection"],
  ["class K { m(req) { this.c = req.connection; this.c.on('x', f); } }", "connection"],
  ["function m(r) { r.on('socket', (s) => { s.on('x', f); }); }", "parameter,connection"],
  ["async function m(pool) { const c = await pool.connect().catch(no); c.on('x', f); }", "pooled"],
  ["class K { m() { const r = this.getRunner(1); const w = r; w.on('x', f); } }", "pooled"],
  ["class K { m() { this.tracks().on('x', f); } }", "accessor"],
  ["class K { constructor(private bus: Bus) { this.bus.on('x', f); } }", "field"],
  ["class K { bus = new Bus(); m() { this.bus.on('x', f); } }", "own field"],
  ["class K { m() { this.on('x', f); } }", "own"],
  ["function m(emitter) { emitter.on('x', f); }", "parameter"],
  ["function m(res) { res.on('x', f); }", "own"],
  ["createServer((socket) => { socket.on('x', f); });", "own"],
  ["function onSocket(socket) { socket.on('x', f); } createServer(onSocket);", "own"],
  ["function Db(topology) { topology.on('x', f); } inherits(Db, Emitter);", "parameter"],
  ["function m() { const child = spawn('a'); child.on('x', f); }", "own"],
])("%s: %s", (code, expected) => {
  const sourceCode = parse(code);
  const kinds = registrationsOf(sourceCode).map((registration) => receiverKind(sourceCode, registration));
  expect(kinds.join()).toBe(expected);
});
