import { expect, it } from "vitest";
import { describe } from "../../../runtime/record/description.js";
import { plotToHtml } from "../../../runtime/report/plot-html.js";
import { plotOf, type Run } from "../../../runtime/report/plot.js";
import { megabytes, recording } from "../record/recordings.js";
import { describeInBrowser, faintTexts, narrow, overflow, schemes, tabThrough } from "./browser.js";
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
const one = (): Promise<string> => plotToHtml(plotOf("bench/orders.mjs", [run("run", 40)]));
const two = (): Promise<string> => plotToHtml(plotOf("fix", [run("before.csv", 40), run("after.csv", 0)]));

describeInBrowser("the page of a plot", (open) => {
  it("tells what is under the pointer, and all of it is in the window", async () => {
    const page = await open(await one());
    const reading = page.locator("#reading");
    await page.mouse.move(1200, 840);
    for (const y of [100, 400, 700]) {
      await page.mouse.move(1190, y);
      expect(await reading.innerText()).toContain("objects 10,400");
      const [box, plot] = [await reading.boundingBox(), await page.locator("#plot").boundingBox()];
      expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual((plot?.x ?? 0) + (plot?.width ?? 0));
      expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual((plot?.y ?? 0) + (plot?.height ?? 0));
    }
    await page.mouse.move(5, 5);
    expect(await reading.isVisible()).toBe(false);
  });

  it("is read by keyboard alone", async () => {
    const page = await open(await one());
    expect(await tabThrough(page)).toEqual(["main #plot"]);
    await page.locator("#plot").focus();
    const told: string[] = [];
    for (const key of ["ArrowRight", "ArrowRight", "End", "PageUp", "Home"]) {
      await page.keyboard.press(key);
      told.push((await page.locator("#reading").innerText()).split("\n")[0]);
    }
    expect(told).toEqual([
      "0.10 s",
      "0.20 s · after iteration 0",
      "2.20 s · after iteration 10",
      "1.20 s · after iteration 5",
      "0.10 s",
    ]);
    await page.keyboard.press("Escape");
    expect(await page.locator("#reading").isVisible()).toBe(false);
  });

  it.each(schemes)("can be read in %s colours, and in print", async (colorScheme) => {
    for (const render of [one, two]) {
      const page = await open(await render(), { colorScheme });
      await page.locator("#plot").focus();
      await page.keyboard.press("End");
      expect(await faintTexts(page)).toEqual([]);
      await page.emulateMedia({ media: "print" });
      expect(await faintTexts(page)).toEqual([]);
    }
  });

  it("is not made too small for a narrow window: it is moved, and what is read comes into view", async () => {
    const page = await open(await two(), { size: narrow });
    expect(await overflow(page)).toBe(0);
    const heights = "[...document.querySelectorAll('svg text')].map((text) => text.getBoundingClientRect().height)";
    expect(Math.min(...(await page.evaluate<number[]>(heights)))).toBeGreaterThan(8);
    await page.locator("#plot").focus();
    for (const key of ["End", "Home"]) {
      await page.keyboard.press(key);
      const box = await page.locator("#reading").boundingBox();
      expect(box?.x).toBeGreaterThanOrEqual(0);
      expect(Math.floor((box?.x ?? 0) + (box?.width ?? 0))).toBeLessThanOrEqual(narrow.width);
    }
  });

  it("shows hostile text as text", async () => {
    const text = hostileTexts.join("");
    const page = await open(await plotToHtml(plotOf(text, [run(text, 1), run(text, 2)])), { size: narrow });
    expect(await page.locator("img, iframe, table").count()).toBe(0);
    expect(await page.locator("script").count()).toBe(2);
    expect(await overflow(page)).toBe(0);
  });
});
