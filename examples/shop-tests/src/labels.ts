const labels = new WeakMap<object, string>();

export function label(item: object, text: string): void {
  labels.set(item, text);
}

export function labelOf(item: object): string | undefined {
  return labels.get(item);
}
