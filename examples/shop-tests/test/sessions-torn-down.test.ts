import { afterEach, expect, it } from "vitest";
import { closeSession, openSession, type Session } from "../src/sessions";

const opened: Session[] = [];
afterEach(() => opened.splice(0).forEach(closeSession));

it("numbers sessions", () => {
  opened.push(openSession("margaret"), openSession("frances"));
  expect(opened[0]?.id).not.toBe(opened[1]?.id);
});
