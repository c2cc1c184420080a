import { describe, expect, it } from "vitest";
import type { Facts } from "../../../rules/analysis/facts.js";
import { invocationsOf, receiverOf } from "../../../rules/analysis/invocations.js";
import { leakFacts } from "../../../rules/analysis/leak-facts.js";
import type { Leak, LeakHolder } from "../../../rules/analysis/leak.js";
import { isFunction, walk, type Node, type SourceCode } from "../../../rules/analysis/syntax.js";
import { parse } from "./parse.js";

/** The facts of a leak whose acquisitions are the calls of `on`, and whose releases those of `off`. */
function factsOf(code: string, holder: Partial<LeakHolder> = {}, sourceType: "module" | "commonjs" = "module"): Facts {
  const sourceCode = parse(code, sourceType);
  const [first, ...rest] = invocationsOf(sourceCode, ["on"]);
  if (!first) throw new Error("no on()");
  const receiver = receiverOf(first);
  const leak: Leak = {
    messageId: "kept",
    data: {},
    place: first.callee,
    isLikely: true,
    holder: {
      kind: "listener",
      name: receiver ? sourceCode.getText(receiver) : "on()",
      container: "unknown",
      expression: receiver,
      closures: first.arguments.filter((argument) => isFunction(argument)),
      ...holder,
    },
    acquisitions: [first, ...rest],
    releases: invocationsOf(sourceCode, ["off"]),
  };
  return leakFacts(sourceCode, "no-leaked-listener", leak, "src/file.ts");
}

function classIn(sourceCode: SourceCode): Node {
  let found: Node | null = null;
  walk(sourceCode, sourceCode.ast, (node) => {
    if (node.type === "ClassDeclaration") found = node;
    return true;
  });
  if (!found) throw new Error("no class");
  return found;
}

describe("the path to a leak's holder", () => {
  it("a module's variable, and properties of it", () => {
    const { path } = factsOf("import { app } from './app';\nexport const f = () => app.events.on('x', g);");
    expect(path).toMatchObject({
      root: { kind: "variable", name: "app", scope: "module", isConstant: true },
      properties: ["events"],
    });
  });

  it("a module's variable in CommonJS", () => {
    const { path } = factsOf("const bus = make();\nexports.f = () => bus.on('x', g);", {}, "commonjs");
    expect(path.root).toMatchObject({ kind: "variable", name: "bus", scope: "module" });
  });

  it.each([
    ["process.on('x', g);", ["process"]],
    ["process.stdin.on('x', g);", ["process", "stdin"]],
    ["globalThis.bus.on('x', g);", ["bus"]],
    ["window.on('x', g);", []],
  ])("a global: %s", (code, properties) => {
    expect(factsOf(code).path).toEqual({ root: { kind: "global" }, properties });
  });

  it.each([
    "export const f = (bus) => bus.on('x', g);",
    "export function f() { const bus = make(); bus.on('x', g); }",
    "make().on('x', g);",
    "export function f() { this.bus.on('x', g); }",
    "buses[key].on('x', g);",
    "on('x', g);",
  ])("no name leads to it: %s", (code) => {
    expect(factsOf(code).path).toEqual({ root: { kind: "unnamed" }, properties: [] });
  });

  it("a field of a class's instances", () => {
    const code = "class Client {\n  open() { this.socket.on('x', g); }\n}";
    const definition = classIn(parse(code));
    const { path } = factsOf(code, { owner: { definition, properties: ["socket"] } });
    expect(path).toEqual({
      root: { kind: "instance", definition: { start: { line: 1, column: 0, offset: 0 }, end: expect.anything() } },
      properties: ["socket"],
    });
  });
});

describe("the sites of a leak", () => {
  it("are named after what is called, with the function around them", () => {
    const facts = factsOf("export function open() { bus.on('x', g); }\nfunction close() { bus.off('x', g); }");
    expect(facts.growSites).toMatchObject([{ operation: "on", functionName: "open", isPublic: true, isTimed: false }]);
    expect(facts.shrinkSites).toMatchObject([{ operation: "off", functionName: "close", isPublic: false }]);
  });

  it("are named through assertions, optional chains and compiled calls", () => {
    expect(factsOf("(bus as any)?.on('x', g);").growSites[0]?.operation).toBe("on");
    expect(factsOf("(0, bus.on)('x', g);", {}, "commonjs").growSites[0]?.operation).toBe("on");
  });

  it("have the ranges of the closures that the holder keeps", () => {
    const code = "bus.on('x', () => 1);";
    const [closure] = factsOf(code).closures;
    expect(code.slice(closure?.start.offset, closure?.end.offset)).toBe("() => 1");
  });
});

describe("the fingerprint of a leak", () => {
  const code = "export function open() { bus.on('x', g); }";

  it("stays when lines move, and white space", () => {
    const moved = `// a comment\n\n${code.replace("('x', g)", "('x',\n   g)")}`;
    expect(factsOf(moved).fingerprint).toBe(factsOf(code).fingerprint);
  });

  it("changes with the code, and with the release", () => {
    expect(factsOf(code.replace("'x'", "'y'")).fingerprint).not.toBe(factsOf(code).fingerprint);
    expect(factsOf(`${code} bus.off('x', g);`).fingerprint).not.toBe(factsOf(code).fingerprint);
  });
});
