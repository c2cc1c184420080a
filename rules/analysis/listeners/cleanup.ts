import type { Suggestion } from "../leak.js";
import type { Effect } from "../release/effects.js";
import { wrapped, type SourceCode } from "../syntax.js";
import type { Registration } from "./registrations.js";

const REMOVAL: Readonly<Record<string, string>> = {
  addEventListener: "removeEventListener",
  addListener: "removeListener",
  on: "off",
};

/** A set-up that returns nothing can return the function that removes its listener, if the listener has a name. */
export function cleanupSuggestion(
  sourceCode: SourceCode,
  { call, method, handler, expression }: Registration,
  { framework, setup }: Effect,
): readonly Suggestion[] {
  const removal = REMOVAL[method];
  const { body } = setup;
  const last = body.type === "BlockStatement" ? body.body.at(-1) : undefined;
  if (framework !== "react" && framework !== "svelte") return [];
  if (removal === undefined || handler?.type !== "Identifier" || !last || setup.async) return [];
  if (wrapped(call).parent?.parent !== body || wrapped(setup).parent?.type !== "CallExpression") return [];
  const target = expression ? `${sourceCode.getText(expression)}.` : "";
  const given = call.arguments.map((argument) => sourceCode.getText(argument)).join(", ");
  return [
    {
      messageId: "returnCleanup",
      fix: (fixer) => fixer.insertTextAfter(last, ` return () => ${target}${removal}(${given});`),
    },
  ];
}
