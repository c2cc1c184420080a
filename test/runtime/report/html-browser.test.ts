import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { formatHtml } from "../../../runtime/report/html.js";
import { describeInBrowser, eventually, faintTexts, narrow, overflow, schemes, tabThrough } from "./browser.js";
import { hostileTexts } from "./hostile-text.js";
import { cleared, context, finding, hop, result, unflagged } from "./results.js";
import { project } from "../command.js";

/** Longer than its frame is high, and wider than a narrow window. */
const longChain = [
  hop("src/sessions.ts", "module", { file: "src/sessions.ts" }),
  hop("sessions", "Map", { file: "src/sessions.ts", line: 3, size: 12_345, retainedBytes: 10_174_464, flagged: true }),
  ...Array.from({ length: 14 }, (_, index) =>
    hop(`.aFieldWithALongName${index}`, "AsyncIteratorOfTheConnectionPoolManager", {
      file: "node_modules/some-package/lib/deep/folder/index.js",
      line: 1000 + index,
      retainedBytes: 5000,
      count: index % 4 === 0 ? 12_345 : 1,
    }),
  ),
];

/** Of millions of objects, whose numbers are long. */
const series = [10, 90, 1024].map((iteration) => ({
  iteration,
  elapsedMs: iteration,
  rss: 1_200_000_000 + iteration,
  heapUsed: 1_000_000_000 + 2500 * iteration,
  objects: 12_000_000 + 12 * iteration,
}));

const everything = result({
  series,
  findings: [
    finding(),
    finding({ fingerprint: "long", heapFingerprints: [], file: "src/sessions.ts", line: 3, chain: longChain }),
    cleared({ verdict: "inconclusive", fingerprint: "slow", reason: "the time budget was over" }),
    cleared(),
    cleared({ verdict: "not-exercised", fingerprint: "idle", reason: "the flagged code never ran" }),
  ],
  unflagged: [unflagged()],
  suite: {
    files: 30,
    left: [
      {
        file: "test/orders.test.ts",
        fingerprint: "f00d",
        name: "log",
        module: "src/errors.ts",
        perRun: 1200,
        tearDown: "clear",
      },
      {
        file: "test/http/sessions.integration.test.ts",
        fingerprint: "long",
        name: "sessions",
        module: "src/sessions.ts",
        perRun: 12,
        tearDown: null,
      },
    ],
    failures: [{ file: "test/mail.test.ts", test: "sends", message: "is closed" }],
  },
  release: {
    module: "src/errors.ts",
    export: "clear",
    iterations: 1440,
    entries: [
      {
        fingerprint: "f00d",
        name: "log",
        file: "src/errors.ts",
        line: 14,
        before: { verdict: "confirmed", perIteration: 1, size: 4096 },
        after: { verdict: "refuted", perIteration: 0, size: 0 },
      },
    ],
  },
});

const sources = {
  "src/errors.ts": Array.from({ length: 30 }, (_, line) => `export const line${line} = [${"1, ".repeat(60)}];`).join(
    "\n",
  ),
};
const render = (): Promise<string> => formatHtml(everything, { ...context, workingDirectory: project(sources) });

/** Verdicts of the entries that are shown. */
const statuses = (page: Page): Promise<string[]> =>
  page.evaluate("[...document.querySelectorAll('.entry:not([hidden])')].map((entry) => entry.dataset.status)");

/** An entry is filled a moment after it is opened. */
async function openEntry(page: Page, index: number): Promise<void> {
  const entry = page.locator(".entry").nth(index);
  await entry.locator("summary").click();
  await entry.locator(".body").waitFor();
}

/** Left, top, width and height of what is seen of the first graph. */
async function windowOf(page: Page): Promise<number[]> {
  return ((await page.locator("svg.graph").first().getAttribute("viewBox")) ?? "").split(" ").map(Number);
}

