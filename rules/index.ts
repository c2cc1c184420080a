import { readFileSync } from "node:fs";
import type { ESLint, Linter, Rule } from "eslint";
import { nearestVerdictFile } from "./analysis/verdicts/nearest.js";
import noConfirmedLeak from "./no-confirmed-leak.js";
import noGrowOnlyRegistry from "./no-grow-only-registry.js";
import noGrowingField from "./no-growing-field.js";
import noLeakedAbortListener from "./no-leaked-abort-listener.js";
import noLeakedListener from "./no-leaked-listener.js";
import noLeakedResource from "./no-leaked-resource.js";
import noLeakedSubscription from "./no-leaked-subscription.js";
import noLeakedTimer from "./no-leaked-timer.js";
import noMismatchedRemoval from "./no-mismatched-removal.js";
import noPendingPromiseLeak from "./no-pending-promise-leak.js";
import noRetainedClosure from "./no-retained-closure.js";
import noRetainedSlice from "./no-retained-slice.js";
import noRetainedInstance from "./no-retained-instance.js";
import noSharedMutableDefault from "./no-shared-mutable-default.js";
import noUnboundedCache from "./no-unbounded-cache.js";
import requireReleaseOnAllPaths from "./require-release-on-all-paths.js";

const rules = {
  "no-confirmed-leak": noConfirmedLeak,
  "no-grow-only-registry": noGrowOnlyRegistry,
  "no-growing-field": noGrowingField,
  "no-leaked-abort-listener": noLeakedAbortListener,
  "no-leaked-listener": noLeakedListener,
  "no-leaked-resource": noLeakedResource,
  "no-leaked-subscription": noLeakedSubscription,
  "no-leaked-timer": noLeakedTimer,
  "no-mismatched-removal": noMismatchedRemoval,
  "no-pending-promise-leak": noPendingPromiseLeak,
  "no-retained-closure": noRetainedClosure,
  "no-retained-slice": noRetainedSlice,
  "no-retained-instance": noRetainedInstance,
  "no-shared-mutable-default": noSharedMutableDefault,
  "no-unbounded-cache": noUnboundedCache,
  "require-release-on-all-paths": requireReleaseOnAllPaths,
};

type Plugin = ESLint.Plugin & {
  readonly rules: Record<string, Rule.RuleModule>;
  readonly configs: Record<"recommended" | "strict", Linter.Config>;
};

const plugin: Plugin = {
  meta: { name: "eslint-plugin-leakproof", version: packageVersion(), namespace: "leakproof" },
  // The rules are written against typescript-eslint's node types, which ESLint's own do not know.
  rules: rules as unknown as Record<string, Rule.RuleModule>,
  configs: { recommended: { name: "leakproof/recommended" }, strict: { name: "leakproof/strict" } },
};

Object.assign(plugin.configs.recommended, preset("recommended"));
Object.assign(plugin.configs.strict, preset("strict"));

/** The rules of a preset as their `meta.docs` say, each with the option that the preset gives it. */
function preset(name: "recommended" | "strict"): Linter.Config {
  const entries: Linter.RulesRecord = {};
  for (const [rule, { meta, defaultOptions }] of Object.entries(rules)) {
    if (name === "recommended" && meta.docs.preset !== "recommended") continue;
    const takesReport = "report" in defaultOptions[0];
    entries[`leakproof/${rule}`] = name === "strict" && takesReport ? ["error", { report: "all" }] : "error";
  }
  return { plugins: { leakproof: plugin }, rules: entries, ...verdictSettings() };
}

/**
 * `eslint --cache` lints again what has changed, or what is configured otherwise: the verdict file's hash in the
 * settings makes another verdict another configuration. The rules themselves look at the file.
 */
function verdictSettings(): Pick<Linter.Config, "settings"> {
  const nearest = nearestVerdictFile(process.cwd());
  return nearest ? { settings: { leakproof: { verdictHash: nearest.hash } } } : {};
}

/** From `rules/` and from `dist/rules/` alike. */
function packageVersion(): string {
  for (const above of ["../package.json", "../../package.json"]) {
    try {
      const manifest: unknown = JSON.parse(readFileSync(new URL(above, import.meta.url), "utf8"));
      if (typeof manifest !== "object" || manifest === null || !("name" in manifest) || !("version" in manifest))
        continue;
      if (manifest.name === "eslint-plugin-leakproof" && typeof manifest.version === "string") return manifest.version;
    } catch {
      continue;
    }
  }
  return "0.0.0";
}

export { plugin as default, plugin as "module.exports" };
