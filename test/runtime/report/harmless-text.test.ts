import { describe, expect, it } from "vitest";
import { escapeDotLabel, escapeMarkup, harmlessText, jsonForScript } from "../../../runtime/report/harmless-text.js";
import { hostileText, hostileTexts, randomNumbers } from "./hostile-text.js";

const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

const random = randomNumbers(7);
const texts = [...hostileTexts, ...Array.from({ length: 2000 }, () => hostileText(random))];

describe("harmless text", () => {
  it("leaves what can be seen as it is", () => {
    for (const text of ["DB", "function load", 'a "quoted" <T> & more', "Ж漢字🙂عربى", "C:\\src\\a.js", "e\u0301"])
      expect(harmlessText(text, 60)).toBe(text);
  });

  it("shows what cannot be seen as JavaScript writes it", () => {
    expect(harmlessText("a\nb\tc\0d", 60)).toBe("a\\nb\\tc\\0d");
    expect(harmlessText("evil\u202egpj.exe", 60)).toBe("evil\\u202egpj.exe");
    expect(harmlessText("\u001b[31mred", 60)).toBe("\\u001b[31mred");
    expect(harmlessText("half \ud83d", 60)).toBe("half \\ud83d");
    expect(harmlessText("tag \u{e0041}", 60)).toBe("tag \\u{e0041}");
  });

  it("is never empty", () => {
    for (const text of ["", "   ", "\u3000"]) expect(harmlessText(text, 60)).toBe("(empty)");
  });

  it("takes the end away, or the middle where the end says most", () => {
    expect(harmlessText("abcdefghij", 10)).toBe("abcdefghij");
    expect(harmlessText("abcdefghijk", 10)).toBe("abcdefghi…");
    expect(harmlessText("module src/a/b/c/orders.ts", 16, "middle")).toBe(
      "modul…/orders.ts".slice(0, 5) + "…/orders.ts".slice(-11),
    );
    expect(harmlessText("🙂".repeat(20), 10)).toBe("🙂".repeat(9) + "…");
  });

  it("cuts a pile of marks", () => {
    expect(harmlessText("a" + "\u0301".repeat(30) + "b", 60)).toBe("a" + "\u0301".repeat(4) + "…b");
  });

  it.each(["end", "middle"] as const)("is one short line for anything (%s)", (shortening) => {
    for (const text of texts) {
      const harmless = harmlessText(text, 60, shortening);
      expect(harmless).not.toMatch(UNSEEN);
      expect(() => encodeURIComponent(harmless)).not.toThrow();
      expect(Array.from(harmless).length).toBeLessThanOrEqual(60);
    }
  });

  it("does not read the whole of a long text", () => {
    const long = "\u202e<".repeat(50_000_000);
    const look = (): unknown => long.includes("absent");
    const shorten = (): unknown => harmlessText(long, 60, "middle");
    const fastest = (work: () => unknown): number =>
      Math.min(
        ...Array.from({ length: 3 }, () => {
          const start = performance.now();
          work();
          return performance.now() - start;
        }),
      );
    // To look at each character takes tens of milliseconds, and this a part of one.
    expect(fastest(shorten)).toBeLessThan(fastest(look));
  });
});

describe("escapes", () => {
  it("leaves nothing of markup", () => {
    for (const text of texts) expect(escapeMarkup(text)).not.toMatch(/[<>"']|&(?!#\d+;)/);
    expect(escapeMarkup("&lt;")).toBe("&#38;lt;");
  });

  it("hides Graphviz's own escapes", () => {
    expect(escapeDotLabel("\\N & \\")).toBe("\\\\N &#38; \\\\");
  });

  it("keeps values in scripts", () => {
    for (const text of texts) {
      const json = jsonForScript({ text });
      expect(json).not.toMatch(/[<>&\u2028\u2029]/);
      expect(JSON.parse(json)).toEqual({ text });
    }
  });
});
