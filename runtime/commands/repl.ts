/** A prompt on a heap, with the verbs of objgraph as functions. */
import { existsSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import repl, { Recoverable, type REPLEval, type REPLServer } from "node:repl";
import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import { types } from "node:util";
import { runInContext, Script, type Context } from "node:vm";
import { InputError } from "../input-error.js";
import { isModule, type Chain, type GraphOptions, type Heap, type ObjectGraph } from "../query/index.js";
import { renderGraph } from "../report/graph.js";
import {
  branchText,
  chainText,
  duplicatesText,
  growthText,
  largestText,
  newObjectsText,
  objectsText,
  referencesText,
  slicesText,
  summaryText,
  typesText,
} from "../report/heap-text.js";
import { exitCode } from "./exit-codes.js";
import type { HeapSource } from "./heap-questions.js";
import { ReplAnswers } from "./repl-answers.js";

export interface ReplSource extends HeapSource {
  /** The heap that the prompt begins with. */
  readonly heap: Heap;
  /** Names of the program's own that can be used at the prompt. */
  readonly names?: readonly string[];
}

type ObjectNames = Parameters<Heap["backrefs"]>[0];

interface DrawOptions extends GraphOptions {
  /** Where the picture goes; what it ends in says which kind: .dot, .svg, .png, .html. */
  readonly filename?: string;
}

const HISTORY = ".leakproof_history";
/** Where a call has a class's name as its first text. */
const OPEN_CLASS_NAME = /\b(?:count|byType|newOfType)\((["'])([^"']*)$/;

const HELP = `count("DB")                         objects of a class
byType("DB").at(-1)                 the newest of them
types({ sort: "retained" })         classes by count, shallow or retained bytes
at("@1234")  find(predicate)        an object by its id; objects by a predicate
findBackrefChain(object, isModule)  the shortest chain from a module
findRefChain(object, predicate)     the shortest chain to an object like that
showChain(chain)                    draws a chain
showBackrefs(object, { maxDepth: 15, filename: "db.html" })   draws what refers to it
showRefs(object, { filter, highlight, extraInfo, tooMany })   draws what it refers to
referrers(object)  references(object)  retainedSize(object)  dominated(object)
largest()  duplicates()  slices()  summary()
growth()                            classes with more objects than at the last call
take()                              takes the heap again, of what is alive
newObjects()                        objects that the heap before it had not
app("errors.clear()")               evaluates in the process; so does whatever is no name here
.help  .exit
`;

/** Runs until the user leaves. @returns the exit code */
export async function runRepl(source: ReplSource): Promise<number> {
  const session = new Session(source);
  process.stdout.write(`${session.greeting()}\n`);
  const turns = new Turns();
  const server = repl.start({
    prompt: "heap> ",
    input: process.stdin.isTTY ? process.stdin : lineByLine(process.stdin, turns),
    output: process.stdout,
    terminal: process.stdin.isTTY && process.stdout.isTTY,
    eval: evaluatorOf(session, turns),
    writer: (value) => session.answers.textOf(value),
    preview: false,
  });
  Object.assign(server.context, session.verbs());
  Object.defineProperty(server.context, "heap", { get: () => session.heap, enumerable: true });
  completeClassNames(server, session);
  server.defineCommand("help", {
    help: "what can be asked",
    action() {
      this.output.write(HELP);
      this.displayPrompt();
    },
  });
  if (process.stdin.isTTY) server.setupHistory(path.join(homedir(), HISTORY), () => {});
  await new Promise<void>((resolve) => server.once("exit", resolve));
  await turns.idle();
  return exitCode.ok;
}

/** One line after the other: a process answers one question at a time. */
class Turns {
  #last: Promise<unknown> = Promise.resolve();

  take(work: () => Promise<unknown>): void {
    this.#last = this.#last.then(work, work);
  }

  async idle(): Promise<void> {
    await this.#last;
  }
}

/** Lines of a pipe, each when the one before it was answered: Node's prompt would take them all at once. */
function lineByLine(source: NodeJS.ReadableStream, turns: Turns): NodeJS.ReadableStream {
  const lines = new PassThrough();
  const pass = async (): Promise<void> => {
    const reader = createInterface({ input: source });
    try {
      for await (const line of reader) {
        lines.write(`${line}\n`);
        await nextTurn();
        await turns.idle();
      }
    } finally {
      reader.close();
      lines.end();
    }
  };
  void pass();
  return lines;
}

class Session {
  readonly answers = new ReplAnswers();
  readonly #source: ReplSource;
  #heap: Heap;
  #before: Heap | null = null;
  #counted: ReturnType<Heap["counts"]>;
  #pictures = 0;

  constructor(source: ReplSource) {
    this.#source = source;
    this.#heap = source.heap;
    this.#counted = source.heap.counts();
  }

  get heap(): Heap {
    return this.#heap;
  }

  greeting(): string {
    const { nodeCount } = this.#heap.graph;
    const { name, names = [] } = this.#source;
    return [
      `${name}: ${nodeCount.toLocaleString("en-US")} nodes. \`.help\` lists what can be asked, \`.exit\` leaves.`,
      ...(names.length > 0 ? [`Modules of the program: ${names.join(", ")}`] : []),
    ].join("\n");
  }

  /** The names at the prompt. They ask the newest heap. */
  verbs(): Record<string, unknown> {
    const { answers } = this;
    return {
      isModule,
      count: (name: string) => this.#heap.count(name),
      byType: (name: string) => answers.rows(this.#heap.byType(name), objectsText),
      at: (id: number | string) => this.#heap.at(id),
      find: (...given: Parameters<Heap["find"]>) => answers.rows(this.#heap.find(...given), objectsText),
      types: (...given: Parameters<Heap["types"]>) => answers.shown(this.#heap.types(...given), typesText),
      findBackrefChain: (...given: Parameters<Heap["findBackrefChain"]>) =>
        this.#chain(this.#heap.findBackrefChain(...given)),
      findRefChain: (...given: Parameters<Heap["findRefChain"]>) => this.#chain(this.#heap.findRefChain(...given)),
      referrers: (...given: Parameters<Heap["referrers"]>) =>
        answers.rows(this.#heap.referrers(...given), (rows) => referencesText(rows, "from")),
      references: (...given: Parameters<Heap["references"]>) =>
        answers.rows(this.#heap.references(...given), (rows) => referencesText(rows, "to")),
      retainedSize: (...given: Parameters<Heap["retainedSize"]>) => this.#heap.retainedSize(...given),
      dominated: (...given: Parameters<Heap["dominated"]>) => answers.shown(this.#heap.dominated(...given), branchText),
      largest: (limit?: number) => answers.shown(this.#heap.largest(limit), largestText),
      duplicates: (limit?: number) => answers.shown(this.#heap.duplicates(limit), duplicatesText),
      slices: (limit?: number) => answers.shown(this.#heap.slices(limit), slicesText),
      summary: () => answers.shown(this.#heap.summary(), summaryText),
      growth: (limit?: number) => this.#growth(limit),
      newObjects: () => this.#newObjects(),
      take: () => this.#take(),
      showBackrefs: (objects: ObjectNames, options: DrawOptions = {}) =>
        this.#draw(this.#heap.backrefs(objects, options), options),
      showRefs: (objects: ObjectNames, options: DrawOptions = {}) =>
        this.#draw(this.#heap.refs(objects, options), options),
      showChain: (chain: Chain | null, options: DrawOptions = {}) => {
        if (chain === null) throw new InputError("there is no chain to draw");
        return this.#draw(this.#heap.chain(chain, options), options);
      },
      app: (expression: string) => this.evaluate(expression),
    };
  }

  /** Evaluates in the process that the heap is of. */
  async evaluate(expression: string): Promise<unknown> {
    const { evaluate, name } = this.#source;
    if (evaluate === undefined) throw new InputError(`${name} is no running process to evaluate in`);
    return this.answers.text(await evaluate(expression));
  }

  get canEvaluate(): boolean {
    return this.#source.evaluate !== undefined;
  }

  #chain(chain: Chain | null): Chain | null {
    return chain === null ? null : this.answers.shown(chain, chainText);
  }

  async #take(): Promise<unknown> {
    if (!this.#source.isLive) throw new InputError(`${this.#source.name} is a file: there is no other heap to take`);
    const startedAt = performance.now();
    const heap = await this.#source.take();
    this.#before = this.#heap;
    this.#heap = heap;
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    return this.answers.text(`${heap.graph.nodeCount.toLocaleString("en-US")} nodes, in ${seconds} s`);
  }

  async #growth(limit?: number): Promise<unknown> {
    if (this.#source.isLive) await this.#take();
    const growth = this.#heap.growth(this.#counted, limit);
    this.#counted = this.#heap.counts();
    return this.answers.shown(growth, growthText);
  }

  #newObjects(): unknown {
    if (this.#before === null) throw new InputError("there is no heap before this one: take() another first");
    return this.answers.shown(this.#heap.newObjects(this.#before), newObjectsText);
  }

  async #draw(graph: ObjectGraph, { filename = this.#freeName() }: DrawOptions): Promise<unknown> {
    const picture = await renderGraph(graph, path.extname(filename), { title: path.basename(filename) });
    writeFileSync(filename, picture, { mode: 0o600 });
    const { length } = graph.nodes;
    return this.answers.text(`Graph written to ${filename} (${length} ${length === 1 ? "node" : "nodes"})`);
  }

  #freeName(): string {
    for (;;) {
      const name = `heap-${++this.#pictures}.svg`;
      if (!existsSync(name)) return name;
    }
  }
}

/** What begins with a name that is none at the prompt is for the program; promises are waited for. */
function evaluatorOf(session: Session, turns: Turns): REPLEval {
  return (code, context, _, done) => {
    const evaluate = (): unknown => {
      const script = compile(code.trim());
      return session.canEvaluate && isForProgram(code, context)
        ? session.evaluate(code.trim())
        : script.runInContext(context);
    };
    turns.take(async () => {
      try {
        done(null, await evaluate());
      } catch (error) {
        if (error instanceof InputError) done(null, session.answers.text(error.message));
        // Errors of the prompt's own context are of another realm.
        else
          done(
            error instanceof Recoverable || types.isNativeError(error) ? error : new Error(String(error)),
            undefined,
          );
      }
    });
  };
}

/** @throws {Recoverable} where more lines are to come */
function compile(text: string): Script {
  // What begins with a brace is an object, where it can be.
  const sources = text.startsWith("{") ? [`(${text})`, text] : [text];
  if (/\bawait\b/.test(text)) sources.push(`(async () => (${text}))()`);
  let first: unknown = null;
  for (const source of sources) {
    try {
      return new Script(source, { filename: "prompt" });
    } catch (error) {
      first ??= error;
    }
  }
  throw first instanceof SyntaxError && INCOMPLETE.test(first.message) ? new Recoverable(first) : first;
}

const INCOMPLETE = /^(?:Unexpected end of input|Unterminated template literal|missing \) after argument list)/;

function isForProgram(code: string, context: Context): boolean {
  const name = /^\s*(?:await\s+)?([\p{ID_Start}$_][\p{ID_Continue}$]*)/u.exec(code)?.[1];
  const isAssigned = /^\s*[\p{ID_Start}$_][\p{ID_Continue}$]*\s*=(?![=>])/u.test(code);
  if (name === undefined || isAssigned || /^(?:let|async|static|of|yield)$/.test(name)) return false;
  try {
    return runInContext(`typeof ${name}`, context) === "undefined";
  } catch {
    return false; // a word of the language, or a name that is not initialized yet
  }
}

type Completer = (line: string, done: (error: Error | null, result: [string[], string]) => void) => void;

function completeClassNames(server: REPLServer, session: Session): void {
  const own = server as unknown as { completer: Completer };
  const completeHere = own.completer.bind(server);
  own.completer = (line, done) => {
    const [, , start] = OPEN_CLASS_NAME.exec(line) ?? [];
    if (start === undefined) {
      completeHere(line, done);
      return;
    }
    const names = [...session.heap.counts().keys()].filter((name) => name.startsWith(start));
    done(null, [names.sort(), start]);
  };
}
