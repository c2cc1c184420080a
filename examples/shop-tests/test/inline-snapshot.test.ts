import { expect, it } from "vitest";

it("looks as it did", () => {
  expect({ items: ["book"], total: 11.9 }).toMatchInlineSnapshot(`
    {
      "items": [
        "book",
      ],
      "total": 11.9,
    }
  `);
});
