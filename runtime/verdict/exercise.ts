/** How often an operation in the source ran, from V8's precise coverage. */
import type { ScriptCoverage } from "../child/protocol.js";
import type { OperationSite } from "../../rules/analysis/facts.js";
import type { ScriptView } from "../source-places.js";

type Ranges = ScriptCoverage["functions"][number]["ranges"];

/** Coverage taken at several moments; each take counts from the one before. */
export class CoverageLog {
  // eslint-disable-next-line leakproof/no-growing-field -- one for each checkpoint of one verification
  readonly #takes: ReadonlyMap<number, readonly ScriptCoverage[]>[] = [];
  /** Functions ever reported, by script: the key is `start-end`. */
  readonly #known = new Map<number, Map<string, readonly [start: number, end: number]>>();

  /** Adds a take and answers its number. */
  add(scripts: readonly ScriptCoverage[]): number {
    for (const script of scripts) {
      const functions = this.#known.get(Number(script.scriptId)) ?? new Map<string, readonly [number, number]>();
      this.#known.set(Number(script.scriptId), functions);
      for (const { ranges } of script.functions) {
        const root = ranges[0];
        if (root !== undefined) functions.set(`${root[0]}-${root[1]}`, [root[0], root[1]]);
      }
    }
    const byScript = new Map<number, ScriptCoverage[]>();
    for (const script of scripts) {
      const scriptId = Number(script.scriptId);
      const ofScript = byScript.get(scriptId);
      if (ofScript === undefined) byScript.set(scriptId, [script]);
      else ofScript.push(script);
    }
    return this.#takes.push(byScript) - 1;
  }

  /**
   * How often the operation ran, over the takes from number `from` on. Null where its place in the script is not
   * known, so that nothing can be said.
   */
  runsOf(site: OperationSite, views: readonly ScriptView[], from = 0): number | null {
    let total = 0;
    for (const view of views) {
      const offset = view.toOffset(site.start);
      if (offset === null) return null;
      for (const take of this.#takes.slice(from)) total += this.#runsIn(take, view.scriptId, offset);
    }
    return total;
  }

  // A take leaves out functions that did not run in it, so the innermost function comes from all takes: were it looked
  // for in this one, a call that never ran would be counted as often as the function around it.
  #runsIn(take: ReadonlyMap<number, readonly ScriptCoverage[]>, scriptId: number, offset: number): number {
    const innermost = this.#innermostFunction(scriptId, offset);
    if (innermost === null) return 0;
    let runs = 0;
    for (const script of take.get(scriptId) ?? []) {
      for (const { ranges } of script.functions) {
        const root = ranges[0];
        if (root?.[0] === innermost[0] && root[1] === innermost[1]) runs += countAt(ranges, offset);
      }
    }
    return runs;
  }

  #innermostFunction(scriptId: number, offset: number): readonly [number, number] | null {
    let innermost: readonly [number, number] | null = null;
    for (const range of this.#known.get(scriptId)?.values() ?? []) {
      if (offset < range[0] || offset >= range[1]) continue;
      if (innermost === null || range[1] - range[0] < innermost[1] - innermost[0]) innermost = range;
    }
    return innermost;
  }
}

/** The count of the smallest range around an offset: ranges nest, and the first is the function itself. */
function countAt(ranges: Ranges, offset: number): number {
  let count = 0;
  let length = Infinity;
  for (const [start, end, value] of ranges) {
    if (offset < start || offset >= end || end - start > length) continue;
    count = value;
    length = end - start;
  }
  return count;
}
