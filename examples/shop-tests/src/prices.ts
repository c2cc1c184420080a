/** Prices with tax, by what they are without it. */
const cache = new Map<number, { readonly gross: number }>();

export function gross(net: number): number {
  let price = cache.get(net);
  if (price === undefined) {
    price = { gross: Math.round(net * 119) / 100 };
    cache.set(net, price);
  }
  return price.gross;
}
