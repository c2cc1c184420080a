/** What `npm run docs` writes, and `npm run lint` checks: the heads of the rule pages, the table of rules in the README. */
export default {
  configEmoji: [
    ["recommended", "✅"],
    ["strict", "🔒"],
  ],
  ruleDocTitleFormat: "prefix-name",
  // A page says its description in words of its own first sentence.
  ruleDocNotices: ["deprecated", "configs", "hasSuggestions"],
  ruleDocSectionInclude: ["Incorrect", "Correct", "What silences it", "When not to use it", "Real fixes of this shape"],
  ruleListColumns: ["name", "description", "configsError", "hasSuggestions", "deprecated"],
  urlConfigs: "https://github.com/leakproof/eslint-plugin-leakproof/blob/main/docs/presets.md",
};
