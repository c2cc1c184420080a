import type { Connection } from "./connection.ts";
import { report } from "./errors.ts";
import { Request } from "./request.ts";

/** Answers a request with a status code and a body. */
export function handle(path: string, connection: Connection): { status: number; body: string } {
  const request = new Request(path, connection);
  try {
    const id = Number(/^\/users\/(\d+)$/.exec(path)?.[1]);
    const row = connection.database.find("users", id);
    if (row === undefined) throw new Error(`no such user: ${path}`);
    return { status: 200, body: row.name };
  } catch (error) {
    report(error as Error, request);
    return { status: 404, body: "not found" };
  }
}
