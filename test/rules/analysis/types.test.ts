import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import parser from "@typescript-eslint/parser";
import { Linter } from "eslint";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasMethod, isClosedUnion, isPrimitive } from "../../../rules/analysis/types.js";
import { walk, type Node, type SourceCode } from "../../../rules/analysis/syntax.js";
import { parse } from "./parse.js";

const CODE = `
import { EventEmitter } from "node:events";
enum Level { Low, High }
enum Computed { Length = "abc".length }
type Branded = string & { readonly brand: unique symbol };
interface Emitter { on(event: string): void; off(event: string): void }
interface Bare { on(event: string): void }
export function ask<T>(
  emitter: Emitter, bare: Bare, either: Emitter | Bare, maybe: Emitter | undefined, anything: any, unknowable: unknown,
  generic: T, level: Level, computed: Computed, size: "s" | "l", flag: boolean, text: string, count: number | null,
  branded: Branded, route: \`/\${string}\`, mixed: "s" | number, value: object, big: bigint, nothing: undefined,
) {
  return [emitter, bare, either, maybe, anything, unknowable, generic, level, computed, size, flag, text, count, branded, route, mixed, value, big, nothing];
}
`;

let folder: string;
let typed: SourceCode;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "leakproof-types-"));
  const compilerOptions = { strict: true, target: "es2022", module: "nodenext", types: [], skipLibCheck: true };
  writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["file.ts"] }));
  writeFileSync(path.join(folder, "file.ts"), CODE);
  const linter = new Linter({ configType: "flat", cwd: folder });
  const parserOptions = { project: "./tsconfig.json", tsconfigRootDir: folder };
  const config: Linter.Config = { files: ["**/*.*"], languageOptions: { parser, parserOptions } };
  const [fatal] = linter.verify(CODE, [config], { filename: path.join(folder, "file.ts") });
  if (fatal) throw new Error(fatal.message);
  // ESLint's and typescript-eslint's types of one class do not know each other.
  typed = linter.getSourceCode() as unknown as SourceCode;
});

afterAll(() => rmSync(folder, { recursive: true }));

/** The last use of a name in the code. */
function use(sourceCode: SourceCode, name: string): Node {
  let found: Node | null = null;
  walk(sourceCode, sourceCode.ast, (node) => {
    if (node.type === "Identifier" && node.name === name) found = node;
    return true;
  });
  if (!found) throw new Error(`no ${name}`);
  return found;
}

describe("with type information", () => {
  it.each([
    ["emitter", true],
    ["bare", false],
    ["either", true],
    ["maybe", true],
    ["anything", null],
    ["unknowable", null],
    ["generic", null],
  ])("whether %s has `off`: %s", (name, expected) => {
    expect(hasMethod(typed, use(typed, name), ["off", "removeListener"])).toBe(expected);
  });

  it.each([
    ["level", true],
    ["size", true],
    ["flag", true],
    ["nothing", true],
    ["text", false],
    ["mixed", false],
    ["value", false],
    ["anything", null],
    ["generic", null],
  ])("whether %s is one of a closed set: %s", (name, expected) => {
    expect(isClosedUnion(typed, use(typed, name))).toBe(expected);
  });

  it.each([
    ["text", true],
    ["count", true],
    ["big", true],
    ["level", true],
    ["computed", true],
    ["branded", true],
    ["route", true],
    ["flag", true],
    ["value", false],
    ["emitter", false],
    ["maybe", false],
    ["anything", null],
    ["generic", null],
  ])("whether %s is a primitive: %s", (name, expected) => {
    expect(isPrimitive(typed, use(typed, name))).toBe(expected);
  });
});

describe("without type information", () => {
  it("knows nothing", () => {
    const sourceCode = parse("export function ask(text: string) { return text; }");
    const node = use(sourceCode, "text");
    expect(hasMethod(sourceCode, node, ["trim"])).toBeNull();
    expect(isClosedUnion(sourceCode, node)).toBeNull();
    expect(isPrimitive(sourceCode, node)).toBeNull();
  });

  it("knows nothing of a parser that answers no services", () => {
    const sourceCode = parse("export const text = 1;");
    const bare: SourceCode = Object.create(sourceCode, { parserServices: { value: {} } });
    expect(isPrimitive(bare, use(sourceCode, "text"))).toBeNull();
  });
});
