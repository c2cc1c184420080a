import { importSource } from "../imports.js";
import { holdersOn } from "./assembly.js";
import { isCandidate } from "./candidates.js";
import { definedValue } from "./declared.js";
import type { Holder, Root } from "./holder.js";
import { isLoadScope } from "../lifetime.js";
import { usesOfExpressions, usesOfVariable } from "./references.js";
import { exportsExpressions, globalExpressions, selfExpressions } from "./roots.js";
import { enclosingScopes } from "../scopes.js";
import { isFunction, type FunctionNode, type Node, type Scope, type SourceCode, type Variable } from "../syntax.js";

/** All holders of a file that anything is ever added to. */
export function holdersOf(sourceCode: SourceCode): readonly Holder[] {
  const holders: Holder[] = [];
  for (const scope of enclosingScopes(sourceCode)) collectScope(sourceCode, scope, holders);
  const exported = exportsExpressions(sourceCode);
  if (exported.length > 0) {
    const root: Root = {
      root: { kind: "exports" },
      name: "module.exports",
      boundary: null,
      isImported: false,
      declaration: null,
    };
    holders.push(...holdersOn(sourceCode, root, usesOfExpressions(sourceCode, exported)));
  }
  for (const { name, expressions } of globalExpressions(sourceCode)) {
    const root: Root = { root: { kind: "global" }, name, boundary: null, isImported: false, declaration: null };
    holders.push(...holdersOn(sourceCode, root, usesOfExpressions(sourceCode, expressions)));
  }
  return holders;
}

function collectScope(sourceCode: SourceCode, scope: Scope, holders: Holder[]): void {
  const block = scope.variableScope.block;
  const owner = isFunction(block) ? block : null;
  let known: FunctionNode | null | undefined;
  const boundaryOf = (): FunctionNode | null =>
    known === undefined ? (known = owner && !isLoadScope(sourceCode, owner) ? owner : null) : known;
  for (const variable of scope.variables) {
    const type = variable.defs[0]?.type;
    if (type === undefined || type === "Parameter" || type === "Type") continue;
    if (!isCandidate(sourceCode, variable, owner, boundaryOf)) continue;
    const definition = variable.defs[0];
    const boundary = boundaryOf();
    if (!definition || (boundary && definition.type === "ClassName")) continue;
    const source = importSource(variable);
    if (source !== null && !source.startsWith(".")) continue;
    const root: Root = {
      root: { kind: "variable", variable },
      name: variable.name,
      boundary,
      isImported: source !== null,
      declaration: definition.node,
    };
    const inner = innerNames(sourceCode, definition.node, variable.name);
    const own = selfExpressions(sourceCode, definedValue(definition.node));
    const uses = [...usesOfVariable(sourceCode, [variable, ...inner]), ...usesOfExpressions(sourceCode, own)];
    holders.push(...holdersOn(sourceCode, root, uses));
  }
}

/** A class body and a named function expression see their own name through a variable of their own. */
function innerNames(sourceCode: SourceCode, definition: Node, name: string): readonly Variable[] {
  const value = definedValue(definition);
  if (value.type !== "ClassDeclaration" && value.type !== "ClassExpression") return [];
  const inner = sourceCode.scopeManager?.acquire(value)?.set.get(value.id?.name ?? name);
  return inner ? [inner] : [];
}
