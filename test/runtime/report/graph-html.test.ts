import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { graphToHtml } from "../../../runtime/report/graph-html.js";
import { chain, server } from "./graph-samples.js";
import { decode } from "./svg-parts.js";

const contentOf = (page: string, tag: string): string => new RegExp(`<${tag}>(.*?)</`, "s").exec(page)?.[1] ?? "";

describe("the page of a graph", () => {
  it("runs its own script and style, and nothing else", async () => {
    const page = await graphToHtml(chain(3), { title: "What keeps Session" });
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? "";
    const hash = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
    expect(policy.split("; ")).toEqual([
      "default-src 'none'",
      "base-uri 'none'",
      "form-action 'none'",
      `script-src ${hash(contentOf(page, 'script type="module"'))}`,
      `style-src ${hash(contentOf(page, "style"))}`,
    ]);
    // The policy would keep them from being applied.
    expect(page).not.toMatch(/<[^>]* style="/);
  });

  it("asks the network for nothing", async () => {
    const page = await graphToHtml(server(3), { title: "What keeps DB" });
    expect(page).not.toMatch(/\s(?:src|href|srcset|action)=|url\(|@import|\bfetch\(|\bimport\(/);
    const addresses = new Set(page.match(/https?:\/\/[^\s"'<]*/g));
    expect([...addresses]).toEqual(["http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"]);
  });

  it("has the title, the picture and its data", async () => {
    const page = await graphToHtml(server(1), { title: "What keeps <DB>" });
    expect(decode(contentOf(page, "title"))).toBe("What keeps <DB>");
    expect(decode(contentOf(page, "h1"))).toBe("What keeps <DB>");
    expect(page).toContain('<g id="n4001" class="node object shade0 target">');
    const data = /id="graph-data">(.*?)<\/script>/s.exec(page)?.[1] ?? "";
    expect(JSON.parse(data)).toMatchObject({
      direction: "backrefs",
      nodes: expect.arrayContaining([
        {
          id: 4001,
          kind: "object",
          title: "DB",
          lines: ["src/db.ts:12", "11.7 MB retained", "postgres://localhost/orders"],
          isTarget: true,
          undrawn: null,
        },
        expect.objectContaining({ id: 4007, undrawn: "4,102 more backreferences" }),
      ]),
      arrows: expect.arrayContaining([{ from: 4003, to: 4001, label: ".owner" }]),
    });
  });

  it("has every element that its script asks for", async () => {
    const page = await graphToHtml(chain(2), { title: "Title" });
    const script = contentOf(page, 'script type="module"');
    const asked = [...script.matchAll(/getElementById\("([\w-]+)"\)/g)].map(([, id]) => id);
    expect(asked.length).toBeGreaterThan(3);
    for (const id of [...asked, "graph", "zoom-in", "zoom-out", "fit", "expand-all"])
      expect(page).toContain(`id="${id}"`);
  });
});
