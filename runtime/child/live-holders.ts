/**
 * Reads holders in the running process.
 *
 * A holder is resolved anew at each reading, from a root (a closure whose scopes hold the variable, a function, a
 * module's exports, the global object) along property names, so that a reassigned binding is never read stale.
 * Roots are kept weakly and containers not at all: reading must not keep alive what it measures.
 */
import { createRequire } from "node:module";
import { performance } from "node:perf_hooks";
import { types } from "node:util";
import { ownSize, reachOf } from "./container-size.js";
import type { Inspection, RemoteObject, RemoteProperty } from "./inspection.js";
import type { LiveRoot, Reading, TrackedHolder } from "./protocol.js";

// The workload may replace the global one.
const now = performance.now.bind(performance);
const HOOK = "leakproof.hand-over";
const commonJsCache = createRequire(import.meta.url).cache;

type Scopes = readonly (readonly RemoteProperty[])[];

interface Tracked extends TrackedHolder {
  readonly objects: Map<LiveRoot, WeakRef<object>>;
  readonly namespaces: Map<LiveRoot, Record<string, unknown>>;
  /** Milliseconds that the last count of what the holder reaches took. */
  reachCost: number;
}

/** Counts of what a holder reaches that took longer than this are left out of readings that come often. */
const CHEAP_REACH_MS = 1;

export interface ReadOptions {
  readonly reach: "all" | "cheap" | "none";
  readonly heapIds: boolean;
}

export class LiveHolders {
  readonly #inspection: Inspection;
  #tracked: Tracked[] = [];
  /** Objects looked up by heap id, each a walk of the heap by V8. */
  readonly #resolved = new Map<string, WeakRef<object> | null>();
  /** Scopes read in this pass, by closure: one walk serves all variables of a module. */
  #scopes = new Map<object, Scopes>();

  constructor(inspection: Inspection) {
    this.#inspection = inspection;
  }

  /** Replaces the holders to be read; answers the keys of those that lead to a value now. */
  async track(holders: readonly TrackedHolder[]): Promise<number[]> {
    const resolve = (heapId: string): WeakRef<object> | null => {
      const known = this.#resolved.get(heapId);
      if (known !== undefined) return known;
      const remote = this.#inspection.objectOfHeapId(heapId);
      const object = remote === null ? undefined : this.#handOver(remote);
      const reference = isObject(object) ? new WeakRef(object) : null;
      this.#resolved.set(heapId, reference);
      return reference;
    };
    this.#tracked = [];
    for (const holder of holders) {
      const objects = new Map<LiveRoot, WeakRef<object>>();
      const namespaces = new Map<LiveRoot, Record<string, unknown>>();
      for (const root of holder.roots) {
        if (root.kind === "scope" || root.kind === "object") {
          const reference = resolve(root.kind === "scope" ? root.closure : root.heapId);
          if (reference !== null) objects.set(root, reference);
        } else if (root.kind === "namespace") {
          // Loaded already, so this answers the module map's own instance and runs nothing.
          namespaces.set(root, (await import(root.url)) as Record<string, unknown>);
        }
      }
      this.#tracked.push({ ...holder, objects, namespaces, reachCost: 0 });
    }
    this.#inspection.release();
    return this.read({ reach: "none", heapIds: false })
      .filter((reading) => reading.state === "read")
      .map((reading) => reading.key);
  }

