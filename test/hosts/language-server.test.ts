/** The built plugin in VS Code's ESLint language server, as editors run it: over standard input and output. */
import path from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import {
  CodeActionRequest,
  DidChangeTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DocumentDiagnosticRequest,
  ExecuteCommandRequest,
  type Diagnostic,
} from "vscode-languageserver-protocol/node";
import { entriesFor, writeVerdictFile } from "../rules/verdicts.js";
import { openFolder, type Session } from "./language-client.js";
import { builtPlugin, linkPackages, PLUGIN_FILE, temporaryProject } from "./project.js";

const CONFIG = `import leakproof from ${JSON.stringify(pathToFileURL(PLUGIN_FILE).href)};

export default [leakproof.configs.recommended];
`;

const SIZES = `const sizes = new Map();

export function sizeOf(value) {
  if (!sizes.has(value)) sizes.set(value, Object.keys(value).length);
  return sizes.get(value);
}
`;

it("shows a report with its page, and carries out its suggestion", async () => {
  const plugin = await builtPlugin();
  const { folder, uri } = project();
  const session = await openFolder(folder);

  const [diagnostic, ...others] = await diagnosticsOf(session, uri);
  expect(others).toEqual([]);
  expect(diagnostic).toMatchObject({
    source: "eslint",
    code: "leakproof/no-unbounded-cache",
    codeDescription: { href: plugin.rules["no-unbounded-cache"]?.meta?.docs?.url },
    severity: 1,
    range: { start: { line: 0, character: 6 }, end: { line: 0, character: 11 } },
    message: expect.stringContaining("The cache `sizes` keeps an entry for each new key"),
  });
  if (!diagnostic) return;

  const actions = await session.connection.sendRequest(CodeActionRequest.type, {
    textDocument: { uri },
    range: diagnostic.range,
    context: { diagnostics: [diagnostic] },
  });
  const suggestion = actions?.find(({ title }) => title.startsWith("Use a `WeakMap`"));
  expect(suggestion?.title).toMatch(/\(leakproof\/no-unbounded-cache\)$/);
  const command = suggestion?.command;
  if (typeof command !== "object") throw new Error(`the suggestion has no command: ${JSON.stringify(suggestion)}`);

  await session.connection.sendRequest(ExecuteCommandRequest.type, command);
  expect(session.edits).toEqual([
    {
      documentChanges: [
        {
          textDocument: { uri, version: 1 },
          edits: [
            { newText: "WeakMap", range: { start: { line: 0, character: 18 }, end: { line: 0, character: 21 } } },
          ],
        },
      ],
    },
  ]);

  expect(await session.stop()).toBe(0);
});

it("shows what a run confirmed until the code changes, and notices another verdict file", async () => {
  const { folder, uri } = project();
  const session = await openFolder(folder);
  const suspected = ["leakproof/no-unbounded-cache"];
  expect(codesOf(await diagnosticsOf(session, uri))).toEqual(suspected);

  writeVerdictFile(folder, entriesFor("sizes.mjs", SIZES, "confirmed"));
  expect(await diagnosticsAfter(session, uri, 2, SIZES)).toMatchObject([
    {
      code: "leakproof/no-confirmed-leak",
      range: { start: { line: 0, character: 6 }, end: { line: 0, character: 11 } },
      message: expect.stringContaining("`sizes` leaks, confirmed: +12 objects, +3.1 kB per iteration"),
    },
  ]);
  expect(await diagnosticsAfter(session, uri, 3, `// moved\n\n${SIZES}`)).toMatchObject([
    { code: "leakproof/no-confirmed-leak", range: { start: { line: 2, character: 6 } } },
  ]);
  const changed = SIZES.replace("Object.keys", "Object.values");
  expect(codesOf(await diagnosticsAfter(session, uri, 4, changed))).toEqual(suspected);
  expect(codesOf(await diagnosticsAfter(session, uri, 5, SIZES))).toEqual(["leakproof/no-confirmed-leak"]);

  writeVerdictFile(folder, entriesFor("sizes.mjs", SIZES, "refuted"));
  expect(await diagnosticsAfter(session, uri, 6, SIZES)).toEqual([]);
  expect(await session.stop()).toBe(0);
});

it("shows nothing under the old setting `experimental.useFlatConfig`, as the guide says", async () => {
  const { folder, uri } = project();
  const session = await openFolder(folder, { experimental: { useFlatConfig: true } });
  expect(await diagnosticsOf(session, uri)).toEqual([]);
  expect(await session.stop()).toBe(0);
});

function project(): { readonly folder: string; readonly uri: string } {
  const folder = temporaryProject({ "eslint.config.mjs": CONFIG, "sizes.mjs": SIZES });
  linkPackages(folder);
  return { folder, uri: pathToFileURL(path.join(folder, "sizes.mjs")).href };
}

/** Opens a file, and asks for its diagnostics: this server waits to be asked. */
async function diagnosticsOf({ connection }: Session, uri: string): Promise<readonly Diagnostic[]> {
  await connection.sendNotification(DidOpenTextDocumentNotification.type, {
    textDocument: { uri, languageId: "javascript", version: 1, text: SIZES },
  });
  return askedFor(connection, uri);
}

/** The diagnostics of an open file after the user has changed its text, or saved it. */
async function diagnosticsAfter(
  { connection }: Session,
  uri: string,
  version: number,
  text: string,
): Promise<readonly Diagnostic[]> {
  // People are slower than the time for which the rules take the disk to be as it was.
  await new Promise((resolve) => setTimeout(resolve, 150));
  await connection.sendNotification(DidChangeTextDocumentNotification.type, {
    textDocument: { uri, version },
    contentChanges: [{ text }],
  });
  return askedFor(connection, uri);
}

async function askedFor(connection: Session["connection"], uri: string): Promise<readonly Diagnostic[]> {
  const report = await connection.sendRequest(DocumentDiagnosticRequest.type, { textDocument: { uri } });
  return "items" in report ? report.items : [];
}

function codesOf(diagnostics: readonly Diagnostic[]): readonly unknown[] {
  return diagnostics.map(({ code }) => code);
}
