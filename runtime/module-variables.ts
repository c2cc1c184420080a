/** Gives the variables of wrapped modules their names, which the running process knows and the snapshot does not. */
import type { WorkloadProcess } from "./child/launch.js";
import { blockScopesOf, nameSlot, unnamedSlots, type BlockScope } from "./heap/block-scopes.js";
import type { HeapGraph } from "./heap/graph.js";

/** Each closure is looked up by a walk of the heap. */
const MOST_LOOKED_UP = 256;

export class ModuleVariables {
  readonly #child: WorkloadProcess;
  /** Slot → name, by the context's object id. */
  readonly #known = new Map<number, ReadonlyMap<number, string>>();

  constructor(child: WorkloadProcess) {
    this.#child = child;
  }

  /** Names the variables in a snapshot that has just been taken. @param scriptIds of the wrapped modules */
  async apply(graph: HeapGraph, scriptIds: readonly number[]): Promise<void> {
    if (scriptIds.length === 0) return;
    const scopes = blockScopesOf(graph, scriptIds);
    const unknown = scopes.filter(({ context }) => !this.#known.has(graph.idOf(context)));
    await this.#lookUp(graph, unknown.slice(0, MOST_LOOKED_UP - this.#known.size));
    for (const { context } of scopes) {
      const names = this.#known.get(graph.idOf(context));
      if (names === undefined) continue;
      for (const edge of unnamedSlots(graph, context)) {
        const name = names.get(graph.edgeIndex(edge));
        if (name !== undefined) nameSlot(graph, edge, name);
      }
    }
  }

  async #lookUp(graph: HeapGraph, scopes: readonly BlockScope[]): Promise<void> {
    if (scopes.length === 0) return;
    const answers = await this.#child.variables(scopes.map(({ closure }) => String(graph.idOf(closure))));
    scopes.forEach(({ context }, index) => {
      const byId = new Map(answers[index]?.map(({ name, heapId }) => [Number(heapId), name]));
      const names = new Map<number, string>();
      for (const edge of unnamedSlots(graph, context)) {
        const name = byId.get(graph.idOf(graph.edgeTo(edge)));
        if (name !== undefined) names.set(graph.edgeIndex(edge), name);
      }
      this.#known.set(graph.idOf(context), names);
    });
  }
}
