import { describe, expect, it } from "vitest";
import { InputError } from "../../../runtime/input-error.js";
import { graphToDot } from "../../../runtime/report/graph-dot.js";
import { renderGraph } from "../../../runtime/report/graph.js";
import { chain } from "./graph-samples.js";

describe("forms of a graph", () => {
  it.each([
    [".dot", /^digraph \{/],
    [".svg", /^<svg /],
    [".html", /^<!doctype html>/],
    [".PNG", /^.PNG/],
  ])("knows %s", async (extension, start) => {
    const contents = await renderGraph(chain(3), extension, { title: "What keeps Session" });
    expect(typeof contents === "string" ? contents : Buffer.from(contents).toString("latin1")).toMatch(start);
  });

  it.each([".pdf", "", ".svg\n"])("names the known ones for %j", async (extension) => {
    const error: unknown = await renderGraph(chain(3), extension, { title: "" }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InputError);
    expect(String(error)).toContain("use one of .dot, .svg, .png, .html");
    expect(String(error)).not.toContain("\n");
  });

  it("writes DOT of any size", () => {
    expect(graphToDot(chain(5000)).split("\n").length).toBeGreaterThan(10_000);
  });
});
