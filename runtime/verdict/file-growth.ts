/** Which test files make a holder grow: its sizes are read after each of them. */
import type { FileReadings, Reading } from "../child/protocol.js";

export class FileGrowth {
  /** Entries that each file adds in all, by the holder's key. */
  // eslint-disable-next-line leakproof/no-growing-field -- one for each holder of one verification
  readonly #added = new Map<number, Map<string, number>>();
  #runs = 0;

  /** Takes one run of all files. @param before what was read before the first */
  add(before: readonly Reading[], files: readonly FileReadings[]): void {
    this.#runs++;
    let sizes = sizesOf(before);
    for (const { file, readings } of files) {
      const next = sizesOf(readings);
      for (const [key, size] of next) {
        const added = size - (sizes.get(key) ?? size);
        if (added !== 0) this.#add(key, file, added);
      }
      sizes = next;
    }
  }

  /** Whether it is known of any of these holders what makes it grow. */
  knows(keys: readonly number[]): boolean {
    return this.filesOf(keys).size > 0;
  }

  /** Files that leave entries behind in a holder, and how many in a run of theirs. */
  filesOf(keys: readonly number[]): ReadonlyMap<string, number> {
    const files = new Map<string, number>();
    for (const key of keys) {
      for (const [file, added] of this.#added.get(key) ?? []) {
        if (added > 0) files.set(file, Math.max(files.get(file) ?? 0, added / this.#runs));
      }
    }
    return files;
  }

  /** Files that add to a holder or take from it. */
  filesTouching(keys: readonly number[]): string[] {
    return keys.flatMap((key) => [...(this.#added.get(key)?.keys() ?? [])]);
  }

  #add(key: number, file: string, added: number): void {
    const files = this.#added.get(key) ?? new Map<string, number>();
    this.#added.set(key, files);
    files.set(file, (files.get(file) ?? 0) + added);
  }
}

function sizesOf(readings: readonly Reading[]): Map<number, number> {
  return new Map(
    readings.flatMap((reading) => {
      const size = reading.state === "read" ? (reading.size ?? reading.reach) : null;
      return size === null ? [] : [[reading.key, size] as const];
    }),
  );
}
