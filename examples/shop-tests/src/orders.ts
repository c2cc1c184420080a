import { events } from "./events";
import { gross } from "./prices";

export interface Order {
  readonly id: number;
  readonly total: number;
}

let placed = 0;

export function placeOrder(nets: readonly number[]): Order {
  const order = { id: ++placed, total: nets.reduce((sum, net) => sum + gross(net), 0) };
  events.emit("order", order);
  return order;
}
