import type { TSESTree } from "@typescript-eslint/utils";
import { importSource } from "../imports.js";
import { invocationsOf } from "../invocations.js";
import {
  calleeName,
  functionAround,
  functionOf,
  isFunction,
  isInside,
  keyName,
  unwrap,
  variableNamed,
  walk,
  wrapped,
  type FunctionNode,
  type Node,
  type SourceCode,
} from "../syntax.js";

export type Framework = "react" | "vue" | "svelte" | "solid" | "angular" | "custom element";

/** Code that a framework runs when a component comes to life, with what it runs when that life ends. */
export interface Effect {
  readonly framework: Framework;
  /** The function that the framework calls, once or again and again. */
  readonly setup: FunctionNode;
  /** The functions that undo it. */
  readonly cleanups: readonly FunctionNode[];
  /** What the set-up returns that is no function of this file: the result of a call, an outer function. */
  readonly returned: readonly Node[];
}

/** Hooks that take a set-up function, and the calls of the same component that take what undoes it. */
interface Hook {
  readonly framework: Framework;
  readonly names: RegExp;
  /** Where the hook must come from, unless its name is known to be this framework's alone. */
  readonly sources: RegExp;
  readonly isWellKnown?: RegExp;
  /** Whether the function that the set-up returns undoes it. */
  readonly returns: boolean;
  readonly cleanups: readonly string[];
}

