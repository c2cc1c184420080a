/**
 * Vitest 4 keeps each mock that was ever made in one list, with its calls and what it was called with, to reset them
 * all. In one process that list grows without end, and what it keeps hides what tests leave. Held weakly, as Vitest 5
 * does, a mock that nobody has any more is gone: to reset it would have changed nothing.
 */

/** Of Vitest's `vi`. */
export interface Mocking {
  readonly clearAllMocks: () => unknown;
}

/** To be called before any mock is made. Other versions, which have no such list, are left as they are. */
export function holdMocksWeakly(vi: Mocking): void {
  const list = listBehind(() => vi.clearAllMocks());
  if (list === null || list.size > 0) return;
  const mocks = new WeakList();
  list.add = (mock) => {
    mocks.add(mock);
    return list;
  };
  list.forEach = (callback) => {
    for (const mock of mocks) callback(mock, mock, list);
  };
}

/** The set over which a function loops; null if there is none. */
function listBehind(loop: () => unknown): Set<object> | null {
  const own = Object.getOwnPropertyDescriptor(Set.prototype, "forEach") ?? {};
  const found: Set<object>[] = [];
  const forEach = function (this: Set<object>): void {
    found.push(this);
  };
  Object.defineProperty(Set.prototype, "forEach", { ...own, value: forEach });
  try {
    loop();
  } finally {
    Object.defineProperty(Set.prototype, "forEach", own);
  }
  return found[0] ?? null;
}

/** Objects in the order in which they were added, as long as something else holds them. */
class WeakList {
  #references: WeakRef<object>[] = [];
  #sweepAt = 64;

  add(object: object): void {
    if (this.#references.length >= this.#sweepAt) this.#sweep();
    this.#references.push(new WeakRef(object));
  }

  *[Symbol.iterator](): Generator<object> {
    for (const reference of [...this.#references]) {
      const object = reference.deref();
      if (object !== undefined) yield object;
    }
  }

  #sweep(): void {
    this.#references = this.#references.filter((reference) => reference.deref() !== undefined);
    this.#sweepAt = Math.max(64, 2 * this.#references.length);
  }
}
