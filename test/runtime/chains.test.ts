import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { JudgedFinding, UnflaggedGrowth, VerificationResult } from "../../runtime/verdict/result.js";
import { project, verifyJson } from "./command.js";

type Growing = JudgedFinding | UnflaggedGrowth;

/** What keeps objects without end, with a finding or without. */
function leaksIn({ findings, unflagged }: VerificationResult): Growing[] {
  return [...findings.filter(({ verdict }) => verdict === "confirmed"), ...unflagged];
}

const edges = ({ chain }: Growing): string[] => chain.map(({ edge }) => edge);

interface Subject {
  readonly what: string;
  readonly file: string;
  readonly code: string;
  /** Hops of the chain, in order, with others between them. */
  readonly edges: readonly (string | RegExp)[];
  /** Those of a finding's chain, where they are not the same. */
  readonly flagged?: readonly string[];
  readonly advice: RegExp;
}

const ELEMENT = /^\[\d+\]$/;

const subjects: readonly Subject[] = [
  {
    what: "an Error whose stack nobody reads",
    file: "errors.mjs",
    code: `const failures = [];
class Job {
  constructor(i) { this.input = Array.from({ length: 20 }, () => ({ i })); }
  execute() { failures.push(new Error("no")); }
}
export const iteration = (i) => new Job(i).execute();`,
    edges: ["module", "failures", ELEMENT, /^stack frame of (?:execute|Job) in an unread Error$/],
    advice: /^read error\.stack once/,
  },
  {
    what: "a local of a suspended async function",
    file: "uploads.mjs",
    code: `const open = new Set();
const never = new Promise(() => {});
async function upload(i) {
  const chunks = [{ i }, { i }, { i }];
  await never;
  return chunks;
}
export const iteration = (i) => { open.add(upload(i)); };`,
    edges: ["module", /^local chunks of suspended upload$/],
    advice: /^let upload finish/,
  },
  {
    what: "a local of a suspended generator",
    file: "walks.mjs",
    code: `const walks = [];
function* walk(i) {
  const visited = [{ i }, { i }, { i }];
  yield visited.length;
  return visited;
}
export const iteration = (i) => { const it = walk(i); it.next(); walks.push(it); };`,
    edges: ["module", "walks", ELEMENT, "local visited of suspended walk"],
    advice: /^let walk finish/,
  },
  {
    what: "the value of a WeakMap",
    file: "notes.mjs",
    code: `const notes = new WeakMap();
const app = { name: "app" };
notes.set(app, []);
export const iteration = (i) => { notes.get(app).push({ i }); };`,
    flagged: ["module", "notes"],
    edges: ["module", "app", "[value in WeakMap notes]"],
    advice: /notes/,
  },
  {
    what: "a reaction of a pending promise",
    file: "ready.mjs",
    code: `const connected = new Promise(() => {});
export const iteration = (i) => { const request = { i }; void connected.then(() => request); };`,
    edges: ["module", "connected", "pending reaction"],
    advice: /^do not wait on the long-lived promise anew/,
  },
  {
    what: "a timer",
    file: "timers.mjs",
    code: `export const iteration = (i) => {
  const session = { i };
  const timer = setInterval(() => session, 86_400_000);
  timer.unref();
};`,
    edges: ["Node's timers"],
    advice: /^clear the timer/,
  },
  {
    what: "what a function is bound to",
    file: "bound.mjs",
    code: `const cleanups = [];
class Page {
  constructor(i) { this.nodes = [{ i }, { i }, { i }]; }
  close() { return this.nodes; }
}
export const iteration = (i) => { const page = new Page(i); cleanups.push(page.close.bind(page)); };`,
    edges: ["module", "cleanups", ELEMENT, /this$/],
    advice: /cleanups/,
  },
  {
    what: "a property under a symbol",
    file: "symbols.mjs",
    code: `const kRequests = Symbol("requests");
class Server { constructor() { this[kRequests] = []; } handle(i) { this[kRequests].push({ i }); } }
const server = new Server();
export const iteration = (i) => server.handle(i);`,
    edges: ["module", "server", "[requests]"],
    advice: /requests/,
  },
  {
    what: "a private field",
    file: "private.mjs",
    code: `class Registry { #sessions = new Map(); open(i) { this.#sessions.set(i, { i }); } }
const registry = new Registry();
export const iteration = (i) => registry.open(i);`,
    edges: ["module", "registry", ".#sessions"],
    advice: /sessions/,
  },
];

/** Slots and fields of V8's and Node's that are no words of the language. */
const MACHINERY =
  /^\.?(?:bound_\w+|context|elements|extension|parameters_and_registers|previous|properties|reactions_or_result|table|_idle\w+)$/;