const HOOKS: readonly Hook[] = [
  {
    framework: "react",
    names: /^use\w*Effect(?:Once)?$/,
    sources: /react|hooks|^\.|^~|^@|^#/,
    isWellKnown: /^use(?:Layout|Insertion)?Effect$/,
    returns: true,
    cleanups: [],
  },
  {
    framework: "vue",
    names: /^(?:on(?:BeforeMount|Mounted|Activated|Updated)|watch(?:Effect|PostEffect|SyncEffect)?|tryOnMounted)$/,
    sources: /^(?:vue|@vue\/.*|@vueuse\/.*|vue-demi|#imports)$/,
    isWellKnown: /^(?:onMounted|onBeforeMount|onActivated|watchEffect|watchPostEffect)$/,
    returns: false,
    cleanups: [
      "onBeforeUnmount",
      "onUnmounted",
      "onDeactivated",
      "onScopeDispose",
      "onWatcherCleanup",
      "onCleanup",
      "onInvalidate",
      "tryOnUnmounted",
      "tryOnBeforeUnmount",
      "tryOnScopeDispose",
    ],
  },
  {
    framework: "svelte",
    names: /^(?:onMount|\$effect|pre|root)$/,
    sources: /^svelte(?:\/.*)?$/,
    isWellKnown: /^\$effect$/,
    returns: true,
    cleanups: ["onDestroy"],
  },
  {
    framework: "solid",
    names: /^(?:createEffect|createRenderEffect|createComputed|onMount)$/,
    sources: /^solid-js(?:\/.*)?$/,
    returns: false,
    cleanups: ["onCleanup"],
  },
];

/** Methods that a framework calls on its components, and the methods of the same class that undo them. */
const LIFE_CYCLES: readonly { framework: Framework; begin: RegExp; end: RegExp }[] = [
  {
    framework: "react",
    begin: /^(?:UNSAFE_)?component(?:DidMount|WillMount|DidUpdate)$/,
    end: /^componentWillUnmount$/,
  },
  { framework: "angular", begin: /^ng(?:OnInit|AfterViewInit|AfterContentInit|OnChanges)$/, end: /^ngOnDestroy$/ },
  {
    framework: "custom element",
    begin: /^(?:connectedCallback|firstUpdated)$/,
    end: /^disconnectedCallback$/,
  },
];

/** The same of objects: Vue's options. */
const OPTIONS = {
  begin: /^(?:created|beforeMount|mounted|activated)$/,
  end: /^(?:before(?:Destroy|Unmount)|destroyed|unmounted|deactivated)$/,
  sibling: /^(?:data|computed|methods|watch|props|template|render|components)$/,
};

/** The innermost effect whose set-up runs this code, or makes the closure that it stands in; null outside of any. */
export function effectAround(sourceCode: SourceCode, node: Node): Effect | null {
  for (let setup = functionAround(node); setup; setup = functionAround(setup)) {
    const effect = hookedEffect(sourceCode, setup) ?? lifeCycleEffect(sourceCode, setup) ?? optionsEffect(setup);
    if (effect) return effect;
  }
  return null;
}

function hookedEffect(sourceCode: SourceCode, setup: FunctionNode): Effect | null {
  for (const call of hookCalls(sourceCode, setup)) {
    const hook = HOOKS.find((each) => isHook(sourceCode, call, each));
    if (!hook) continue;
    const { cleanups, others } = hook.returns ? returnedFrom(sourceCode, setup) : { cleanups: [], others: [] };
    const registered = registeredCleanups(sourceCode, setup, call, hook);
    return { framework: hook.framework, setup, cleanups: [...cleanups, ...registered], returned: others };
  }
  return null;
}

/** The calls that are handed this function, in place or by its name. */
function hookCalls(sourceCode: SourceCode, setup: FunctionNode): readonly TSESTree.CallExpression[] {
  const parent = wrapped(setup).parent;
  if (parent?.type === "CallExpression" && parent.callee !== wrapped(setup)) return [parent];
  const name =
    setup.type === "FunctionDeclaration"
      ? setup.id
      : parent?.type === "VariableDeclarator" && parent.id.type === "Identifier"
        ? parent.id
        : null;
  const variable = name && variableNamed(sourceCode, name);
  return (variable?.references ?? []).flatMap(({ identifier }) => {
    const call = identifier.parent;
    return call?.type === "CallExpression" && call.callee !== identifier ? [call] : [];
  });
}

function isHook(sourceCode: SourceCode, { callee }: TSESTree.CallExpression, hook: Hook): boolean {
  const name = calleeName(callee);
  if (!hook.names.test(name)) return false;
  const inner = unwrap(callee);
  const root = inner.type === "MemberExpression" ? unwrap(inner.object) : inner;
  if (root.type !== "Identifier") return false;
  // `$effect.pre(…)`: a rune is no variable at all.
  if (hook.isWellKnown?.test(root.name) && inner.type === "MemberExpression") return true;
  const variable = variableNamed(sourceCode, root);
  if (!variable || variable.defs.length === 0) return hook.isWellKnown?.test(name) ?? false;
  const source = importSource(variable);
  if (source === null) return false;
  return hook.sources.test(source) || (hook.isWellKnown?.test(name) ?? false);
}

/** What a set-up returns: functions of this file, and whatever else may be one. */
function returnedFrom(
  sourceCode: SourceCode,
  setup: FunctionNode,
): { readonly cleanups: readonly FunctionNode[]; readonly others: readonly Node[] } {
  const cleanups: FunctionNode[] = [];
  const others: Node[] = [];
  for (const value of returnedValues(sourceCode, setup)) {
    const fn = isFunction(value) ? value : namedFunction(sourceCode, value);
    if (fn) cleanups.push(fn);
    else if (!isNothing(value)) others.push(value);
  }
  return { cleanups, others };
}

/** The values that a function returns, out of conditions. */
export function returnedValues(sourceCode: SourceCode, fn: FunctionNode): readonly Node[] {
  if (fn.body.type !== "BlockStatement") return alternatives(fn.body);
  const values: Node[] = [];
  walk(sourceCode, fn.body, (node) => {
    if (isFunction(node)) return false;
    if (node.type === "ReturnStatement" && node.argument) values.push(...alternatives(node.argument));
    return true;
  });
  return values;
}

function alternatives(expression: Node): readonly Node[] {
  const inner = unwrap(expression);
  if (inner.type === "ConditionalExpression") {
    return [...alternatives(inner.consequent), ...alternatives(inner.alternate)];
  }
  if (inner.type === "LogicalExpression") return [...alternatives(inner.left), ...alternatives(inner.right)];
  return [inner];
}

function namedFunction(sourceCode: SourceCode, value: Node): FunctionNode | null {
  const variable = value.type === "Identifier" ? variableNamed(sourceCode, value) : null;
  return variable && functionOf(variable);
}

function isNothing(value: Node): boolean {
  return (
    value.type === "Literal" || (value.type === "UnaryExpression" && value.operator === "void") || isUndefined(value)
  );
}

function isUndefined(value: Node): boolean {
  return value.type === "Identifier" && value.name === "undefined";
}

/** The functions handed to `onUnmounted(…)`, `onCleanup(…)` and their like, inside the set-up or beside it. */
function registeredCleanups(
  sourceCode: SourceCode,
  setup: FunctionNode,
  call: Node,
  { framework, cleanups }: Hook,
): readonly FunctionNode[] {
  const component = functionAround(call);
  const own = framework === "vue" ? parameterNames(setup) : [];
  return invocationsOf(sourceCode, [...new Set([...cleanups, ...own])]).flatMap((registration) => {
    const isNear = component === null || isInside(registration, component) || isInside(registration, setup);
    const [callback] = registration.arguments;
    if (!isNear || !callback) return [];
    const fn = isFunction(callback) ? callback : namedFunction(sourceCode, unwrap(callback));
    return fn ? [fn] : [];
  });
}

function parameterNames(setup: FunctionNode): readonly string[] {
  return setup.params.flatMap((parameter) => (parameter.type === "Identifier" ? [parameter.name] : []));
}

function lifeCycleEffect(sourceCode: SourceCode, setup: FunctionNode): Effect | null {
  const member = wrapped(setup).parent;
  if (member?.type !== "MethodDefinition" && member?.type !== "PropertyDefinition") return null;
  const name = keyName(member.key, member.computed) ?? "";
  const cycle = LIFE_CYCLES.find(({ begin }) => begin.test(name));
  if (!cycle) return null;
  const ends = member.parent.body.flatMap((other) =>
    "value" in other && other.value && isFunction(other.value) && cycle.end.test(keyName(other.key, false) ?? "")
      ? [other.value]
      : [],
  );
  const hooked = invocationsOf(sourceCode, ["onDestroy"]).flatMap(({ arguments: [callback] }) =>
    callback && isFunction(callback) && isInside(callback, member.parent) ? [callback] : [],
  );
  return { framework: cycle.framework, setup, cleanups: [...ends, ...hooked], returned: [] };
}

function optionsEffect(setup: FunctionNode): Effect | null {
  const member = setup.parent;
  if (member.type !== "Property" || member.parent.type !== "ObjectExpression") return null;
  if (!OPTIONS.begin.test(keyName(member.key, member.computed) ?? "")) return null;
  const siblings = member.parent.properties.flatMap((property) => (property.type === "Property" ? [property] : []));
  const named = (pattern: RegExp) =>
    siblings.filter((property) => pattern.test(keyName(property.key, property.computed) ?? ""));
  if (named(OPTIONS.sibling).length === 0 && named(OPTIONS.end).length === 0) return null;
  const cleanups = named(OPTIONS.end).flatMap(({ value }) => (isFunction(value) ? [value] : []));
  return { framework: "vue", setup, cleanups, returned: [] };
}