describeInBrowser("the page of a result", (open) => {
  it("filters by verdict, by click and by key", async () => {
    const page = await open(await render());
    const all = ["confirmed", "confirmed", "unflagged", "inconclusive", "refuted", "not-exercised"];
    expect(await statuses(page)).toEqual(all);
    const confirmed = page.getByRole("button", { name: "confirmed" });
    await confirmed.click();
    expect(await confirmed.getAttribute("aria-pressed")).toBe("false");
    expect(await statuses(page)).toEqual(all.slice(2));
    expect(await page.locator("#found").textContent()).toBe("4 of 6 shown");
    await page.getByRole("button", { name: "refuted" }).focus();
    await page.keyboard.press("Space");
    expect(await statuses(page)).toEqual(["unflagged", "inconclusive", "not-exercised"]);
    await page.keyboard.press("Enter");
    await confirmed.press("Enter");
    expect(await statuses(page)).toEqual(all);
  });

  it("searches places, reasons and chains, and walks through what is found", async () => {
    const page = await open(await render());
    await page.keyboard.press("/");
    await page.keyboard.type("AsyncIterator pool");
    expect(await statuses(page)).toEqual(["confirmed"]);
    await page.keyboard.press("Escape");
    expect(await statuses(page)).toHaveLength(6);
    await page.keyboard.press("Tab");
    await page.locator("h2").first().click();
    for (const key of ["j", "j", "j", "k"]) await page.keyboard.press(key);
    await page.keyboard.press("Enter");
    const second = page.locator(".entry").nth(1);
    await second.locator("svg.graph").waitFor();
    expect(await second.getAttribute("open")).toBe("");
  });

  it("opens the entry that its address names, though it is filtered out or far below", async () => {
    const page = await open(await render());
    await page.getByRole("button", { name: "unflagged" }).click();
    await page.evaluate("location.hash = '#entry-2'");
    const entry = page.locator("#entry-2");
    await entry.locator(".chain").waitFor();
    const box = await entry.boundingBox();
    const head = await page.locator("header").boundingBox();
    expect(box?.y).toBeGreaterThanOrEqual(head?.height ?? 0);
    expect(box?.y).toBeLessThan(300);
    const widths = "[...document.querySelectorAll('#entry-2 svg.graph rect')].map((box) => box.width.baseVal.value)";
    expect(Math.min(...(await page.evaluate<number[]>(widths)))).toBeGreaterThan(50);
  });

  it("zooms and pans the graph of a chain", async () => {
    const page = await open(await render());
    const graph = page.locator("svg.graph").first();
    await graph.scrollIntoViewIfNeeded();
    const [, , width, height] = await windowOf(page);

    // The page scrolls past a graph that nobody has clicked on.
    await graph.hover();
    await page.mouse.wheel(0, -300);
    expect(await windowOf(page)).toEqual([expect.any(Number), expect.any(Number), width, height]);

    await graph.click();
    await page.mouse.wheel(0, -300);
    await eventually(async () => (await windowOf(page))[2]).toBeLessThan(width * 0.8);
    const [left, top, near] = await windowOf(page);

    await page.mouse.down();
    await page.mouse.move(400, 400, { steps: 3 });
    await page.mouse.up();
    const dragged = await windowOf(page);
    expect([dragged[0] === left && dragged[1] === top, dragged[2]]).toEqual([false, near]);
    await page.mouse.move(500, 500);
    expect(await windowOf(page)).toEqual(dragged);

    await page.keyboard.press("0");
    expect((await windowOf(page))[2]).toBeCloseTo(width);
    await page.keyboard.press("+");
    expect((await windowOf(page))[2]).toBeCloseTo(width / 1.25);
    const before = await windowOf(page);
    await page.keyboard.press("ArrowDown");
    expect((await windowOf(page))[1]).toBeGreaterThan(before[1]);
    await page.getByRole("button", { name: "Zoom out" }).first().click();
    await page.getByRole("button", { name: "Show all of the graph" }).first().click();
    expect((await windowOf(page))[2]).toBeCloseTo(width);
  });

  it("draws the graph in the window's own scale after it has become narrow", async () => {
    const page = await open(await render());
    await page.setViewportSize(narrow);
    const graph = page.locator("svg.graph").first();
    await eventually(async () => ((await graph.boundingBox())?.width ?? 0) / (await windowOf(page))[2]).toBeCloseTo(1);
  });

  it("is used by keyboard alone, and shows where the focus is", async () => {
    const page = await open(await render());
    await openEntry(page, 1);
    await page.locator("h1").click();
    const reached = await tabThrough(page);
    expect(reached.slice(0, 7)).toEqual([
      "button ✖ confirmed 2",
      "button ✖ unflagged 1",
      "button ? inconclusive 1",
      "button ✔ refuted 1",
      "button ○ not-exercised 1",
      "input #search",
      expect.stringContaining("summary"),
    ]);
    // Backwards, what has the focus is not below the head of the page.
    for (let step = 0; step < 12; step += 1) {
      await page.keyboard.press("Shift+Tab");
      expect(await page.evaluate("inPage.focused()")).toMatchObject({ isSeen: true });
    }
  });

  it.each(schemes)("can be read in %s colours, and is printed in full on white", async (colorScheme) => {
    const page = await open(await render(), { colorScheme });
    for (const index of [1, 2, 3]) await openEntry(page, index);
    for (const name of ["refuted", "unflagged"]) await page.getByRole("button", { name }).click();
    expect(await faintTexts(page)).toEqual([]);

    await page.emulateMedia({ media: "print" });
    await page.setViewportSize({ width: 700, height: 1000 });
    expect(await faintTexts(page)).toEqual([]);
    expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(255, 255, 255)");
    expect(await page.locator(".graph-frame .bar:visible").count()).toBe(0);
    // Nothing can be scrolled on paper.
    const cut =
      "[...document.querySelectorAll('pre, .chain, .scroll')].filter((box) => box.scrollWidth > box.clientWidth)";
    expect(await page.evaluate(`${cut}.length`)).toBe(0);
  });

  it("fits into a narrow window", async () => {
    const page = await open(await render(), { size: narrow });
    for (const index of [1, 2, 3]) await openEntry(page, index);
    expect(await overflow(page)).toBe(0);
    const heights = "[...document.querySelectorAll('.chart text')].map((text) => text.getBoundingClientRect().height)";
    expect(Math.min(...(await page.evaluate<number[]>(heights)))).toBeGreaterThanOrEqual(12);
    const lefts = "[...document.querySelectorAll('.chart text')].map((text) => text.getBoundingClientRect().left)";
    expect(Math.min(...(await page.evaluate<number[]>(lefts)))).toBeGreaterThan(0);
  });

  it("shows hostile text as text", async () => {
    const findings = hostileTexts.map((text, index) =>
      finding({
        fingerprint: `f${index}`,
        heapFingerprints: [],
        file: text,
        message: text,
        reason: text,
        note: text,
        advice: text,
        holder: { kind: text, name: text, module: text, type: text, size: 1 },
        chain: [hop(text, "module", { file: text }), hop(text, text, { file: text, line: 3, flagged: true })],
      }),
    );
    const page = await open(await formatHtml(result({ workload: hostileTexts.join(""), findings }), context), {
      size: narrow,
    });
    await page.evaluate("for (const entry of document.querySelectorAll('.entry')) entry.open = true");
    await eventually(() => page.locator("svg.graph").count()).toBe(findings.length);
    expect(await page.locator("img, iframe, table table, script:not([type])").count()).toBe(0);
    expect(await page.locator("script").count()).toBe(2);
    expect(await overflow(page)).toBe(0);
  });
});
