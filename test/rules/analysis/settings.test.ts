import { describe, expect, it } from "vitest";
import { settingsOf, useSettings } from "../../../rules/analysis/settings.js";
import { parse } from "./parse.js";

const NONE = { boundedCollections: [], releases: [], disposalSinks: [], teardownMethods: [] };

function settingsFrom(settings: Readonly<Record<string, unknown>>): unknown {
  const sourceCode = parse("");
  useSettings(sourceCode, settings);
  return settingsOf(sourceCode);
}

describe("settingsOf", () => {
  it("has nothing where nothing is set", () => {
    expect(settingsOf(parse(""))).toEqual(NONE);
    expect(settingsFrom({})).toEqual(NONE);
    expect(settingsFrom({ other: { boundedCollections: ["Ring"] } })).toEqual(NONE);
  });

  it("has what is set", () => {
    const release = { acquire: "openChannel", release: ["closeChannel"], by: "argument" };
    const given = {
      boundedCollections: ["Ring"],
      releases: [release],
      disposalSinks: ["_register"],
      teardownMethods: ["tearDown"],
    };
    expect(settingsFrom({ leakproof: given })).toEqual(given);
  });

  it.each([[null], ["Ring"], [42], [undefined]])("has nothing where it is set to %s", (given) => {
    expect(settingsFrom({ leakproof: given })).toEqual(NONE);
  });

  it("leaves out members that are not of the right shape", () => {
    const right = { acquire: "open", release: ["close"], by: "method" };
    const releases = [
      right,
      null,
      "open",
      { acquire: "open", release: [], by: "method" },
      { acquire: "open", release: ["close"], by: "magic" },
      { acquire: 1, release: ["close"], by: "result" },
      { release: ["close"], by: "result" },
    ];
    expect(
      settingsFrom({ leakproof: { boundedCollections: ["Ring", 1, null], releases, disposalSinks: "x" } }),
    ).toEqual({
      ...NONE,
      boundedCollections: ["Ring"],
      releases: [right],
    });
  });

  it("keeps the settings of each file apart", () => {
    const first = parse("");
    const second = parse("");
    useSettings(first, { leakproof: { teardownMethods: ["tearDown"] } });
    useSettings(second, { leakproof: { teardownMethods: ["halt"] } });
    expect(settingsOf(first).teardownMethods).toEqual(["tearDown"]);
    expect(settingsOf(second).teardownMethods).toEqual(["halt"]);
  });
});
