/** Pages in a Chromium that is installed: opened as files, and watched for whatever they should not do. */
import { existsSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect } from "vitest";
import { project } from "../command.js";

/** Empty where there is none. */
const executable =
  process.env["CHROMIUM"] ??
  [
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  ].find(existsSync) ??
  "";

const quietly = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** What has no meaning without the document is asked in the page: the functions of `in-page.js`. */
const IN_PAGE = path.join(import.meta.dirname, "in-page.js");

const wide = { width: 1280, height: 860 };
export const narrow = { width: 380, height: 760 };
export const schemes = ["light", "dark"] as const;

export interface Screen {
  /** Pixels; a wide window if it is not given. */
  readonly size?: { readonly width: number; readonly height: number };
  readonly colorScheme?: (typeof schemes)[number];
}

export type OpenPage = (html: string, screen?: Screen) => Promise<Page>;

/**
 * Tests of pages in a browser. None passes where a page asked for more than its own file, threw, wrote to the console or
 * opened a dialog.
 */
export function describeInBrowser(name: string, tests: (open: OpenPage) => void): void {
  const reason = executable === "" ? ": skipped, no Chromium is installed, and CHROMIUM names none" : "";
  describe.skipIf(executable === "")(`${name} in Chromium${reason}`, () => {
    let browser: Browser;
    let context: BrowserContext;
    const troubles: string[] = [];

    beforeAll(async () => {
      const asRoot = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
      browser = await chromium.launch({ executablePath: executable, args: [...asRoot, ...quietly] });
      context = await browser.newContext();
      await context.addInitScript({ path: IN_PAGE });
    });
    afterAll(() => browser.close());
    afterEach(async () => {
      await Promise.all(context.pages().map((page) => page.close()));
      expect(troubles.splice(0)).toEqual([]);
    });

    tests(async (html, { size = wide, colorScheme = "light" } = {}) => {
      const page = await context.newPage();
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme });
      const address = pathToFileURL(path.join(project({ "page.html": html }), "page.html")).href;
      page.on("request", (request) => {
        if (request.url().split("#")[0] !== address) troubles.push(`asked for ${request.url()}`);
      });
      page.on("console", (message) => troubles.push(message.text()));
      page.on("pageerror", (error) => troubles.push(error.message));
      page.on("dialog", (dialog) => {
        troubles.push(`dialog: ${dialog.message()}`);
        void dialog.dismiss();
      });
      await page.goto(address);
      return page;
    });
  });
}

/**
 * Texts that are read on what is painted behind them with a contrast below WCAG's 4.5 to 1.
 * @param within selector of what is looked at
 */
export async function faintTexts(page: Page, within = "body"): Promise<string[]> {
  const call = `inPage.contrasts(${JSON.stringify(within)})`;
  const texts = await page.evaluate<{ text: string; contrast: number; colours: string }[]>(call);
  expect(texts.length).toBeGreaterThan(5);
  return texts
    .filter(({ contrast }) => contrast < 4.5)
    .map(({ text, contrast, colours }) => `${contrast.toFixed(2)} ${colours} ${text}`);
}

interface Focused {
  readonly name: string;
  readonly isMarked: boolean;
  readonly isSeen: boolean;
}

/** Everything interactive, in the order of Tab from the start, each seen and marked when it has the focus. */
export async function tabThrough(page: Page): Promise<string[]> {
  const expected = await page.evaluate<string[]>("inPage.interactive()");
  const reached: string[] = [];
  const unclear: Focused[] = [];
  for (let step = 0; step < expected.length + 10; step += 1) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate<Focused | null>("inPage.focused()");
    if (focused === null) break;
    reached.push(focused.name);
    if (!focused.isMarked || !focused.isSeen) unclear.push(focused);
  }
  expect(unclear).toEqual([]);
  expect(expected.filter((name) => !reached.includes(name))).toEqual([]);
  return reached;
}

/** For what the browser does in its own time. */
export function eventually<Value>(ask: () => Promise<Value>): ReturnType<typeof expect.poll<Value>> {
  return expect.poll(ask, { timeout: 20_000 });
}

/** Pixels by which the page is wider than the window. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
}
