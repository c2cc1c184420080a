/** The built plugin, as users install it, and what the verifier asks of it. */
import type * as Rules from "../../rules/index.js";
import type * as Facts from "../../rules/analysis/facts.js";

const built = new URL("../../dist/rules/", import.meta.url);

export const { default: plugin } = (await import(new URL("index.js", built).href)) as typeof Rules;
export const { factsAt } = (await import(new URL("analysis/facts.js", built).href)) as typeof Facts;
