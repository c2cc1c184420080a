/**
 * Reads holders in the running process.
 *
 * A holder is resolved anew at each reading, from a root (a closure whose scopes hold the variable, a function, a
 * module's exports, the global object) along property names, so that a reassigned binding is never read stale.
 * Roots are kept weakly and containers not at all: reading must not keep alive what it measures.
 */
import { createRequire } from "node:module";
import { types } from "node:util";
import { ownSize, reachOf } from "./container-size.js";
import { Array, Map, Object, Reflect, WeakRef } from "./natives.js";
import type { Inspection, RemoteObject, RemoteProperty } from "./inspection.js";
import type { LiveRoot, Reading, SuspendedFrame, TrackedHolder, Variable } from "./protocol.js";

// Taken before the workload can replace it.
// eslint-disable-next-line @typescript-eslint/unbound-method -- applied with the function as `this`
const toText = Function.prototype.toString;
const functionText = (callback: object): string => toText.call(callback);
const commonJsCache = createRequire(import.meta.url).cache;

type Scopes = readonly { readonly variables: () => readonly RemoteProperty[] }[];

interface Tracked extends TrackedHolder {
  readonly objects: Map<LiveRoot, WeakRef<object>>;
  readonly namespaces: Map<LiveRoot, Record<string, unknown>>;
  /** Values of variables that are never assigned again. */
  readonly constants: Map<LiveRoot, WeakRef<object>>;
  /** What the holder reached when it was last counted, and how many readings have gone by without a count. */
  reach: number;
  uncounted: number;
}

/**
 * What a holder reaches is counted at every n-th reading only, the more seldom the more there is to count. By entries,
 * not by time: the same readings are made on a busy machine.
 */
const COUNTED_ALWAYS = 1000;
const COUNTED_EVERY_FOURTH = 10_000;

function countedEvery(reach: number): number {
  return reach <= COUNTED_ALWAYS ? 1 : reach <= COUNTED_EVERY_FOURTH ? 4 : 16;
}

export interface ReadOptions {
  /** `due`: of holders that reach much only now and then. */
  readonly reach: "all" | "due";
  readonly heapIds: boolean;
}

export class LiveHolders {
  readonly #inspection: Inspection;
  #tracked: Tracked[] = [];
  /** Objects looked up by heap id, each a walk of the heap by V8. */
  // eslint-disable-next-line leakproof/no-growing-field -- one for each holder of one verification
  readonly #objects = new Map<string, WeakRef<object> | null>();
  /** Scopes read in this pass, by closure: one walk serves all variables of a module. */
  readonly #scopes = new Map<object, Scopes>();
  readonly #samples = new Map<string, WeakRef<object>>();

  constructor(inspection: Inspection) {
    this.#inspection = inspection;
  }

  /** Replaces the holders to be read. Heap ids must be those of the last snapshot. */
  async track(holders: readonly TrackedHolder[]): Promise<void> {
    const known = new Map(this.#tracked.map((holder) => [holder.key, holder]));
    this.#tracked = [];
    for (const holder of holders) {
      const before = known.get(holder.key);
      if (before !== undefined) {
        this.#tracked.push(before);
        continue;
      }
      const tracked: Tracked = {
        ...holder,
        objects: new Map(),
        namespaces: new Map(),
        constants: new Map(),
        reach: 0,
        uncounted: 0,
      };
      await this.#findRoots(tracked);
      this.#tracked.push(tracked);
    }
    this.#release();
  }

  // In order of the roots, and no further than the first that leads to the holder: each look-up walks the heap.
  async #findRoots(holder: Tracked): Promise<void> {
    for (const root of holder.roots) {
      if (root.kind === "scope" || root.kind === "object") {
        const object = this.#objectOf(root.kind === "scope" ? root.closure : root.heapId);
        if (object !== null) holder.objects.set(root, object);
      } else if (root.kind === "namespace") {
        // Loaded already, so this answers the module map's own instance and runs nothing.
        holder.namespaces.set(root, (await import(root.url)) as Record<string, unknown>);
      }
      const value = this.#resolve(holder, root);
      if (value !== undefined && value !== null) return;
    }
  }

