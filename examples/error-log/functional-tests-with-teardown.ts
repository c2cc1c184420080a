/** The same functional tests with the tear-down that was missing. */
import { clear } from "./src/errors.ts";

export { iteration } from "./functional-tests.ts";

export function afterEach(): void {
  clear();
}
