import type { TSESTree } from "@typescript-eslint/utils";
import { isLoadScope } from "../lifetime.js";
import { isAroundModule } from "../scopes.js";
import {
  isFunction,
  keyName,
  propertyName,
  unwrap,
  type Node,
  type Scope,
  type SourceCode,
  type Variable,
} from "../syntax.js";

/** A place for one value that lives as long as the module: a variable of it, a static field. */
export interface SingleSlot {
  /** As the user would write it: `last`, `Session.mostRecent`. */
  readonly name: string;
  /** Where it is declared; for undeclared statics, where it is first given a value. */
  readonly place: Node;
  readonly annotation: TSESTree.TypeNode | null;
  readonly variable: Variable;
  readonly writes: readonly SlotWrite[];
}

export interface SlotWrite {
  readonly node: Node;
  readonly target: Node;
  /** Null where the value is not an expression of its own: a loop's variable, a part of a pattern. */
  readonly value: Node | null;
}

/** The single slots of a file that some code gives a value after their declaration. */
export function singleSlots(sourceCode: SourceCode): readonly SingleSlot[] {
  const slots: SingleSlot[] = [];
  for (const scope of loadScopes(sourceCode)) {
    if (isAroundModule(scope)) continue;
    for (const variable of scope.variables) {
      const slot = variableSlot(variable);
      if (slot) slots.push(slot);
      slots.push(...staticSlots(sourceCode, variable));
    }
  }
  return slots;
}

/** The scopes that are there once for each load: the module's, and those of functions that run where they stand. */
function loadScopes(sourceCode: SourceCode): readonly Scope[] {
  const found: Scope[] = [];
  const pending = [...(sourceCode.scopeManager?.scopes.slice(0, 1) ?? [])];
  for (let scope = pending.pop(); scope; scope = pending.pop()) {
    if (isFunction(scope.block) && !isLoadScope(sourceCode, scope.block)) continue;
    found.push(scope);
    pending.push(...scope.childScopes.filter(({ type }) => type === "module" || type === "function"));
  }
  return found;
}

function variableSlot(variable: Variable): SingleSlot | null {
  const [definition] = variable.defs;
  if (definition?.type !== "Variable" || definition.parent?.kind === "const") return null;
  const [place] = variable.identifiers;
  const writes = variable.references.filter((reference) => reference.isWrite() && reference.init !== true);
  if (!place || place.type !== "Identifier" || writes.length === 0) return null;
  return {
    name: variable.name,
    place,
    annotation: place.typeAnnotation?.typeAnnotation ?? null,
    variable,
    writes: writes.map(({ identifier }) => {
      const parent = identifier.parent;
      const isWhole = parent?.type === "AssignmentExpression" && parent.left === identifier;
      return { node: isWhole ? parent : identifier, target: identifier, value: isWhole ? unwrap(parent.right) : null };
    }),
  };
}

/** The members of a class or constructor function that code gives a value by its name: `Session.last = …`. */
function staticSlots(sourceCode: SourceCode, variable: Variable): readonly SingleSlot[] {
  const definition = variable.defs[0]?.node;
  if (definition?.type !== "ClassDeclaration" && definition?.type !== "FunctionDeclaration") return [];
  if (definition.type === "FunctionDeclaration" && !/^[A-Z]/.test(variable.name)) return [];
  const inner = sourceCode.scopeManager?.acquire(definition)?.set.get(variable.name);
  const references = [...variable.references, ...(inner === variable ? [] : (inner?.references ?? []))];
  const byName = new Map<string, SlotWrite[]>();
  for (const { identifier } of references) {
    const member = identifier.parent;
    if (member?.type !== "MemberExpression" || member.object !== identifier) continue;
    const assignment = member.parent;
    const name = propertyName(member);
    if (name === null || assignment.type !== "AssignmentExpression" || assignment.left !== member) continue;
    const writes = byName.get(name) ?? [];
    writes.push({ node: assignment, target: member, value: unwrap(assignment.right) });
    byName.set(name, writes);
  }
  return [...byName].flatMap(([name, writes]): readonly SingleSlot[] => {
    const declared = definition.type === "ClassDeclaration" ? staticField(definition, name) : null;
    const place = declared?.key ?? writes[0]?.target;
    const annotation = declared?.typeAnnotation?.typeAnnotation ?? null;
    return place ? [{ name: `${variable.name}.${name}`, place, annotation, variable, writes }] : [];
  });
}

function staticField(definition: TSESTree.ClassDeclaration, name: string): TSESTree.PropertyDefinition | null {
  for (const member of definition.body.body) {
    if (member.type === "PropertyDefinition" && member.static && keyName(member.key, member.computed) === name)
      return member;
  }
  return null;
}
