import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SourcePlaces } from "../../runtime/source-places.js";

const source = `interface Entry {
  id: number;
}

const log: Entry[] = [];

export function add(id: number): void {
  log.push({ id });
}
`;

describe("SourcePlaces", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), "leakproof-places-"));
    const { outputText, sourceMapText = "" } = ts.transpileModule(source, {
      fileName: "log.ts",
      compilerOptions: { sourceMap: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ES2022 },
    });
    writeFileSync(path.join(folder, "log.ts"), source);
    writeFileSync(path.join(folder, "log.js"), outputText);
    writeFileSync(path.join(folder, "log.js.map"), sourceMapText);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function places(file: string): SourcePlaces {
    const all = new SourcePlaces();
    all.add([
      {
        scriptId: "5",
        url: pathToFileURL(path.join(folder, file)).href,
        sourceMap: null,
        wrapperLength: 0,
        isRewritten: false,
      },
    ]);
    return all;
  }

  it("a script that was not compiled has the places of its source", () => {
    const [view] = places("log.ts").viewsOf(path.join(folder, "log.ts"));
    expect(view?.toSource(7, 2)).toEqual({ line: 8, column: 2 });
    expect(view?.toOffset({ line: 8, column: 2, offset: 97 })).toBe(97);
  });

  it("a compiled one is found by its source, and its places are mapped both ways", () => {
    const js = ts.transpileModule(source, { compilerOptions: { target: ts.ScriptTarget.ES2022 } }).outputText;
    const compiled = places("log.js");
    const [view] = compiled.viewsOf(path.join(folder, "log.ts"));
    const offset = view?.toOffset({ line: 8, column: 2, offset: source.indexOf("log.push") });
    expect(js.slice(offset ?? undefined)).toMatch(/^log\.push/);
    expect(view?.toSource(2, 4)).toEqual({ line: 8, column: 2 });
    expect(compiled.sourceOf(5, 2, 4)).toEqual({ file: path.join(folder, "log.ts"), line: 8 });
  });

  it("a file that was not loaded has no views, and a module evaluated twice has two", () => {
    const all = places("log.ts");
    expect(all.viewsOf(path.join(folder, "other.ts"))).toEqual([]);
    all.add([
      {
        scriptId: "9",
        url: pathToFileURL(path.join(folder, "log.ts")).href,
        sourceMap: null,
        wrapperLength: 0,
        isRewritten: false,
      },
    ]);
    expect(all.viewsOf(path.join(folder, "log.ts")).map(({ scriptId }) => scriptId)).toEqual([5, 9]);
  });
});
