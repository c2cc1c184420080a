/** A client of VS Code's ESLint language server, with no more than the tests ask of an editor. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { pathToFileURL } from "node:url";
import { onTestFinished } from "vitest";
import {
  ApplyWorkspaceEditRequest,
  ConfigurationRequest,
  createProtocolConnection,
  ExitNotification,
  InitializedNotification,
  InitializeRequest,
  RegistrationRequest,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  type ProtocolConnection,
  type WorkspaceEdit,
} from "vscode-languageserver-protocol/node";
import { commandFile } from "./project.js";

/** What the server asks of an editor's settings for `eslint`: it has no defaults of its own. */
const SETTINGS = {
  validate: "on",
  run: "onType",
  packageManager: "npm",
  nodePath: null,
  useESLintClass: true,
  experimental: {},
  options: {},
  quiet: false,
  format: false,
  onIgnoredFiles: "off",
  rulesCustomizations: [],
  problems: { shortenToSingleLine: false },
  workingDirectory: { mode: "location" },
  codeAction: { disableRuleComment: { enable: true, location: "separateLine" }, showDocumentation: { enable: true } },
  codeActionOnSave: { mode: "all" },
};

export interface Session {
  readonly connection: ProtocolConnection;
  /** What the server has asked the editor to change. */
  readonly edits: readonly WorkspaceEdit[];
  /** Ends the session as an editor does. @returns the server's exit code */
  readonly stop: () => Promise<number | null>;
}

/** Starts the server for one folder; with the test it ends in any case. */
export async function openFolder(folder: string, settings: Readonly<Record<string, unknown>> = {}): Promise<Session> {
  const workspaceFolder = { uri: pathToFileURL(folder).href, name: "project" };
  const server = spawn(
    process.execPath,
    [commandFile("vscode-langservers-extracted/bin/vscode-eslint-language-server"), "--stdio"],
    { cwd: folder, stdio: ["pipe", "pipe", "inherit"] },
  );
  onTestFinished(() => void server.kill("SIGKILL"));
  const connection = createProtocolConnection(
    new StreamMessageReader(server.stdout),
    new StreamMessageWriter(server.stdin),
  );
  const edits: WorkspaceEdit[] = [];
  connection.onRequest(ConfigurationRequest.type, ({ items }) =>
    items.map(() => ({ ...SETTINGS, workspaceFolder, ...settings })),
  );
  connection.onRequest(RegistrationRequest.type, () => undefined);
  connection.onRequest("eslint/openDoc", () => ({}));
  connection.onRequest(ApplyWorkspaceEditRequest.type, ({ edit }) => {
    edits.push(edit);
    return { applied: true };
  });
  connection.listen();

  await connection.sendRequest(InitializeRequest.type, {
    processId: process.pid,
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the type wants it all the same
    rootUri: null,
    workspaceFolders: [workspaceFolder],
    capabilities: {
      workspace: {
        configuration: true,
        applyEdit: true,
        workspaceFolders: true,
        workspaceEdit: { documentChanges: true },
      },
      textDocument: {
        diagnostic: { dynamicRegistration: true },
        codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ["quickfix"] } } },
      },
    },
  });
  await connection.sendNotification(InitializedNotification.type, {});

  return {
    connection,
    edits,
    async stop() {
      const exited = once(server, "exit");
      await connection.sendRequest(ShutdownRequest.type);
      await connection.sendNotification(ExitNotification.type);
      await exited;
      connection.dispose();
      return server.exitCode;
    },
  };
}
