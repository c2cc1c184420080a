const CAPACITY = 50;
const views = new Map<string, { readonly seenAt: number }>();

/** The fifty products that were looked at last. */
export function view(product: string): void {
  views.delete(product);
  views.set(product, { seenAt: Date.now() });
  if (views.size > CAPACITY) {
    const [oldest] = views.keys();
    if (oldest !== undefined) views.delete(oldest);
  }
}

export function recent(): string[] {
  return [...views.keys()].reverse();
}
