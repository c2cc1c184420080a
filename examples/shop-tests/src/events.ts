import { EventEmitter } from "node:events";

/** What happens in the shop: `order`, `stock`. */
export const events = new EventEmitter();
events.setMaxListeners(0);
