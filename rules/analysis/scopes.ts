import { perFile } from "./per-file.js";
import type { Scope } from "./syntax.js";

/**
 * The scopes of a file that functions or classes stand in, outermost first: what is declared elsewhere no other code can
 * get hold of. Without the scope around a module, which has nothing but the names of the language and its libraries.
 */
export const enclosingScopes = perFile((sourceCode): readonly Scope[] => {
  const scopes = sourceCode.scopeManager?.scopes ?? [];
  const enclosing = new Set<Scope>();
  for (const scope of scopes) {
    const type: string = scope.type;
    if (type === "class") enclosing.add(scope);
    else if (type !== "function" && type !== "class-field-initializer") continue;
    for (let up: Scope | null = scope.upper; up && !enclosing.has(up); up = up.upper) enclosing.add(up);
  }
  return scopes.filter((scope) => enclosing.has(scope) && !isAroundModule(scope));
});

export function isAroundModule({ type, childScopes }: Scope): boolean {
  return type === "global" && childScopes[0]?.type === "module";
}
