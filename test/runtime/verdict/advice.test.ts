import { describe, expect, it } from "vitest";
import type { OperationSite } from "../../../rules/analysis/facts.js";
import { adviceFor, type AdviceInput } from "../../../runtime/verdict/advice.js";
import type { ChainHop } from "../../../runtime/verdict/result.js";

const input: AdviceInput = {
  kind: "binding",
  name: "sessions",
  module: "src/sessions.ts",
  type: "Map",
  chain: [],
  unusedRemoval: null,
  hasRemoval: null,
  hasObjectKeys: false,
};

const place = { line: 9, column: 2, offset: 120 };
const removal: OperationSite = {
  start: place,
  end: place,
  operation: "delete",
  functionRange: null,
  functionName: "close",
  isPublic: true,
  isTimed: false,
};

const hop = (edge: string): ChainHop => ({
  edge,
  type: "Object",
  file: null,
  line: null,
  size: null,
  count: 1,
  retainedBytes: null,
  flagged: false,
});

describe("adviceFor", () => {
  it.each([
    ["listener", "remove the listener from sessions when the work settles"],
    ["abort-listener", "remove the abort listener from sessions in a finally"],
    ["timer", "clear the timer when the work settles"],
    ["subscription", "keep what subscribing to sessions returns, and call it"],
    ["resource", "close or disconnect sessions when the work is done"],
    ["promise", "do not wait on the long-lived promise anew each time"],
    ["context", "let the closure close over only what it uses"],
    ["user-timing", "call performance.clearMarks() and clearMeasures()"],
    ["native", "close sessions when the work is done"],
    ["binding", "remove from sessions what is done with, or bound it"],
    ["collection", "remove from sessions what is done with, or bound it"],
  ])("fits a %s", (kind, text) => expect(adviceFor({ ...input, kind })).toContain(text));

  it("says that nothing removes only where that is known", () => {
    expect(adviceFor({ ...input, hasRemoval: false })).toBe(
      "nothing removes from sessions: delete what is done with, or bound it",
    );
    expect(adviceFor({ ...input, hasRemoval: true })).not.toContain("nothing removes");
  });

  it("advises a WeakMap where the keys of a Map are objects", () => {
    expect(adviceFor({ ...input, hasObjectKeys: true })).toContain("WeakMap");
    expect(adviceFor({ ...input, hasObjectKeys: true, type: "Object" })).not.toContain("WeakMap");
  });

  it("knows Node's list of what was entered", () => {
    expect(adviceFor({ ...input, chain: [hop(""), { ...hop("storageList"), flagged: true }] })).toContain("disable()");
  });

  it.each(["binding", "listener"])("names the removal that never ran, of a %s too", (kind) => {
    expect(adviceFor({ ...input, kind, unusedRemoval: removal })).toBe(
      "call close() of src/sessions.ts when the work or the test ends: it removes from sessions, and never ran here",
    );
  });

  it.each<[string, Partial<OperationSite>]>([
    ["is not public", { isPublic: false }],
    ["has no name", { functionName: null }],
  ])("does not name a removal that %s", (_, change) => {
    expect(adviceFor({ ...input, unusedRemoval: { ...removal, ...change } })).not.toContain("call ");
  });

  it.each([
    ["stack frame of handle in an unread Error", "read error.stack once, or keep only its message"],
    ["local chunks of suspended upload", "let upload finish: settle what it waits for"],
    ["local of suspended upload", "let upload finish: settle what it waits for"],
  ])("goes by the chain before all else: %s", (edge, text) => {
    const chain = [hop("module"), hop("sessions"), hop("[0]"), hop(edge)];
    expect(adviceFor({ ...input, kind: "promise", chain, unusedRemoval: removal })).toContain(text);
  });

  it("does not go by an Error on the way to the holder", () => {
    const chain = [
      hop("module"),
      hop("stack frame of handle in an unread Error"),
      { ...hop("sessions"), flagged: true },
    ];
    expect(adviceFor({ ...input, chain })).not.toContain("error.stack");
  });

  it.each(["binding", "listener", "timer", "promise", "context"])("is one line for a %s", (kind) => {
    expect(adviceFor({ ...input, kind })).not.toMatch(/\n|\.$/);
  });
});
