import type { TSESTree } from "@typescript-eslint/utils";
import { settingsOf } from "../settings.js";
import {
  calleeName,
  isFunction,
  keyName,
  propertyName,
  unwrap,
  variableNamed,
  wrapped,
  type FunctionNode,
  type Node,
  type SourceCode,
} from "../syntax.js";

/** Names of functions and methods that end a life, with or without a leading underscore. */
const TEARDOWN_NAME =
  /^[_#]*(?:async)?(?:dispose|destroy|close|stop|end|shutdown|disconnect|unmount|unmounted|terminate|teardown|cleanup|clear|kill|quit|exit|halt|deactivate|detach|remove|uninstall|unload|unbind|unlisten|unsubscribe|unwatch|release|abort|cancel|reset|finali[sz]e|free|componentwillunmount|disconnectedcallback|ngondestroy|ondestroy|onunmounted|onunload|onclose|onremove|ondispose|ondisconnect|onmoduledestroy|onapplicationshutdown|beforeapplicationshutdown|beforedestroy|beforeunmount|destroyed|willunmount|willdestroy|willdestroyelement)(?:async|sync|internal|impl|all|resources|timers?|listeners|interval|timeout|polling|heartbeat)?$/i;

/** Calls whose callback runs when something ends: framework hooks, disposable stores, callbacks of an end. */
const TEARDOWN_HOOK =
  /^(?:on(?:BeforeUnmount|Unmounted|Deactivated|ScopeDispose|Destroy|Cleanup|WatcherCleanup|Close|Dispose|Abort|Teardown|Exit|Cancel|Shutdown)|tryOnUnmounted|tryOnScopeDispose|beforeUnmount|addTeardown|addCleanup|add_?[fF]inalizer|toDisposable|defer|finally|use(?:Unmount|WillUnmount|OnUnmount)|after|afterAll|afterEach)$/;

/** Events that announce the end of what emits them. */
const END_EVENT =
  /^(?:abort|close|closed|end|exit|beforeExit|disconnect|disconnected|destroy|destroyed|dispose|disposed|beforeunload|unload|pagehide|finish|SIGINT|SIGTERM|shutdown|stop|unmount|turbo:before-cache)$/;

/** Whether a function ends a life: by its name, as what a set-up returns, or as the callback of an end. */
export function isTeardown(sourceCode: SourceCode, fn: FunctionNode): boolean {
  const name = nameOf(fn);
  if (name !== null && isTeardownName(sourceCode, name)) return true;
  return isHandedBack(sourceCode, fn) || isEndCallback(sourceCode, fn);
}

/** Whether a method or function of this name ends the life of its object. */
export function isTeardownName(sourceCode: SourceCode, name: string): boolean {
  return TEARDOWN_NAME.test(name) || settingsOf(sourceCode).teardownMethods.includes(name);
}

/** The methods that end the life of the instances of a class, or of those that a constructor function makes. */
export function teardownsOf(sourceCode: SourceCode, classOrConstructor: Node): readonly FunctionNode[] {
  return methodsOf(sourceCode, classOrConstructor).filter((method) => isTeardown(sourceCode, method));
}

/** The methods of a class, or those that a constructor function gives itself and its prototype. */
export function methodsOf(sourceCode: SourceCode, classOrConstructor: Node): readonly FunctionNode[] {
  if (classOrConstructor.type === "ClassDeclaration" || classOrConstructor.type === "ClassExpression") {
    return classOrConstructor.body.body.flatMap((member) =>
      "value" in member && member.value && isFunction(member.value) ? [member.value] : [],
    );
  }
  if (!isFunction(classOrConstructor)) return [];
  return [...prototypeMethods(sourceCode, classOrConstructor), ...ownMethods(classOrConstructor)];
}

/** `F.prototype.stop = function …` and `F.prototype = { stop() {} }`. */
function prototypeMethods(sourceCode: SourceCode, constructor: FunctionNode): readonly FunctionNode[] {
  const name =
    constructor.type === "FunctionDeclaration" ? constructor.id : declaredName(wrapped(constructor).parent ?? null);
  const variable = name && variableNamed(sourceCode, name);
  return (variable?.references ?? []).flatMap(({ identifier }) => {
    const prototype = identifier.parent;
    if (prototype?.type !== "MemberExpression" || propertyName(prototype) !== "prototype") return [];
    const outer = prototype.parent;
    if (outer.type === "AssignmentExpression" && outer.left === prototype) return functionsIn(outer.right);
    if (outer.type !== "MemberExpression" || outer.parent.type !== "AssignmentExpression") return [];
    return outer.parent.left === outer && isFunction(outer.parent.right) ? [outer.parent.right] : [];
  });
}

/** `this.stop = () => …`, or `return { stop() {} }` as the last statement. */
function ownMethods(constructor: FunctionNode): readonly FunctionNode[] {
  if (constructor.body.type !== "BlockStatement") return functionsIn(constructor.body);
  return constructor.body.body.flatMap((statement) => {
    if (statement.type === "ReturnStatement" && statement.argument) return functionsIn(statement.argument);
    if (statement.type !== "ExpressionStatement" || statement.expression.type !== "AssignmentExpression") return [];
    const { left, right } = statement.expression;
    return left.type === "MemberExpression" && isFunction(right) ? [right] : [];
  });
}

function functionsIn(object: Node): readonly FunctionNode[] {
  const inner = unwrap(object);
  if (inner.type !== "ObjectExpression") return [];
  return inner.properties.flatMap((property) =>
    property.type === "Property" && isFunction(property.value) ? [property.value] : [],
  );
}

function declaredName(declaration: Node | null): TSESTree.Identifier | null {
  return declaration?.type === "VariableDeclarator" && declaration.id.type === "Identifier" ? declaration.id : null;
}

/** The name by which others call a function, as far as the file says; `dispose` for `[Symbol.dispose]`. */
export function nameOf(fn: FunctionNode): string | null {
  if (fn.id) return fn.id.name;
  const parent = wrapped(fn).parent;
  switch (parent?.type) {
    case "MethodDefinition":
    case "PropertyDefinition":
    case "Property":
      return parent.computed ? symbolName(parent.key) : keyName(parent.key, false);
    case "AssignmentExpression":
      if (parent.left.type === "Identifier") return parent.left.name;
      if (parent.left.type !== "MemberExpression") return null;
      return propertyName(parent.left) ?? symbolName(parent.left.property);
    case "VariableDeclarator":
      return parent.id.type === "Identifier" ? parent.id.name : null;
    case "CallExpression": {
      // `const stop = useCallback(() => …)`
      const outer = wrapped(parent).parent;
      return outer?.type === "VariableDeclarator" && outer.id.type === "Identifier" ? outer.id.name : null;
    }
    default:
      return null;
  }
}

function symbolName(key: Node): string | null {
  const inner = unwrap(key);
  if (inner.type === "MemberExpression") return propertyName(inner);
  return inner.type === "Literal" ? String(inner.value) : null;
}

/** `return () => …` without parameters, or a function that is returned by its name: what a set-up gives to undo it. */
function isHandedBack(sourceCode: SourceCode, fn: FunctionNode): boolean {
  if (fn.params.length > 0) return false;
  if (fn.type !== "FunctionDeclaration" && isReturned(fn)) return true;
  const parent = wrapped(fn).parent;
  const name = fn.type === "FunctionDeclaration" ? fn.id : declaredName(parent ?? null);
  const variable = name && variableNamed(sourceCode, name);
  return variable?.references.some(({ identifier }) => isReturned(identifier)) ?? false;
}

function isReturned(node: Node): boolean {
  const outer = wrapped(node);
  const parent = outer.parent;
  switch (parent?.type) {
    case "ReturnStatement":
      return true;
    case "ArrowFunctionExpression":
      return parent.body === outer;
    case "ConditionalExpression":
    case "LogicalExpression":
      return isReturned(parent);
    case "CallExpression":
      // `return once(() => off())`
      return parent.callee !== outer && isReturned(parent) && parent.arguments.length === 1;
    default:
      return false;
  }
}

function isEndCallback(sourceCode: SourceCode, fn: FunctionNode): boolean {
  const parent = wrapped(fn).parent;
  if (parent && isEndRegistration(parent, wrapped(fn))) return true;
  const name = fn.type === "FunctionDeclaration" ? fn.id : declaredName(parent ?? null);
  const variable = name && variableNamed(sourceCode, name);
  return (
    variable?.references.some(
      ({ identifier }) => identifier.parent !== undefined && isEndRegistration(identifier.parent, identifier),
    ) ?? false
  );
}

function isEndRegistration(call: Node, callback: Node): boolean {
  if (call.type !== "CallExpression" || call.callee === callback) return false;
  if (TEARDOWN_HOOK.test(calleeName(call.callee))) return true;
  const [event] = call.arguments;
  return event?.type === "Literal" && typeof event.value === "string" && END_EVENT.test(event.value);
}