  #objectOf(heapId: string): WeakRef<object> | null {
    const known = this.#objects.get(heapId);
    if (known !== undefined) return known;
    const remote = this.#inspection.objectOfHeapId(heapId);
    const object = remote === null ? undefined : this.#inspection.handOver(remote);
    const reference = isObject(object) ? new WeakRef(object) : null;
    this.#objects.set(heapId, reference);
    return reference;
  }

  /** Reads every tracked holder. */
  read(options: ReadOptions): Reading[] {
    const readings = this.#tracked.map((holder) => this.#readHolder(holder, options));
    this.#release();
    return readings;
  }

  /**
   * Which callbacks were written by users: a bound function counts as what it binds, and functions that are in no
   * script, such as a promise's `resolve`, do.
   *
   * @param nodeScripts ids of Node's own scripts
   */
  workloadCallbacks(nodeScripts: ReadonlySet<string>): (callback: object) => boolean {
    // Asking the inspector where a function was written takes a while, and a list of timers has thousands of few.
    // eslint-disable-next-line leakproof/no-unbounded-cache -- for one passing of time
    const known = new Map<string, boolean>();
    return (callback) => {
      const text = functionText(callback);
      let answer = known.get(text);
      if (answer === undefined) known.set(text, (answer = this.#isWorkloads(callback, nodeScripts)));
      return answer;
    };
  }

  #isWorkloads(callback: object, nodeScripts: ReadonlySet<string>): boolean {
    const { internalProperties = [] } = this.#inspection.properties(this.#inspection.remoteOf(callback));
    const target = internalProperties.find(({ name }) => name === "[[TargetFunction]]")?.value;
    if (target !== undefined) {
      const bound = this.#inspection.handOver(target);
      return isObject(bound) && this.#isWorkloads(bound, nodeScripts);
    }
    const location = internalProperties.find(({ name }) => name === "[[FunctionLocation]]")?.value?.value;
    const scriptId = (location as { scriptId?: string } | undefined)?.scriptId;
    return scriptId === undefined || !nodeScripts.has(scriptId);
  }

  /** Holds objects weakly, by the heap ids of the last snapshot, in place of those sampled before. */
  sample(heapIds: readonly string[]): void {
    this.#samples.clear();
    for (const heapId of heapIds) {
      const remote = this.#inspection.objectOfHeapId(heapId);
      const object = remote === null ? undefined : this.#inspection.handOver(remote);
      if (isObject(object)) this.#samples.set(heapId, new WeakRef(object));
    }
    this.#release();
  }

  /** Heap ids of the sampled objects that have not been collected. */
  survivors(): string[] {
    return [...this.#samples].filter(([, reference]) => reference.deref() !== undefined).map(([heapId]) => heapId);
  }

  /** The local variables of suspended generators and async functions; those that are gone are left out. */
  suspendedFrames(heapIds: readonly string[]): SuspendedFrame[] {
    const frames = heapIds.flatMap((heapId) => {
      const remote = this.#inspection.objectOfHeapId(heapId);
      return remote?.objectId === undefined ? [] : [{ heapId, ...this.#frameOf(remote.objectId) }];
    });
    this.#release();
    return frames;
  }

  /** The variables, but for global ones, that each of these closures sees: none where it is gone. */
  variablesSeen(closures: readonly string[]): Variable[][] {
    const seen = closures.map((heapId) => {
      const closure = this.#objectOf(heapId)?.deref();
      if (closure === undefined) return [];
      return this.#scopesOf(closure).flatMap(({ variables }) => this.#objectsOf(variables()));
    });
    this.#release();
    return seen;
  }

  #objectsOf(properties: readonly RemoteProperty[]): Variable[] {
    return properties.flatMap(({ name, value }) =>
      value?.objectId === undefined ? [] : [{ name, heapId: this.#inspection.heapIdOf(value.objectId) }],
    );
  }

  #frameOf(generator: string): Omit<SuspendedFrame, "heapId"> {
    const { internalProperties = [] } = this.#inspection.properties(generator);
    const list = internalProperties.find(({ name }) => name === "[[Scopes]]")?.value?.objectId;
    const scopes = list === undefined ? [] : this.#inspection.properties(list).result;
    let functionName = "";
    const locals = scopes.flatMap(({ value }) => {
      const { objectId, description = "" } = value ?? {};
      const scope = /^(?:Local|Block)(?: \((.*)\))?$/.exec(description);
      if (objectId === undefined || scope === null) return [];
      functionName ||= scope[1] ?? "";
      return this.#objectsOf(this.#inspection.properties(objectId).result);
    });
    return { functionName, locals };
  }

  // Remote objects are GC roots, and the scopes read in this pass are remote objects.
  #release(): void {
    this.#scopes.clear();
    this.#inspection.release();
  }

  #readHolder(holder: Tracked, options: ReadOptions): Reading {
    for (const root of holder.roots) {
      const value = this.#resolve(holder, root);
      if (value === undefined || value === null) continue;
      return {
        key: holder.key,
        state: "read",
        type: typeName(value),
        size: ownSize(value),
        reach: isCountDue(holder, options) ? this.#count(holder, value) : null,
        heapId: options.heapIds && isObject(value) ? this.#heapIdOf(value) : null,
      };
    }
    return { key: holder.key, state: "gone" };
  }

  #resolve(holder: Tracked, root: LiveRoot): unknown {
    let value: unknown;
    switch (root.kind) {
      case "scope":
        value = this.#scopeValue(holder, root);
        break;
      case "object":
        value = holder.objects.get(root)?.deref();
        break;
      case "namespace":
        value = holder.namespaces.get(root)?.[root.name];
        break;
      case "commonjs":
        value = commonJsCache[root.file]?.exports;
        break;
      case "global":
        value = globalThis;
    }
    for (const name of holder.properties) {
      if (!isObject(value)) return undefined;
      value = name.startsWith("#")
        ? this.#privateField(value, name)
        : dataProperty(value, name, root.kind === "commonjs");
    }
    return value;
  }

  #scopeValue(holder: Tracked, root: Extract<LiveRoot, { kind: "scope" }>): unknown {
    const closure = holder.objects.get(root)?.deref();
    if (closure === undefined) return undefined;
    // A constant is looked up once: the scope of a large module has thousands of variables, all read with it.
    const known = holder.constants.get(root)?.deref();
    if (known !== undefined) return known;
    const value = this.#scopeVariable(closure, root.variable, root.pick);
    if (root.isConstant && isObject(value)) holder.constants.set(root, new WeakRef(value));
    return value;
  }

  #scopeVariable(closure: object, variable: string, pick: "outermost" | "innermost"): unknown {
    let scopes = this.#scopes.get(closure);
    if (scopes === undefined) {
      scopes = this.#scopesOf(closure);
      this.#scopes.set(closure, scopes);
    }
    for (const scope of pick === "innermost" ? scopes : [...scopes].reverse()) {
      const found = scope.variables().find((property) => property.name === variable);
      if (found?.value !== undefined) return this.#valueOf(found.value);
    }
    return undefined;
  }

  /** The closure's scopes but the global ones, innermost first; the variables of each are read when asked for. */
  #scopesOf(closure: object): Scopes {
    const { internalProperties = [] } = this.#inspection.properties(this.#inspection.remoteOf(closure));
    const list = internalProperties.find((property) => property.name === "[[Scopes]]")?.value?.objectId;
    if (list === undefined) return [];
    return this.#inspection.properties(list).result.flatMap(({ value }) => {
      const { objectId, description = "" } = value ?? {};
      if (objectId === undefined || /^(Global|Script)\b/.test(description)) return [];
      let variables: readonly RemoteProperty[] | undefined;
      return [{ variables: () => (variables ??= this.#inspection.properties(objectId).result) }];
    });
  }

  #privateField(object: object, name: string): unknown {
    const { privateProperties = [] } = this.#inspection.properties(this.#inspection.remoteOf(object));
    const field = privateProperties.find((property) => property.name === name)?.value;
    return field === undefined ? undefined : this.#valueOf(field);
  }

  #valueOf(remote: RemoteObject): unknown {
    return remote.objectId === undefined ? remote.value : this.#inspection.handOver(remote);
  }

  #count(holder: Tracked, value: unknown): number {
    holder.reach = this.#reach(value);
    holder.uncounted = 0;
    return holder.reach;
  }

  // A WeakMap's live entries are only visible to the inspector.
  #reach(value: unknown): number {
    if (typeof value !== "object" || value === null || ownSize(value) !== null) return reachOf(value);
    const { internalProperties = [] } = this.#inspection.properties(this.#inspection.remoteOf(value));
    const entries = internalProperties.find((property) => property.name === "[[Entries]]")?.value;
    const list = entries === undefined ? undefined : this.#inspection.handOver(entries);
    if (!Array.isArray(list)) return 0;
    let count = 0;
    // The inspector's arrays have no prototype.
    for (let i = 0; i < list.length; i++) count += 1 + reachOf((list[i] as { value?: unknown }).value);
    return count;
  }

  #heapIdOf(value: object): string {
    return this.#inspection.heapIdOf(this.#inspection.remoteOf(value));
  }
}

function isCountDue(holder: Tracked, { reach }: ReadOptions): boolean {
  holder.uncounted++;
  return reach === "all" || holder.uncounted >= countedEvery(holder.reach);
}

// Getters are not run, but for the re-exports that compilers write on `exports`.
function dataProperty(object: object, name: string, mayCallGetter: boolean): unknown {
  if (types.isProxy(object)) return undefined;
  for (let owner: object | null = object; owner !== null; owner = Object.getPrototypeOf(owner) as object | null) {
    const descriptor = Object.getOwnPropertyDescriptor(owner, name);
    if (descriptor === undefined) continue;
    if ("value" in descriptor) return descriptor.value;
    return mayCallGetter && owner === object ? Reflect.get(object, name) : undefined;
  }
  return undefined;
}

function typeName(value: unknown): string {
  if (!isObject(value)) return typeof value;
  if (typeof value === "function") return "Function";
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null) return "Object";
  const constructor: unknown = dataProperty(value, "constructor", false);
  return typeof constructor === "function" && typeof constructor.name === "string" && constructor.name !== ""
    ? constructor.name
    : "Object";
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
