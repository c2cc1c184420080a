import { isLoadScope, runsAgain } from "../lifetime.js";
import { assignmentsToMember } from "../mentions.js";
import {
  classAround,
  calleeName,
  functionAround,
  functionOf,
  isFunction,
  isInside,
  keyName,
  propertyName,
  unwrap,
  variableNamed,
  type Node,
  type SourceCode,
  type Variable,
} from "../syntax.js";

/**
 * How long a source of events lives, compared with the code that subscribes: `module`: as long as the program;
 * `foreign`: as others like (a parameter, an injected field); `unknown`; `own`: no longer than the subscriber.
 */
export type SourceLife = "module" | "foreign" | "unknown" | "own";

export function lifeOfSource(sourceCode: SourceCode, source: Node, subscriber: Node): SourceLife {
  const root = rootOf(source);
  if (root.type === "ThisExpression") return lifeOfField(sourceCode, source, subscriber);
  if (root.type !== "Identifier") return "unknown";
  const variable = variableNamed(sourceCode, root);
  if (!variable || variable.defs.length === 0) return "module";
  const { block } = variable.scope.variableScope;
  if (!isFunction(block) || isLoadScope(sourceCode, block)) return "module";
  const [definition] = variable.defs;
  if (definition?.type === "Parameter") return isInside(subscriber, block) ? "foreign" : "unknown";
  const value = initialValue(variable);
  if (value?.type === "ThisExpression") return lifeOfField(sourceCode, source, subscriber);
  const around = functionAround(subscriber);
  if (around !== block && around && isInside(around, block)) {
    return runsAgain(sourceCode, subscriber, block) ? "foreign" : "own";
  }
  return value && isMade(sourceCode, value) ? "own" : "unknown";
}

/** Whether a source is there before the code runs, and when it runs again: a module's, a static one, an import. */
export function outlivesCalls(sourceCode: SourceCode, source: Node, subscriber: Node): boolean {
  return lifeOfSource(sourceCode, source, subscriber) === "module";
}

function rootOf(expression: Node): Node {
  let node = unwrap(expression);
  for (;;) {
    if (node.type === "MemberExpression") node = unwrap(node.object);
    else if (node.type === "CallExpression") node = unwrap(node.callee);
    else return node;
  }
}

function initialValue(variable: Variable): Node | null {
  const [definition] = variable.defs;
  return definition?.node.type === "VariableDeclarator" && definition.node.init ? unwrap(definition.node.init) : null;
}

/** `new Subject()`, `createStore()`: made where the subscriber is, so that it goes with it. */
function isMade(sourceCode: SourceCode, value: Node): boolean {
  if (value.type === "AwaitExpression") return isMade(sourceCode, unwrap(value.argument));
  if (value.type === "NewExpression") return true;
  if (value.type !== "CallExpression") return false;
  return /^(?:create|make|build|new|spawn|open|connect|fork|start|from|of|interval|timer|merge|combineLatest)/i.test(
    calleeName(value.callee),
  );
}

/** `this.events`: the subscriber's own where its class makes it, foreign where the constructor is given it. */
function lifeOfField(sourceCode: SourceCode, source: Node, subscriber: Node): SourceLife {
  const names = propertiesOf(source);
  const owner = classAround(subscriber);
  const [field] = names;
  // `this.subscribe(…)`, `this.onDidChange(…)`
  if (field === undefined) return "own";
  if (owner?.type !== "ClassDeclaration" && owner?.type !== "ClassExpression") return "unknown";
  for (const member of owner.body.body) {
    if (member.type === "MethodDefinition" && member.kind === "constructor") {
      const isGiven = member.value.params.some((parameter) => parameterName(parameter) === field);
      if (isGiven) return "foreign";
    }
    if (member.type !== "PropertyDefinition" || keyName(member.key, member.computed) !== field) continue;
    // ESLint's own parser knows no decorators.
    const { decorators }: Partial<typeof member> = member;
    if (decorators?.some((decorator) => /^@(?:inject|Inject|Service|Autowired)/.test(sourceCode.getText(decorator))))
      return "foreign";
    const value = member.value && unwrap(member.value);
    if (value?.type === "CallExpression" && calleeName(value.callee) === "inject") return "foreign";
    if (value && isMade(sourceCode, value)) return "own";
  }
  return assignedLife(sourceCode, owner, field);
}

function parameterName(parameter: Node): string | null {
  if (parameter.type !== "TSParameterProperty") return null;
  const pattern = parameter.parameter.type === "AssignmentPattern" ? parameter.parameter.left : parameter.parameter;
  return pattern.type === "Identifier" ? pattern.name : null;
}

/** By what the class's code assigns: something it makes, or what its constructor is given. */
function assignedLife(sourceCode: SourceCode, owner: Node, field: string): SourceLife {
  const values = assignmentsToMember(sourceCode, field, owner).flatMap(({ left, operator, right }) => {
    const isOwn = left.type === "MemberExpression" && left.object.type === "ThisExpression" && operator === "=";
    const value = unwrap(right);
    return isOwn ? [value.type === "AwaitExpression" ? unwrap(value.argument) : value] : [];
  });
  const isMadeHere = values.some(
    (value) =>
      value.type === "NewExpression" ||
      (value.type === "CallExpression" && /create|make|build/.test(calleeName(value.callee))),
  );
  if (isMadeHere) return "own";
  return values.some((value) => isConstructorParameter(sourceCode, value)) ? "foreign" : "unknown";
}

function isConstructorParameter(sourceCode: SourceCode, value: Node): boolean {
  const definition = value.type === "Identifier" ? variableNamed(sourceCode, value)?.defs[0] : undefined;
  if (definition?.type !== "Parameter") return false;
  const { parent } = definition.node;
  return parent?.type === "MethodDefinition" && parent.kind === "constructor";
}

/** `["events", "changed"]` of `this.events.changed`. */
function propertiesOf(source: Node): readonly string[] {
  const names: string[] = [];
  let node = unwrap(source);
  for (;;) {
    if (node.type === "MemberExpression") {
      names.unshift(propertyName(node) ?? "");
      node = unwrap(node.object);
    } else if (node.type === "CallExpression") {
      node = unwrap(node.callee);
      if (node.type === "MemberExpression") node = unwrap(node.object);
    } else {
      return names;
    }
  }
}

/** The class of this file that a source is an instance of, or null. */
export function classOfSource(sourceCode: SourceCode, source: Node): Node | null {
  const node = unwrap(source);
  const variable = node.type === "Identifier" ? variableNamed(sourceCode, node) : null;
  const value = variable && initialValue(variable);
  if (value?.type !== "NewExpression" || value.callee.type !== "Identifier") return null;
  const constructor = variableNamed(sourceCode, value.callee);
  const [definition] = constructor?.defs ?? [];
  if (definition?.node.type === "ClassDeclaration" || definition?.node.type === "ClassExpression")
    return definition.node;
  return constructor && functionOf(constructor);
}
