/** The orders of a shop, in memory. */
const orders = new Map([...Array(50).keys()].map((id) => [id, { id, item: `item ${id}`, count: 1 }]));

export const findOrder = (id) => orders.get(id % orders.size);

export function changeOrder(id, count) {
  const order = findOrder(id);
  order.count = count;
  return order;
}
