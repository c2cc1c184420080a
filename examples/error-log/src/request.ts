import type { Connection } from "./connection.ts";

export class Request {
  readonly path: string;
  readonly connection: Connection;

  constructor(path: string, connection: Connection) {
    this.path = path;
    this.connection = connection;
  }
}
