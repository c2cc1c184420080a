import { describe, expect, it } from "vitest";
import { isReleasedByCounterpart } from "../../../../rules/analysis/growth/counterparts.js";
import { holdersOf } from "../../../../rules/analysis/growth/holders.js";
import { openGrowths } from "../../../../rules/analysis/growth/sanitizers.js";
import { parse } from "../parse.js";

function isReleased(code: string): boolean {
  const sourceCode = parse(code);
  const [holder] = holdersOf(sourceCode);
  if (!holder) throw new Error("no holder");
  return isReleasedByCounterpart({ sourceCode, holder, growths: openGrowths(sourceCode, holder) });
}

const ADD = "const a = new Map(); export function join(room, user) { a.set(`${room}:${user}`, user); }";

describe("isReleasedByCounterpart", () => {
  it.each([
    `${ADD} export function leave(room, user) { a.delete(\`\${room}:\${user}\`); }`,
    "class K { static a = new Set(); constructor() { K.a.add(this); } close() { K.a.delete(this); } }",
    "const a = []; export function add() { const row = make(); a.push(row); return row; } export function remove(row) { a.splice(a.indexOf(row), 1); }",
    "const a = []; export function add(x) { a.push(x); } export function remove(x) { const i = a.indexOf(x); if (i !== -1) a.splice(i, 1); }",
  ])("released: %s", (code) => expect(isReleased(code)).toBe(true));

  it.each([
    ["another key", `${ADD} export function leave(room) { a.delete(String(room)); }`],
    ["a condition", `${ADD} export function leave(room, user, last) { if (last) a.delete(\`\${room}:\${user}\`); }`],
    [
      "a key that may change",
      "const a = {}; export function mount(x) { a[x.id] = x; } export function unmount(x) { delete a[x.id]; }",
    ],
    [
      "another object",
      "const a = []; export function make() { const x = {}; a.push(x); return x; } export function destroy() { a.splice(a.indexOf(this), 1); }",
    ],
    [
      "a value that nobody is given",
      "const a = []; export function add() { const row = make(); a.push(row); } export function remove(row) { a.splice(a.indexOf(row), 1); }",
    ],
    [
      "taken up and left in",
      "const a = {}; export function add(id, x) { a[id] = x; later(() => run(id)); } function run(id) { a[id](); } export function cancel(id) { delete a[id]; }",
    ],
    [
      "a removal for each call's own object",
      "const a = new Set(); export function make(x) { const o = {}; o.add = (x) => a.add(x); o.remove = (x) => a.delete(x); return o; }",
    ],
  ])("not released: %s", (_why, code) => expect(isReleased(code)).toBe(false));
});
