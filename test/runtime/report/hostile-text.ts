/** Names that a program could have, to do harm to those who look at them. */

const PARTS = [
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "</title></svg></style></script>",
  "<!--",
  "-->",
  "]]>",
  "<![CDATA[",
  "&lt;b&gt;",
  "&#60;",
  "&amp;",
  "&nbsp;",
  '"',
  "'",
  "\\",
  "\\N",
  "\\E\\G\\T",
  '\\"];}',
  "<TABLE><TR><TD>",
  "</FONT>>]",
  "\0",
  "\n",
  "\r\n",
  "\t",
  "\u001b[2J\u001b]0;title\u0007",
  "\u0085\u009b",
  "\ud800",
  "\udc00",
  "\u202e\u2066\u200f",
  "\u2028\u2029",
  "\ufeff\ufffe\uffff",
  "\u{e0041}\u{10ffff}",
  "\u200b\u200d\u00ad",
  "a" + "\u0301".repeat(30),
  "Ж漢字🙂عربى",
  "   ",
  "constructor",
  "${x}`",
  "//",
  "x".repeat(300),
];

/** Always the same sequence of numbers below `limit`, for tests that can be run again. */
export function randomNumbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => (state = (state * 48_271) % 2_147_483_647) % limit;
}

export function hostileText(random: (limit: number) => number): string {
  const parts = Array.from({ length: random(6) }, () =>
    random(4) === 0 ? String.fromCharCode(random(0x1_0000)) : PARTS[random(PARTS.length)],
  );
  return parts.join("");
}

/** Each of the parts by itself, and a name of a megabyte. */
export const hostileTexts: readonly string[] = ["", ...PARTS, "<b>&".repeat(250_000)];
