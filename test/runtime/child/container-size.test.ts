import { describe, expect, it } from "vitest";
import { ownSize, reachOf } from "../../../runtime/child/container-size.js";

describe("ownSize", () => {
  it.each<[string, unknown, number | null]>([
    ["a Map", new Map([[1, 1]]), 1],
    ["a Set", new Set([1, 2]), 2],
    ["an array", [1, 2, 3], 3],
    ["an object", { a: 1, [Symbol("b")]: 2 }, 2],
    ["an object without prototype", Object.assign(Object.create(null) as object, { a: 1 }), 1],
    ["a function's own properties", Object.assign(() => 0, { cache: 1 }), 3],
    ["a text", "four", 4],
    ["a number", 7, 0],
    ["a WeakMap", new WeakMap(), null],
    [
      "a proxy",
      new Proxy(
        {},
        {
          ownKeys: () => {
            throw new Error("was asked");
          },
        },
      ),
      null,
    ],
  ])("of %s", (_, value, size) => {
    expect(ownSize(value)).toBe(size);
  });

  it("is not misled by a subclass that answers otherwise", () => {
    class Liar extends Map<number, number> {
      override get size(): number {
        throw new Error("was asked");
      }
    }
    expect(ownSize(new Liar().set(1, 1))).toBe(1);
  });
});

describe("reachOf", () => {
  it("counts entries of nested collections", () => {
    expect(
      reachOf(
        new Map([
          [
            "a",
            new Map([
              [1, { x: 1 }],
              [2, { x: 1 }],
            ]),
          ],
        ]),
      ),
    ).toBe(3);
    expect(reachOf({ list: [{ a: 1 }, { a: 2 }] })).toBe(3);
  });

  it("counts the links of a list", () => {
    let head: object | undefined;
    for (let i = 0; i < 100; i++) head = { i, previous: head };
    // The first link's two fields, and a reference for each of the others.
    expect(reachOf(head)).toBe(2 + 98);
  });

  it("counts tables in plain objects, but not the fields of records", () => {
    const table: Record<string, number> = {};
    for (let i = 0; i < 100; i++) table[`key ${i}`] = i;
    expect(reachOf([table])).toBe(101);
    expect(reachOf([{ name: "a", age: 1 }])).toBe(1);
  });

  it("does not enter instances of classes, call getters, or go round in circles", () => {
    class Session {
      readonly values = [1, 2, 3];
    }
    expect(reachOf([new Session()])).toBe(1);
    expect(
      reachOf([
        {
          get boom() {
            throw new Error("was called");
          },
        },
      ]),
    ).toBe(1);
    const circle: unknown[] = [];
    circle.push(circle);
    expect(reachOf(circle)).toBe(1);
  });
});