  /** Reads every tracked holder. */
  read(options: ReadOptions): Reading[] {
    this.#scopes = new Map();
    const readings = this.#tracked.map((holder) => this.#readHolder(holder, options));
    this.#scopes = new Map();
    this.#inspection.release();
    return readings;
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
        reach: this.#isReachWanted(holder, options) ? this.#timedReach(holder, value) : null,
        heapId: options.heapIds && isObject(value) ? this.#heapIdOf(value) : null,
      };
    }
    return { key: holder.key, state: "gone" };
  }

  #resolve(holder: Tracked, root: LiveRoot): unknown {
    let value: unknown;
    switch (root.kind) {
      case "scope": {
        const closure = holder.objects.get(root)?.deref();
        value = closure === undefined ? undefined : this.#scopeVariable(closure, root.variable, root.pick);
        break;
      }
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
      value = name.startsWith("#") ? this.#privateField(value, name) : dataProperty(value, name, root.kind === "commonjs");
    }
    return value;
  }

  #scopeVariable(closure: object, variable: string, pick: "outermost" | "innermost"): unknown {
    let scopes = this.#scopes.get(closure);
    if (scopes === undefined) {
      scopes = this.#readScopes(closure);
      this.#scopes.set(closure, scopes);
    }
    const ordered = pick === "innermost" ? scopes : [...scopes].reverse();
    for (const scope of ordered) {
      const found = scope.find((property) => property.name === variable);
      if (found?.value !== undefined) return this.#valueOf(found.value);
    }
    return undefined;
  }

  #readScopes(closure: object): Scopes {
    const { internalProperties = [] } = this.#inspection.properties(this.#remote(closure));
    const list = internalProperties.find((property) => property.name === "[[Scopes]]")?.value?.objectId;
    if (list === undefined) return [];
    const scopes: (readonly RemoteProperty[])[] = [];
    for (const { value } of this.#inspection.properties(list).result) {
      if (value?.objectId === undefined || /^(Global|Script)\b/.test(value.description ?? "")) continue;
      scopes.push(this.#inspection.properties(value.objectId).result);
    }
    return scopes;
  }

  #privateField(object: object, name: string): unknown {
    const { privateProperties = [] } = this.#inspection.properties(this.#remote(object));
    const field = privateProperties.find((property) => property.name === name)?.value;
    return field === undefined ? undefined : this.#valueOf(field);
  }

  #valueOf(remote: RemoteObject): unknown {
    return remote.objectId === undefined ? remote.value : this.#handOver(remote);
  }

  #isReachWanted(holder: Tracked, { reach }: ReadOptions): boolean {
    return reach === "all" || (reach === "cheap" && holder.reachCost <= CHEAP_REACH_MS);
  }

  #timedReach(holder: Tracked, value: unknown): number {
    const startedAt = now();
    const reach = this.#reach(value);
    holder.reachCost = now() - startedAt;
    return reach;
  }

  // A WeakMap's live entries are only visible to the inspector.
  #reach(value: unknown): number {
    if (typeof value !== "object" || value === null || ownSize(value) !== null) return reachOf(value);
    const { internalProperties = [] } = this.#inspection.properties(this.#remote(value));
    const entries = internalProperties.find((property) => property.name === "[[Entries]]")?.value;
    const list = entries === undefined ? undefined : this.#handOver(entries);
    if (!Array.isArray(list)) return 0;
    let slots = 0;
    // The inspector's arrays have no prototype.
    for (let i = 0; i < list.length; i++) slots += 1 + reachOf((list[i] as { value?: unknown }).value);
    return slots;
  }

  #heapIdOf(value: object): string {
    return this.#inspection.heapIdOf(this.#remote(value));
  }

  /** The real object behind a remote one. */
  #handOver(remote: RemoteObject): unknown {
    if (remote.objectId === undefined) return remote.value;
    let received: unknown;
    withHook(
      (value: unknown) => {
        received = value;
      },
      (name) => this.#inspection.call(remote.objectId ?? "", `function () { globalThis[${name}]?.(this); }`),
    );
    return received;
  }

  #remote(object: object): string {
    return withHook(
      () => object,
      (name) => this.#inspection.evaluate(`globalThis[${name}]()`).objectId ?? "",
    );
  }
}

/** Shows `callback` to the inspector for the length of `use`; nothing of it is left on the global object. */
function withHook<Result>(callback: (value?: unknown) => unknown, use: (name: string) => Result): Result {
  const registered = Symbol.for(HOOK);
  Object.defineProperty(globalThis, registered, { value: callback, configurable: true });
  try {
    return use(`Symbol.for("${HOOK}")`);
  } finally {
    Reflect.deleteProperty(globalThis, registered);
  }
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
  return typeof constructor === "function" && typeof constructor.name === "string" && constructor.name !== "" ? constructor.name : "Object";
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