describe.each([
  { how: "of findings", report: null },
  { how: "of growth that no finding explains", report: [] },
])("chains $how", ({ report }) => {
  let folder: string;
  let result: VerificationResult;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(realpathSync(tmpdir()), "leakproof-chains-"));
    for (const { file, code } of subjects) writeFileSync(path.join(folder, file), code);
    writeFileSync(path.join(folder, "workload.mjs"), workloadOf(subjects.map(({ file }) => file)));
    if (report !== null) writeFileSync(path.join(folder, "lint.json"), JSON.stringify(report));
    result = await verifyJson([...(report === null ? [] : ["lint.json"]), "--workload", "workload.mjs"], {
      cwd: folder,
    });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(subjects)("lead to $what in the language's words, with advice", ({ edges: hops, flagged, advice }) => {
    const found = leaksIn(result).filter((leak) => leadsAlong(edges(leak), ("ruleId" in leak && flagged) || hops));
    expect(found.map((leak) => leak.advice)).toContainEqual(expect.stringMatching(advice));
  });

  it("have no words of V8's and Node's own", () => {
    expect(
      leaksIn(result)
        .flatMap(edges)
        .filter((edge) => MACHINERY.test(edge)),
    ).toEqual([]);
  });

  it("begin at a module or at what is Node's, and have one hop that is flagged", () => {
    for (const { chain, reason } of leaksIn(result)) {
      expect([reason, chain[0]?.edge]).toEqual([reason, expect.stringMatching(/^(?:module|Node's timers)$/)]);
      expect([reason, chain.filter((hop) => hop.flagged).length]).toEqual([reason, 1]);
    }
  });
});

function workloadOf(files: readonly string[]): string {
  const imports = files.map((file, index) => `import { iteration as run${index} } from "./${file}";\n`);
  const calls = files.map((_, index) => `  run${index}(i);\n`);
  return `${imports.join("")}export function iteration(i) {\n${calls.join("")}}\n`;
}

/** Whether the edges come in this order, with others between them. */
function leadsAlong(edges: readonly string[], hops: Subject["edges"]): boolean {
  let at = 0;
  for (const edge of edges) {
    const hop = hops[at];
    if (hop !== undefined && (typeof hop === "string" ? edge === hop : hop.test(edge))) at++;
  }
  return at === hops.length;
}

const leaking = `const kept = [];
export const iteration = (i) => { kept.push({ i }); };
`;
const suppressed = leaking.replace(
  "const",
  "// eslint-disable-next-line leakproof/no-grow-only-registry -- a test\nconst",
);
/** Growth that no rule of ours takes for a holder. */
const unflaggable = `const queue = { waiting: new Promise(() => {}) };
export const iteration = (i) => { const job = { i }; void queue.waiting.then(() => job); };
`;

/** What was reported of these modules, one after the other. */
async function verified(
  modules: Readonly<Record<string, string>>,
  args: readonly string[] = [],
  files: Readonly<Record<string, string>> = {},
): Promise<VerificationResult & { readonly code: number | null }> {
  const folder = project({ ...modules, ...files, "workload.mjs": workloadOf(Object.keys(modules)) });
  return verifyJson([...args, "--workload", "workload.mjs"], { cwd: folder });
}

describe("growth that no finding explains", () => {
  it("is not reported where one rule is asked for", async () => {
    const files = { "flagged.mjs": leaking, "jobs.mjs": unflaggable };
    const only = await verified(files, ["--only", "no-grow-only-registry"]);
    expect(only).toMatchObject({ findings: [{ verdict: "confirmed", file: "flagged.mjs" }], unflagged: [] });
    const all = await verified(files);
    expect(all.unflagged).toMatchObject([{ file: "jobs.mjs" }]);
  });

  it("is not what a suppressed finding explains", async () => {
    const result = await verified({ "kept.mjs": suppressed });
    expect(result).toMatchObject({ findings: [], unflagged: [], code: 0 });
    const unsuppressed = await verified({ "kept.mjs": leaking });
    expect(unsuppressed).toMatchObject({ findings: [{ verdict: "confirmed" }], unflagged: [], code: 1 });
  });

  it("is one entry for two arrays of one owner", async () => {
    const table = `class Table {
  constructor() { this.keys = []; this.rows = []; }
  add(i) { this.keys.push({ i }); this.rows.push({ i, text: "row " + i }); }
}
const table = new Table();
export const iteration = (i) => table.add(i);
`;
    const result = await verified({ "table.mjs": table }, ["none.json"], { "none.json": "[]" });
    expect(result.unflagged).toMatchObject([
      {
        reason: expect.stringMatching(/^table\.(rows|keys) grows .* \(and so (?:do|does) table\.(?!\1)(?:rows|keys)\)/),
      },
    ]);
  });

  it("is ranked by the bytes that stay of each iteration", async () => {
    const promise = (name: string, size: number): string => `const ${name} = { waiting: new Promise(() => {}) };
export const iteration = (i) => {
  const job = Array.from({ length: ${size} }, () => ({ i }));
  void ${name}.waiting.then(() => job);
};
`;
    const result = await verified({
      "small.mjs": promise("small", 1),
      "large.mjs": promise("large", 40),
      "middle.mjs": promise("middle", 10),
    });
    expect(result.unflagged.map(({ file }) => file)).toEqual(["large.mjs", "middle.mjs", "small.mjs"]);
    const bytes = result.unflagged.map(({ growth }) => growth?.bytesPerIteration ?? 0);
    expect(bytes).toEqual([...bytes].sort((left, right) => right - left));
  });
});
