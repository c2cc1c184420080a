import { Database } from "./database.ts";

export class Connection {
  readonly database = new Database();
  isOpen = true;

  close(): void {
    this.isOpen = false;
  }
}
