import { describe, expect, it } from "vitest";
import { registrationsOf } from "../../../../rules/analysis/listeners/registrations.js";
import { removalsOf } from "../../../../rules/analysis/listeners/removals.js";
import { nameOf } from "../../../../rules/analysis/listeners/identity.js";
import { parse } from "../parse.js";

function added(code: string): readonly string[] {
  const sourceCode = parse(code);
  return registrationsOf(sourceCode).map(({ receiver, event, isOnce }) =>
    [nameOf(sourceCode, receiver), event.kind, event.text, isOnce ? "once" : "always"].join(" "),
  );
}

describe("registrationsOf", () => {
  it.each([
    ["bus.on('x', f);", ["bus literal x always"]],
    ["bus.once(`x`, () => {});", ["bus literal x once"]],
    ["const X = 'x'; bus.on(X, f);", ["bus literal x always"]],
    ["const E = { X: 'x' }; bus.on(E.X, f);", ["bus literal x always"]],
    ["enum E { X = 'x' } bus.on(E.X, f);", ["bus literal x always"]],
    ["import { E } from './e'; bus.on(E.X, f);", ["bus code E.X always"]],
    ["addEventListener('x', f, { once: true });", ["window literal x once"]],
    ["import { once } from 'node:events'; await once(bus, 'x');", ["bus literal x once"]],
    ["import * as events from 'events'; events.once(bus, 'x');", ["bus literal x once"]],
    ["const processOn = process.on?.bind(process); processOn('x', f);", ["process literal x always"]],
    ["element.addEventListener('x', this);", ["element literal x always"]],
    ["app.on('GET', '/x', f);", []],
    ["query.on('a', '=', 'b');", []],
    ["style.on('x', { a: 1 });", []],
    ["bus.on('x');", []],
  ])("%s", (code, expected) => expect(added(code)).toEqual(expected));
});

describe("removalsOf", () => {
  it.each([
    ["bus.off('x', f);", "bus x f"],
    ["bus.removeAllListeners();", "bus * *"],
    ["bus.removeAllListeners('x');", "bus x *"],
    ["removeEventListener('x', f);", "window x f"],
    ["self._removeEventListener(process, 'x', f);", "process x f"],
  ])("%s", (code, expected) => {
    const sourceCode = parse(code);
    const found = removalsOf(sourceCode).map(({ receiver, event, handler }) =>
      [nameOf(sourceCode, receiver), event?.text ?? "*", handler ? sourceCode.getText(handler) : "*"].join(" "),
    );
    expect(found).toEqual([expected]);
  });
});
