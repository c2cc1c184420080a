import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { graphToHtml } from "../../../runtime/report/graph-html.js";
import { describeInBrowser, eventually, faintTexts, narrow, overflow, schemes, tabThrough } from "./browser.js";
import { backrefs, chain, node, server } from "./graph-samples.js";
import { hostileTexts } from "./hostile-text.js";

const render = (): Promise<string> => graphToHtml(server(3), { title: "What keeps DB" });

/** Left, top, width and height of what is seen of the picture. */
async function windowOf(page: Page): Promise<number[]> {
  return ((await page.locator("#picture svg").getAttribute("viewBox")) ?? "").split(" ").map(Number);
}

const selected = (page: Page): Promise<string> => page.locator("#details").innerText();

describeInBrowser("the page of a graph", (open) => {
  it("zooms and pans by wheel, drag, button and key", async () => {
    const page = await open(await render());
    const whole = await windowOf(page);
    await page.mouse.move(300, 300);
    await page.mouse.wheel(0, -400);
    await eventually(async () => (await windowOf(page))[2]).toBeLessThan(whole[2] * 0.7);
    const near = await windowOf(page);

    await page.mouse.down();
    await page.mouse.move(200, 260, { steps: 4 });
    await page.mouse.up();
    const dragged = await windowOf(page);
    expect(dragged[0]).toBeGreaterThan(near[0]);
    expect(dragged[2]).toBe(near[2]);

    await page.keyboard.press("0");
    expect(await windowOf(page)).toEqual(whole);
    await page.keyboard.press("+");
    await page.keyboard.press("ArrowRight");
    expect((await windowOf(page))[2]).toBeCloseTo(whole[2] / 1.25);
    await page.getByRole("button", { name: "Zoom out" }).click();
    await page.getByRole("button", { name: "Fit" }).click();
    expect(await windowOf(page)).toEqual(whole);
  });

  it("shows all of the graph with room around it", async () => {
    const page = await open(await render());
    const [left, top, width, height] = await windowOf(page);
    const picture = await page.locator("#picture").boundingBox();
    const drawn = await page.locator("#graph").boundingBox();
    expect(drawn?.x).toBeGreaterThan((picture?.x ?? 0) + 8);
    expect((drawn?.x ?? 0) + (drawn?.width ?? 0)).toBeLessThan((picture?.x ?? 0) + (picture?.width ?? 0) - 8);
    expect([left, top, width, height].every(Number.isFinite)).toBe(true);
  });

  it("searches, selects, and collapses by pointer and by key", async () => {
    const page = await open(await render());
    await page.keyboard.press("/");
    await page.keyboard.type("LogEntry");
    expect(await page.locator("#found").innerText()).toBe("3 found");
    await page.keyboard.press("Enter");
    expect(await page.locator("#found").innerText()).toBe("1 of 3 found");
    expect(await selected(page)).toContain("LogEntry");
    await page.keyboard.press("Escape");

    await page.locator("#picture .node", { hasText: "Pool" }).focus();
    await page.keyboard.press("Enter");
    expect(await selected(page)).toContain("Nothing is reached through it alone.");
    const request = page.locator("#picture .node", { hasText: "IncomingMessage" }).first();
    await request.click();
    expect(await selected(page)).toContain("IncomingMessage");
    await request.click();
    expect(await page.locator(".badge").textContent()).toMatch(/^\d+ hidden$/);
    await page.getByRole("button", { name: "Expand all" }).click();
    expect(await page.locator(".node.gone").count()).toBe(0);

    await page.keyboard.press("d");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    expect(await selected(page)).not.toContain("IncomingMessage\n");
  });

  it("is used by keyboard alone, and shows where the focus is", async () => {
    const page = await open(await graphToHtml(chain(5), { title: "What keeps Session" }));
    const reached = await tabThrough(page);
    expect(reached.slice(0, 5)).toEqual([
      "input #search",
      "button #zoom-out",
      "button #zoom-in",
      "button #fit",
      "button #expand-all",
    ]);
    expect(reached.filter((name) => name.startsWith("g "))).toHaveLength(5);
    // What is no longer selected still has the focus.
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Escape");
    expect(await page.evaluate("inPage.focused()")).toMatchObject({ isMarked: true });
  });

  it.each(schemes)("can be read in %s colours, and in print", async (colorScheme) => {
    const page = await open(await render(), { colorScheme });
    expect(await faintTexts(page)).toEqual([]);
    await page.emulateMedia({ media: "print" });
    expect(await faintTexts(page)).toEqual([]);
    await page.emulateMedia({ media: "screen" });
    await page.keyboard.press("/");
    await page.keyboard.type("o");
    await page.keyboard.press("Enter");
    expect(await faintTexts(page, ".match, #details, header")).toEqual([]);
  });

  it("fits into a narrow window", async () => {
    const page = await open(await render(), { size: narrow });
    expect(await overflow(page)).toBe(0);
    expect((await page.locator("#picture").boundingBox())?.height).toBeGreaterThan(200);
  });

  it("shows hostile text as text", async () => {
    const nodes = hostileTexts.map((text, index) =>
      node(1001 + 2 * index, { title: text, place: text, extraInfo: text, depth: index, isTarget: index === 0 }),
    );
    const edges = hostileTexts
      .slice(1)
      .map((label, index) => ({ from: 1003 + 2 * index, to: 1001 + 2 * index, label }));
    const page = await open(await graphToHtml(backrefs(nodes, edges), { title: hostileTexts.join("") }), {
      size: narrow,
    });
    for (const { id } of nodes.slice(0, 5)) await page.locator(`#n${id}`).focus();
    expect(await page.locator("img, iframe, table").count()).toBe(0);
    expect(await page.locator("script").count()).toBe(2);
    expect(await overflow(page)).toBe(0);
  });
});
