import { describe, expect, it } from "vitest";
import { originOf, racesOf } from "../../../../rules/analysis/retention/races.js";
import { isTerminal, isTimer } from "../../../../rules/analysis/retention/operands.js";
import { parse } from "../parse.js";
import { here } from "./here.js";

describe("racesOf", () => {
  it.each([
    ["Promise.race([a, b.c]);", ["a", "b.c"]],
    ["Promise.any([a]);", ["a"]],
    ["Bluebird.race([a]);", ["a"]],
    ["const list = [a]; list.push(b); Promise.race(list);", ["a", "b"]],
    ["let list; list = [a]; Promise.race(list);", ["a"]],
    ["Promise.race([a, ...others]);", ["a"]],
    ["progress.race([a]);", undefined],
    ["Promise.all([a]);", undefined],
  ])("the operands of %s", (code, expected) => {
    const sourceCode = parse(code);
    const [race] = racesOf(sourceCode);
    expect(race?.operands.map((operand) => sourceCode.getText(operand))).toEqual(expected);
  });

  it.each([
    ["Promise.race(pending);", "pending"],
    ["Promise.race([...pending]);", "pending"],
    ["Promise.race([...this.pending.values()].map((x) => x.done));", "this.pending"],
    ["Promise.race(Array.from(pending.keys()));", "pending"],
    ["Promise.race(Array.from(pending, (x) => x.done));", "pending"],
    ["Promise.race(Object.values(pending));", "pending"],
  ])("the collection of %s", (code, expected) => {
    const sourceCode = parse(code);
    const collection = racesOf(sourceCode)[0]?.collection;
    expect(collection && sourceCode.getText(collection.expression)).toBe(expected);
  });
});

describe("an operand", () => {
  it.each([
    ["here(a.then(b).catch(c));", "a"],
    ["const x = make(); here(x);", "make()"],
    ["const x = make().finally(y); here(x);", "make()"],
    ["let x = make(); x = other(); here(x);", "x"],
  ])("comes from: %s", (code, expected) => {
    const [sourceCode, operand] = here(code);
    expect(sourceCode.getText(originOf(sourceCode, operand))).toBe(expected);
  });

  it.each([
    ["here(delay(10));", true],
    ["here(timeoutPromise);", true],
    ["here(new Promise((resolve) => setTimeout(resolve, 10)));", true],
    ["const x = sleep(10); here(x);", true],
    ["here(work());", false],
    ["here(this.closed);", false],
  ])("is a timer: %s %s", (code, expected) => {
    const [sourceCode, operand] = here(code);
    expect(isTimer(sourceCode, operand)).toBe(expected);
  });

  it("settles when something ends, by its name", () => {
    for (const name of ["aborted", "this.#closed", "deferredDisposal.promise", "shutdown"])
      expect(isTerminal(name)).toBe(true);
    for (const name of ["ready", "abortTimeout", "next", "opened"]) expect(isTerminal(name)).toBe(false);
  });
});
