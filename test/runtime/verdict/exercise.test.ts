import { describe, expect, it } from "vitest";
import type { OperationSite } from "../../../rules/analysis/facts.js";
import type { FunctionCoverage } from "../../../runtime/child/protocol.js";
import type { ScriptView } from "../../../runtime/source-places.js";
import { CoverageLog } from "../../../runtime/verdict/exercise.js";

const view: ScriptView = {
  scriptId: 7,
  url: "file:///a.js",
  isNodes: true,
  toSource: () => null,
  toOffset: ({ offset }) => offset,
};

function siteAt(offset: number): OperationSite {
  const place = { line: 1, column: offset, offset };
  return {
    start: place,
    end: place,
    operation: "push",
    functionRange: null,
    functionName: null,
    isPublic: false,
    isTimed: false,
  };
}

function take(...functions: FunctionCoverage["ranges"][]) {
  return [{ scriptId: "7", url: "file:///a.js", functions: functions.map((ranges) => ({ ranges })) }];
}

describe("CoverageLog", () => {
  it("counts the innermost range around the operation", () => {
    const log = new CoverageLog();
    log.add(
      take(
        [[0, 100, 1]],
        [
          [10, 60, 5],
          [30, 50, 2],
          [35, 40, 0],
        ],
      ),
    );
    expect(log.runsOf(siteAt(20), [view])).toBe(5);
    expect(log.runsOf(siteAt(32), [view])).toBe(2);
    expect(log.runsOf(siteAt(37), [view])).toBe(0);
    expect(log.runsOf(siteAt(80), [view])).toBe(1);
  });

  it("adds up the takes, or those since one of them", () => {
    const log = new CoverageLog();
    const warmUp = log.add(take([[0, 100, 1]], [[10, 60, 5]]));
    log.add(take([[10, 60, 3]]));
    log.add(take([[10, 60, 4]]));
    expect(log.runsOf(siteAt(20), [view])).toBe(12);
    expect(log.runsOf(siteAt(20), [view], warmUp + 1)).toBe(7);
  });

  it("does not count a function's calls for one inside it that a take leaves out because it did not run", () => {
    const log = new CoverageLog();
    log.add(take([[0, 100, 1]], [[10, 60, 0]]));
    log.add(take([[0, 100, 9]]));
    expect(log.runsOf(siteAt(20), [view])).toBe(0);
  });

  it("adds up the instances of a module, and knows nothing of scripts it was not told of", () => {
    const log = new CoverageLog();
    log.add([...take([[0, 100, 1]]), { scriptId: "8", url: "file:///a.js", functions: [{ ranges: [[0, 100, 2]] }] }]);
    expect(log.runsOf(siteAt(5), [view, { ...view, scriptId: 8 }])).toBe(3);
    expect(log.runsOf(siteAt(5), [{ ...view, scriptId: 9 }])).toBe(0);
  });

  it("says nothing of a place that the source map does not cover", () => {
    expect(new CoverageLog().runsOf(siteAt(5), [{ ...view, toOffset: () => null }])).toBeNull();
  });
});
