import type { SourceCode } from "./syntax.js";

/** What is known of a file, by the number of the question. One table for all questions: a weak table is dear to fill. */
const answersByFile = new WeakMap<object, unknown[]>();
let questions = 0;

/** An answer about a file that is worked out once, however many rules ask. */
export function perFile<Answer extends NonNullable<unknown>>(
  answer: (sourceCode: SourceCode) => Answer,
): (sourceCode: SourceCode) => Answer {
  const question = questions++;
  return (sourceCode) => {
    let answers = answersByFile.get(sourceCode);
    if (!answers) answersByFile.set(sourceCode, (answers = []));
    // Nothing else writes at this question's number.
    return (answers[question] ??= answer(sourceCode)) as Answer;
  };
}
