import { describe, expect, it } from "vitest";
import { invocationsOf, nodeAt, receiverOf } from "../../../rules/analysis/invocations.js";
import { parse } from "./parse.js";

function calls(code: string, ...names: readonly string[]): readonly string[] {
  const sourceCode = parse(code);
  return invocationsOf(sourceCode, names).map((node) => sourceCode.getText(node));
}

describe("invocationsOf", () => {
  it.each([
    ["on(1);", "on(1)"],
    ["bus.on(1);", "bus.on(1)"],
    ["a.b?.on(1);", "a.b?.on(1)"],
    ["a.on?.(1);", "a.on?.(1)"],
    ["bus.on<string>(1);", "bus.on<string>(1)"],
    ["bus!.on!(1);", "bus!.on!(1)"],
    ["(bus as any).on(1);", "(bus as any).on(1)"],
    ["(0, bus.on)(1);", "(0, bus.on)(1)"],
    ["(0, on)(1);", "(0, on)(1)"],
    ["bus\n  .on (1);", "bus\n  .on (1)"],
    ["new on(1);", "new on(1)"],
    ["new threads.on(1);", "new threads.on(1)"],
  ])("finds %s", (code, expected) => expect(calls(code, "on")).toEqual([expected]));

  it.each([
    "bus.once(1);",
    "bus.son(1);",
    "bus.on;",
    "use(bus.on);",
    "on.call(bus, 1);",
    "bus['on'](1);",
    "// bus.on(1)\n'bus.on(1)';",
    "class K { on(x) {} }",
    "const o = { on(x) {} };",
    "function on(x) {}",
    "if (on < (1)) {}",
    "(on, off)(1);",
  ])("does not find %s", (code) => expect(calls(code, "on")).toEqual([]));

  it("finds calls inside other calls' arguments and callees", () => {
    expect(calls("a.on(() => b.on(1)).on(2);", "on")).toEqual(
      expect.arrayContaining(["b.on(1)", "a.on(() => b.on(1))", "a.on(() => b.on(1)).on(2)"]),
    );
  });

  it("answers for each name in the order of the source, and the same when asked again", () => {
    const sourceCode = parse("a.on(1); a.off(1); a.on(2);");
    const texts = () => invocationsOf(sourceCode, ["on", "off"]).map((node) => sourceCode.getText(node));
    expect(texts()).toEqual(["a.on(1)", "a.on(2)", "a.off(1)"]);
    expect(texts()).toEqual(["a.on(1)", "a.on(2)", "a.off(1)"]);
  });

  it("takes names for what they are, not for patterns", () => {
    expect(calls("$on(1); on(2); a.$on(3);", "$on")).toEqual(["$on(1)", "a.$on(3)"]);
  });

  it("finds calls in long lists and in patterns with holes", () => {
    const list = Array.from({ length: 40 }, (_, index) => `on(${index});`).join("\n");
    expect(calls(list, "on")).toHaveLength(40);
    expect(calls("const [, , a = on(1)] = list;", "on")).toEqual(["on(1)"]);
  });
});

describe("receiverOf", () => {
  it.each([
    ["a.b.on(1);", "a.b"],
    ["a.b!.on(1);", "a.b"],
    ["(0, a.on)(1);", "a"],
    ["a?.on(1);", "a"],
    ["on(1);", null],
  ])("%s → %s", (code, expected) => {
    const sourceCode = parse(code);
    const [call] = invocationsOf(sourceCode, ["on"]);
    const receiver = call && receiverOf(call);
    expect(receiver ? sourceCode.getText(receiver) : null).toBe(expected);
  });
});

describe("nodeAt", () => {
  it("answers the innermost node, asked in any order", () => {
    const code = "function f(a) { return [a, `${a}`]; }\nf(1);";
    const sourceCode = parse(code);
    const at = (offset: number) => sourceCode.getText(nodeAt(sourceCode, offset));
    expect(at(code.indexOf("1"))).toBe("1");
    expect(at(code.indexOf("a,"))).toBe("a");
    expect(at(code.indexOf("a}"))).toBe("a");
    expect(at(code.indexOf("f(1)"))).toBe("f");
    expect(nodeAt(sourceCode, code.indexOf("\n")).type).toBe("Program");
  });
});
