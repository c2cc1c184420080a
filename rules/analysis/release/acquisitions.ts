import { importSource } from "../imports.js";
import { invocationsOf, receiverOf, type Invocation } from "../invocations.js";
import { perFile } from "../per-file.js";
import { settingsOf } from "../settings.js";
import { calleeName, unwrap, variableNamed, type Node, type SourceCode } from "../syntax.js";
import { RESOURCE_ROWS, TIMER_ROWS, type ReleaseRow } from "./release-table.js";

/** A call or construction that must be released. */
export interface Acquisition {
  readonly row: ReleaseRow;
  readonly call: Invocation;
}

/** The timers that a file sets. */
export const timersOf = perFile((sourceCode) => acquisitionsOf(sourceCode, TIMER_ROWS));

/** What else a file acquires, of the table and of the user's settings. */
export const resourcesOf = perFile((sourceCode) =>
  acquisitionsOf(sourceCode, [...RESOURCE_ROWS, ...rowsOfSettings(sourceCode)]),
);

function acquisitionsOf(sourceCode: SourceCode, rows: readonly ReleaseRow[]): readonly Acquisition[] {
  const found = new Map<Invocation, Acquisition>();
  for (const row of rows) {
    for (const call of invocationsOf(sourceCode, row.acquire)) {
      if (!found.has(call) && isOf(sourceCode, row, call)) found.set(call, { row, call });
    }
  }
  return [...found.values()];
}

function rowsOfSettings(sourceCode: SourceCode): readonly ReleaseRow[] {
  return settingsOf(sourceCode).releases.map(({ acquire, release, by }): ReleaseRow => ({
    rule: "resource",
    acquire: [acquire],
    form: "call",
    owner: "any",
    modules: [],
    receiver: null,
    noun: `result of \`${acquire}\``,
    keeper: "what gave it",
    release: { by, names: release },
    isLikely: true,
  }));
}

function isOf(sourceCode: SourceCode, row: ReleaseRow, call: Invocation): boolean {
  if ((row.form === "new") !== (call.type === "NewExpression") && row.owner !== "any") return false;
  const receiver = receiverOf(call);
  if (row.receiver) return receiver !== null && row.receiver.test(sourceCode.getText(receiver));
  if (row.owner === "any") return row.form !== "method" || receiver !== null;
  return receiver ? isNamespace(sourceCode, row, receiver) : isOwnName(sourceCode, row, unwrap(call.callee));
}

/** A bare name: of the language, or imported from where the row says. One that the file declares is another thing. */
function isOwnName(sourceCode: SourceCode, row: ReleaseRow, callee: Node): boolean {
  if (callee.type !== "Identifier") return false;
  const variable = variableNamed(sourceCode, callee);
  if (!variable || variable.defs.length === 0) return row.owner === "global";
  const source = importSource(variable);
  return source !== null && row.modules.includes(source);
}

const GLOBAL_OBJECT =
  /^(?:window|globalThis|self|global|top|frames|view|win|ownerWindow|activeWindow|mainWindow|contentWindow|defaultView|currentWindow|targetWindow)$/;

/** `window.setInterval`, `fs.openSync`, `fs.promises.open`. */
function isNamespace(sourceCode: SourceCode, row: ReleaseRow, receiver: Node): boolean {
  if (row.owner === "global" && GLOBAL_OBJECT.test(calleeName(receiver))) return true;
  const isPromises = receiver.type === "MemberExpression" && calleeName(receiver) === "promises";
  const root = isPromises ? unwrap(receiver.object) : receiver;
  const variable = root.type === "Identifier" ? variableNamed(sourceCode, root) : null;
  const source = variable && importSource(variable);
  if (!source) return false;
  // `fs.promises` is `fs/promises`, whose handles are closed by a method.
  return (
    row.modules.includes(isPromises ? `${source}/promises` : source) &&
    (isPromises || !isPromiseImport(row, variable.name))
  );
}

function isPromiseImport(row: ReleaseRow, name: string): boolean {
  return row.release.by === "argument" && /promises/i.test(name);
}
