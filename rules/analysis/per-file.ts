import type { SourceCode } from "./syntax.js";

/** What is known of a file, by the number of the question. One table for all questions: a weak table is dear to fill. */
// eslint-disable-next-line leakproof/no-unbounded-cache -- a file has no more answers than there are questions, all asked for when the modules load
const answersByFile = new WeakMap<object, unknown[]>();
let questions = 0;

/** An answer about a file that is worked out once, however many rules ask. */
export function perFile<Answer extends object>(
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
