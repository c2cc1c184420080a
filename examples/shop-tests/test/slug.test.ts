import { describe, expect, it } from "vitest";
import { slug } from "../src/text";

describe("slug", () => {
  it("is made of words", () => expect(slug("Hello, World!")).toBe("hello-world"));
  it("has no dash at its ends", () => expect(slug("  a b ")).toBe("a-b"));
});
