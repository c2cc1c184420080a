/** The application's functional tests as a workload: an iteration is one run of the suite. */
import assert from "node:assert/strict";
import { handle } from "./src/app.ts";
import { Connection } from "./src/connection.ts";

export function iteration(): void {
  const connection = new Connection();
  assert.equal(handle("/users/7", connection).body, "user 7");
  assert.equal(handle("/users/unknown", connection).status, 404);
  connection.close();
}
