/** What is measured: our presets, and each rule of ours by itself. */
import type { Linter } from "eslint";
import { plugin } from "./plugin.js";
import { PRESETS } from "./reports.js";

export interface RuleSet {
  readonly name: string;
  readonly config: Pick<Linter.Config, "plugins" | "rules">;
}

export const presetSets: readonly RuleSet[] = PRESETS.map((preset) => {
  const { plugins = {}, rules = {} } = plugin.configs[preset];
  return { name: `leakproof ${preset}`, config: { plugins, rules } };
});

/**
 * Each rule with the option that `strict` gives it. Of a preset's rules, the first that asks pays for the analysis that
 * they share; alone, each pays for all that it needs.
 */
export const aloneSets: readonly RuleSet[] = Object.entries(plugin.configs.strict.rules ?? {}).map(([rule, entry]) => ({
  name: rule,
  config: { plugins: plugin.configs.strict.plugins ?? {}, rules: { [rule]: entry } },
}));
