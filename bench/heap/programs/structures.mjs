/** What servers keep: Maps of sessions with closures, promises, WeakMap entries and listeners. */
/* eslint-disable leakproof/no-growing-field -- what is kept is what is measured */
import { EventEmitter } from "node:events";
import { writeSnapshot } from "./snapshot.mjs";

const [path, sessionCount] = process.argv.slice(2);

class Session {
  constructor(id, server) {
    this.id = id;
    this.name = `session ${id}`;
    this.visits = Array.from({ length: 4 }, (_, visit) => ({ at: id * 1000 + visit, url: `/page/${id}/${visit}` }));
    this.attributes = new Map([
      ["language", `language ${id % 50}`],
      ["cart", { items: [id, id + 1], total: id * 1.5 }],
    ]);
    this.tags = new Set([`tag ${id % 100}`, `tag ${id % 7}`]);
    this.onTick = () => this.visits.push({ at: server.clock, url: this.name });
    this.waiting = new Promise((resolve) => void (this.finish = resolve)).then(() => this.visits.length);
    this.emitter = new EventEmitter();
    this.emitter.on("visit", this.onTick);
    this.emitter.once("end", () => server.sessions.delete(id));
  }
}

class Server {
  clock = 0;
  sessions = new Map();
  details = new WeakMap();

  open(id) {
    const session = new Session(id, this);
    this.sessions.set(id, session);
    this.details.set(session, { headers: { agent: `agent ${id % 30}`, host: `host ${id}` }, body: new Uint8Array(16) });
  }
}

const server = new Server();
for (let id = 0; id < Number(sessionCount); id++) server.open(id);
await writeSnapshot(path);
console.log(server.sessions.size);
