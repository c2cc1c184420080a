import { describe as suite, expect, it } from "vitest";
import { describe } from "../../../runtime/record/description.js";
import { plotToHtml } from "../../../runtime/report/plot-html.js";
import { scaleAround, scaleWithin } from "../../../runtime/report/plot-scale.js";
import { plotToSvg } from "../../../runtime/report/plot-svg.js";
import { thinnedLine } from "../../../runtime/report/plot-thinning.js";
import { plotOf, type Run } from "../../../runtime/report/plot.js";
import { sparkline } from "../../../runtime/report/sparkline.js";
import { megabytes, recording } from "../record/recordings.js";
import { hostileTexts } from "./hostile-text.js";

const run = (name: string, perIteration: number): Run => ({
  name,
  description: describe(
    recording(10, {
      objects: (i) => 10_000 + perIteration * i,
      heap_used: (i) => megabytes(6 + (perIteration / 1000) * i),
      rss: () => megabytes(80),
    }),
  ),
});
const count = (text: string, part: RegExp): number => [...text.matchAll(part)].length;

suite("a plot", () => {
  const svg = plotToSvg(plotOf("run", [run("run", 40)]));

  it("has a panel with its axis for each measure, and one axis of time", () => {
    expect(count(svg, /<tspan font-weight="bold">/g)).toBe(3);
    expect(svg).toContain(">10,400<");
    expect(svg).toMatch(/heap used<\/tspan><tspan [^>]*>, MB</);
    expect(count(svg, /> ?1 s</g)).toBe(1);
  });

  it("has a tick for each mark, a trend and its band, and the sentence", () => {
    const ticks = /<path d="((?:M[\d.]+ \d+v\d+)+)"/.exec(svg)?.[1] ?? "";
    expect(count(ticks, /M/g)).toBe(11);
    expect(count(svg, /stroke-dasharray="6 4"/g)).toBe(3);
    expect(count(svg, /<polygon /g)).toBe(3);
    expect(svg).toContain("objects +40.0 per iteration over all 10, p &#60; 0.001");
    expect(svg).toContain("leakproof verify proves.");
  });

  it("is well-formed, with numbers that are numbers", () => {
    expect(svg).not.toMatch(/NaN|Infinity|undefined|null/);
    expect(count(svg, /<[a-z]+[ >]/gi) - count(svg, /\/>/g)).toBe(count(svg, /<\/[a-z]+>/gi));
  });

  it("lays two runs over each other by iterations", () => {
    const both = plotToSvg(plotOf("fix", [run("before.csv", 40), run("after.csv", 0)]));
    expect(both).toContain("before: before.csv");
    expect(both).toContain("after: objects flat at 10,000 over all 10");
    expect(both).toContain(">iterations</text>");
    expect(both).not.toContain("<path");
  });

  it("is drawn of a single sample, of zeros, and of very many", () => {
    const few = recording(0, { objects: () => 0, rss: () => 0 }).slice(1);
    expect(plotToSvg(plotOf("few", [{ name: "few", description: describe(few) }]))).not.toMatch(/NaN|Infinity/);
    const many = recording(30_000, { objects: (i) => i });
    expect(plotToSvg(plotOf("many", [{ name: "many", description: describe(many) }])).length).toBeLessThan(200_000);
  });

  it.each(hostileTexts.map((text) => [text.slice(0, 40), text]))("lets no markup in: %j", async (_, text) => {
    const plot = plotOf(text, [run(text, 1), run(text, 2)]);
    for (const page of [plotToSvg(plot), await plotToHtml(plot)]) {
      expect(count(page, /<script/g)).toBe(page.startsWith("<svg") ? 0 : 2);
      expect(page).not.toContain("<img");
      expect(page.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\u202e]/u);
    }
  });
});

suite("the page of a plot", () => {
  it("runs its own script and style alone, and asks for nothing", async () => {
    const page = await plotToHtml(plotOf("run", [run("run", 40)]));
    expect(page).toMatch(
      /Content-Security-Policy" content="default-src 'none'; base-uri 'none'; form-action 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'"/,
    );
    expect(page).not.toMatch(/(?:src|href)=/);
    expect(count(page, /style="/g)).toBe(0);
    const data = JSON.parse(/id="plot-data">(.*?)<\/script>/.exec(page)?.[1] ?? "") as {
      readings: { title: string; lines: string[] }[];
    };
    expect(data.readings.at(-1)).toMatchObject({
      title: "2.20 s · after iteration 10",
      lines: ["objects 10,400", "heap used 6.4 MB", "RSS 80.0 MB"],
    });
  });
});

suite("scales", () => {
  it("are round and wide enough", () => {
    expect(scaleAround([10_003, 10_397], 4, 4)).toMatchObject({
      low: 10_000,
      high: 10_400,
      ticks: [10_000, 10_100, 10_200, 10_300, 10_400],
    });
    expect(scaleAround([6, 6], 0.3, 2).high - scaleAround([6, 6], 0.3, 2).low).toBeGreaterThanOrEqual(0.3);
    expect(scaleAround([0, 0], 4, 2).low).toBe(0);
    expect(scaleWithin(0.3, 2.6, 5).ticks).toEqual([0.5, 1, 1.5, 2, 2.5]);
  });

  it("keep peaks of long lines", () => {
    const points = Array.from({ length: 100_000 }, (_, x) => ({ x, y: x === 54_321 ? 9 : 0 }));
    const thin = thinnedLine(points, 400);
    expect(thin.length).toBeLessThanOrEqual(1604);
    expect(thin).toContainEqual({ x: 54_321, y: 9 });
    expect([thin[0], thin.at(-1)]).toEqual([points[0], points.at(-1)]);
  });

  it("fit into a line of a terminal", () => {
    expect(sparkline([1, 2, 3, 4, 5, 6, 7, 8], 8, 1)).toBe("▁▂▃▄▅▆▇█");
    expect(sparkline([5, 5, 5], 8, 1)).toBe("▁▁▁");
    expect(sparkline([1, 2, 9], 2, 1)).toHaveLength(2);
  });
});
