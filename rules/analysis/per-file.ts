import type { SourceCode } from "./syntax.js";

/** An answer about a file that is worked out once, however many rules ask. */
export function perFile<Answer>(answer: (sourceCode: SourceCode) => Answer): (sourceCode: SourceCode) => Answer {
  const known = new WeakMap<SourceCode, { readonly answer: Answer }>();
  return (sourceCode) => {
    let found = known.get(sourceCode);
    if (!found) {
      found = { answer: answer(sourceCode) };
      known.set(sourceCode, found);
    }
    return found.answer;
  };
}
