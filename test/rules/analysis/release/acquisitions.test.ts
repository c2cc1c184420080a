import { describe, expect, it } from "vitest";
import { resourcesOf, timersOf } from "../../../../rules/analysis/release/acquisitions.js";
import { useSettings } from "../../../../rules/analysis/settings.js";
import { parse } from "../parse.js";

function nouns(code: string, settings: object = {}): readonly string[] {
  const sourceCode = parse(code);
  useSettings(sourceCode, { leakproof: settings });
  return [...timersOf(sourceCode), ...resourcesOf(sourceCode)].map(({ row }) => row.noun);
}

describe("what a file acquires", () => {
  it.each([
    ["setInterval(f, 1);", ["interval"]],
    ["window.setTimeout(f, 1);", ["timeout"]],
    ["const timers = require('timers'); timers.setInterval(f, 1);", ["interval"]],
    ["import { setInterval } from 'node:timers'; setInterval(f, 1);", ["interval"]],
    ["new ResizeObserver(f);", ["observer"]],
    ["window.URL.createObjectURL(blob);", ["object URL"]],
    ["import * as fs from 'fs'; fs.openSync(path);", ["file descriptor"]],
    ["import fs from 'fs'; await fs.promises.open(path);", ["file handle"]],
    ["import fs from 'node:fs/promises'; await fs.open(path);", ["file handle"]],
    ["stream.getReader();", ["lock on a stream"]],
    ["await pool.connect();", ["pooled client"]],
  ])("%s", (code, expected) => expect(nouns(code)).toEqual(expected));

  it.each([
    "function setInterval() {} setInterval(f, 1);",
    "import { setInterval } from './clock'; setInterval(f, 1);",
    "clock.setInterval(f, 1);",
    "ResizeObserver(f);",
    "import { open } from './door'; open(path);",
    "await socket.connect();",
  ])("none: %s", (code) => expect(nouns(code)).toEqual([]));

  it("adds the pairs of the user's settings, as far as they have their shape", () => {
    const releases = [
      { acquire: "lease", release: ["giveBack"], by: "method" },
      { acquire: "listenTo", release: [], by: "result" },
      { acquire: "half", release: [], by: "method" },
      { acquire: "broken" },
    ];
    expect(nouns("lease(); half(); broken(); a.listenTo(b);", { releases })).toEqual([
      "result of `lease`",
      "result of `listenTo`",
    ]);
  });
});
