import { expect, it } from "vitest";
import { closeSession, countSessions, openSession } from "../src/sessions";

it("forgets a session that was closed", () => {
  const before = countSessions();
  const session = openSession("barbara");
  closeSession(session);
  expect(countSessions()).toBe(before);
});
