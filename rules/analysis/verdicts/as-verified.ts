import { hasSettings } from "../settings.js";
import type { SourceCode } from "../syntax.js";

/**
 * A file as the verifier sees it: without the settings and the types of the user's config, which may take away what
 * the verifier was asked about, and so would change fingerprints.
 */
export function asVerified(sourceCode: SourceCode): SourceCode {
  if (!hasSettings(sourceCode) && !sourceCode.parserServices?.program) return sourceCode;
  const Constructor: unknown = sourceCode.constructor;
  // Oxlint's is no class; it knows no types either.
  if (typeof Constructor !== "function" || Constructor === Object) return sourceCode;
  const { text, ast, hasBOM, scopeManager, visitorKeys } = sourceCode;
  // ESLint's own class, which a value import would make a dependency of the rules.
  return Reflect.construct(Constructor, [
    { text, ast, hasBOM, parserServices: {}, scopeManager, visitorKeys },
  ]) as SourceCode;
}
