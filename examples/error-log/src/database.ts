/** An in-memory database: every connection of the functional tests opens one of its own. */
export interface Row {
  readonly id: number;
  readonly name: string;
}

export class Database {
  readonly tables = new Map<string, Row[]>();

  constructor() {
    this.tables.set(
      "users",
      Array.from({ length: 20 }, (_, id) => ({ id, name: `user ${id}` })),
    );
  }

  find(table: string, id: number): Row | undefined {
    return this.tables.get(table)?.find((row) => row.id === id);
  }
}
