import { events } from "./events";

export class Stock {
  readonly #items = new Map<string, number>();
  readonly #onOrder = (): void => void this.#sold++;
  #sold = 0;

  constructor() {
    events.on("order", this.#onOrder);
  }

  get sold(): number {
    return this.#sold;
  }

  add(item: string, count: number): void {
    this.#items.set(item, (this.#items.get(item) ?? 0) + count);
  }

  take(item: string): boolean {
    const count = this.#items.get(item) ?? 0;
    if (count === 0) return false;
    this.#items.set(item, count - 1);
    return true;
  }

  dispose(): void {
    events.off("order", this.#onOrder);
  }
}
