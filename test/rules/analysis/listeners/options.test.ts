import { expect, it } from "vitest";
import { registrationsOf } from "../../../../rules/analysis/listeners/registrations.js";
import { parse } from "../parse.js";

const NO = { capture: false, once: false, hasSignal: false };

it.each([
  ["", NO],
  [", true", { ...NO, capture: true }],
  [", !0", { ...NO, capture: true }],
  [", { capture: true }", { ...NO, capture: true }],
  [", { once: true, passive: true }", { ...NO, once: true }],
  [", { signal }", { ...NO, hasSignal: true }],
  [", OPTIONS", { ...NO, once: true }],
  [", { ...OPTIONS, capture: true }", { ...NO, capture: true, once: true }],
  [", { capture: isCaptured }", { ...NO, capture: null }],
  [", given", { capture: null, once: null, hasSignal: null }],
])("f%s", (argument, expected) => {
  const sourceCode = parse(
    `const OPTIONS = { once: true };\nfunction m(given, signal, isCaptured) { target.addEventListener('x', f${argument}); }`,
  );
  expect(registrationsOf(sourceCode)[0]?.options).toEqual(expected);
});
