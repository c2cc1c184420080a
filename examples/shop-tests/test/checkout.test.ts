import { describe, expect, it } from "vitest";
import { countSessions, openSession } from "../src/sessions";

describe("checkout", () => {
  it.each(["ada", "grace", "edsger"])("opens a session for %s", (user) => {
    const before = countSessions();
    const session = openSession(user);
    session.basket.push("book");
    expect(session.user).toBe(user);
    expect(countSessions()).toBe(before + 1);
  });
});
