import type { TSESTree } from "@typescript-eslint/utils";
import { isExportedDeclaration } from "../lifetime.js";
import { settingsOf } from "../settings.js";
import {
  calleeName,
  functionAround,
  isFunction,
  keyName,
  normalisedText,
  unwrap,
  variableNamed,
  type Node,
  type SourceCode,
  type Variable,
} from "../syntax.js";
import { fateOf, fieldReferences, type Fate } from "./handles.js";
import type { ReleaseBy } from "./release-table.js";

/** All that a file does with one acquired thing, wherever its handle goes. */
export interface Custody {
  /** What the acquisition itself leads to. */
  readonly fate: Fate;
  /** Where the handle is kept: variables and fields, in the order they are met. */
  readonly holders: readonly Holder[];
  /** What releases it, or may. */
  readonly releases: readonly Node[];
  /** Where it leaves the reach of this file: returned, passed on, put in a container or in a foreign object. */
  readonly escapes: readonly Escape[];
  /** The method calls on it: `observe`, `unref`. */
  readonly calls: readonly TSESTree.CallExpression[];
}

export type Holder =
  | { readonly kind: "variable"; readonly variable: Variable; readonly name: string; readonly place: Node }
  | { readonly kind: "field"; readonly name: string; readonly text: string; readonly place: Node };

export interface Escape {
  readonly kind: "returned" | "passed" | "container" | "field" | "exported" | "destructured";
  readonly node: Node;
}

/** Methods that return what they are called on, so that the chain leads on with the same handle. */
const SELF_RETURNING = /^(?:unref|ref|refresh|on|once|addListener|prependListener|enable|then|catch|finally)$/;
const DISPOSAL = /^(?:dispose|asyncDispose)$/;
const BORROWING = /^(?:bind|call|apply)$/;

/** Calls that look at what they are handed, and keep nothing of it. */
const LOOKING = /^(?:bind|log|debug|info|warn|error|Boolean|String|isFinite)$/;

/** Follows a handle from where it is acquired. */
export function custodyOf(sourceCode: SourceCode, acquisition: Node, release: ReleaseBy): Custody {
  const custody = new Follower(sourceCode, release);
  custody.follow(acquisition);
  return { fate: fateOf(sourceCode, acquisition), ...custody.found };
}

class Follower {
  readonly found = {
    holders: [] as Holder[],
    releases: [] as Node[],
    escapes: [] as Escape[],
    calls: [] as TSESTree.CallExpression[],
  };
  readonly #sourceCode: SourceCode;
  readonly #release: ReleaseBy;
  readonly #seen = new Set<unknown>();

  constructor(sourceCode: SourceCode, release: ReleaseBy) {
    this.#sourceCode = sourceCode;
    this.#release = release;
  }

  follow(expression: Node): void {
    const fate = fateOf(this.#sourceCode, expression);
    switch (fate.kind) {
      case "returned": {
        this.#escape("returned", expression);
        return;
      }
      case "container": {
        this.#escape("container", fate.node);
        return;
      }
      case "passed": {
        this.#passed(fate.call, expression);
        return;
      }
      case "called":
        // A subscription is ended by its method, or by being called, as its library likes.
        if (this.#release.by === "result" || this.#release.names.includes("()")) this.found.releases.push(fate.call);
        return;
      case "chained": {
        this.#chained(fate.method, fate.call);
        return;
      }
      case "member": {
        this.#member(fate.name, fate.node);
        return;
      }
      case "variable": {
        this.#variable(fate.variable, fate.name);
        return;
      }
      case "field": {
        this.#field(fate.name, fate.target);
        return;
      }
      default:
        return;
    }
  }

  #passed(call: TSESTree.CallExpression | TSESTree.NewExpression, handle: Node): void {
    const name = calleeName(call.callee);
    const isRelease = this.#release.by === "argument" && this.#release.names.includes(name);
    if (isRelease || isSink(this.#sourceCode, call)) this.found.releases.push(call);
    else if (!LOOKING.test(name) && !this.#release.uses?.test(name)) this.#escape("passed", handle);
  }

  #chained(method: string, call: TSESTree.CallExpression): void {
    this.found.calls.push(call);
    const isRelease = this.#release.by === "method" && this.#release.names.includes(method);
    if (isRelease || DISPOSAL.test(method)) this.found.releases.push(call);
    else if (SELF_RETURNING.test(method)) this.follow(call);
    if (method === "then") this.#promised(call.arguments[0]);
  }

  /** `open().then((file) => …)`: the handle is the callback's parameter. */
  #promised(callback: Node | undefined): void {
    const [parameter] = callback && isFunction(callback) ? callback.params : [];
    const variable = parameter?.type === "Identifier" ? variableNamed(this.#sourceCode, parameter) : null;
    if (variable && parameter) this.#variable(variable, parameter);
    else if (callback && !isFunction(callback)) this.#escape("passed", callback);
  }

  #member(name: string, node: Node): void {
    if (node.type === "ObjectPattern") {
      this.#destructured(node);
      return;
    }
    if (this.#release.by === "method" && this.#release.names.includes(name)) {
      this.found.releases.push(node);
      return;
    }
    const fate = fateOf(this.#sourceCode, node);
    if (fate.kind === "chained" && (BORROWING.test(fate.method) || this.#isRelease(fate.method))) {
      this.found.releases.push(fate.call);
    } else if (fate.kind !== "looked at" && fate.kind !== "written" && fate.kind !== "chained") {
      if (/^(?:port\d?|stream|result|signal|readable|writable)$/.test(name)) this.#escape("passed", node);
    }
  }

  /** `const { port1, port2 } = new MessageChannel()`: each part may be what releases, or be released. */
  #destructured(pattern: TSESTree.ObjectPattern): void {
    for (const property of pattern.properties) {
      const value = property.type === "Property" ? property.value : property.argument;
      const variable = value.type === "Identifier" ? variableNamed(this.#sourceCode, value) : null;
      const name = property.type === "Property" ? keyName(property.key, property.computed) : null;
      if (variable && /^port\d$/.test(name ?? "")) this.#variable(variable, value);
      else this.#escape("destructured", pattern);
    }
  }

  #isRelease(name: string): boolean {
    return this.#release.by === "method" && this.#release.names.includes(name);
  }

  #variable(variable: Variable, place: Node): void {
    if (this.#seen.has(variable)) return;
    this.#seen.add(variable);
    this.found.holders.push({ kind: "variable", variable, name: variable.name, place });
    if (isExportedDeclaration(variable)) this.#escape("exported", place);
    const [definition] = variable.defs;
    const declaration = definition?.node.type === "VariableDeclarator" ? definition.node.parent : null;
    if (declaration && /using$/.test(declaration.kind)) this.found.releases.push(declaration);
    for (const reference of variable.references) {
      if (reference.isRead()) this.follow(reference.identifier);
    }
  }

  #field(name: string, target: Node): void {
    if (this.#seen.has(name)) return;
    this.#seen.add(name);
    this.found.holders.push({ kind: "field", name, text: this.#textOf(target), place: placeOf(target) });
    if (!isOwn(this.#sourceCode, target) || isInherited(target, name)) this.#escape("field", target);
    for (const reference of fieldReferences(this.#sourceCode, name)) {
      if (reference === target) continue;
      const isPattern = reference.type === "Identifier" && reference.parent.type === "Property";
      const variable = isPattern ? variableNamed(this.#sourceCode, reference) : null;
      if (variable) this.#variable(variable, reference);
      else this.follow(reference);
    }
  }

  #textOf(target: Node): string {
    return target.type === "PropertyDefinition"
      ? `${target.static ? "" : "this."}${keyName(target.key, target.computed) ?? ""}`
      : normalisedText(this.#sourceCode, target);
  }

  #escape(kind: Escape["kind"], node: Node): void {
    this.found.escapes.push({ kind, node });
  }
}

function placeOf(target: Node): Node {
  if (target.type === "PropertyDefinition") return target.key;
  return target.type === "MemberExpression" ? target.property : target;
}

const SELF = /^(?:self|that|_?this\d?|me|vm|ctx|scope|root|inst|instance)$/;

/** Whether a field belongs to an object of this file: `this`, its alias, a class, a variable that is no parameter. */
function isOwn(sourceCode: SourceCode, target: Node): boolean {
  if (target.type !== "MemberExpression") return true;
  let root = unwrap(target.object);
  while (root.type === "MemberExpression") root = unwrap(root.object);
  if (root.type === "ThisExpression") return true;
  if (root.type !== "Identifier") return false;
  if (SELF.test(root.name)) return true;
  const variable = variableNamed(sourceCode, root);
  const [definition] = variable?.defs ?? [];
  if (!definition || definition.type === "Parameter" || definition.type === "ImportBinding") return false;
  return !/^(?:exports|module)$/.test(root.name) && functionAround(target) !== null;
}

/** A field that the class does not declare and its superclass may: what the superclass does with it, only it knows. */
function isInherited(target: Node, name: string): boolean {
  if (target.type !== "MemberExpression" || unwrap(target.object).type !== "ThisExpression") return false;
  for (let up: Node | undefined = target; up; up = up.parent) {
    if (up.type !== "ClassDeclaration" && up.type !== "ClassExpression") continue;
    const declares = up.body.body.some((member) => "key" in member && keyName(member.key, member.computed) === name);
    return up.superClass !== null && !declares && !isDeclaredByParameter(up, name);
  }
  return false;
}

/** `constructor(private timer?: Timer)`. */
function isDeclaredByParameter(owner: TSESTree.ClassDeclaration | TSESTree.ClassExpression, name: string): boolean {
  return owner.body.body.some(
    (member) =>
      member.type === "MethodDefinition" &&
      member.kind === "constructor" &&
      member.value.params.some(
        (parameter) =>
          parameter.type === "TSParameterProperty" &&
          parameter.parameter.type === "Identifier" &&
          parameter.parameter.name === name,
      ),
  );
}

const SINK =
  /^(?:_?register|registerDisposable|addDisposable|addTeardown|addSubscription|autoDispose|disposeWith|_?defer)$/;
const SINK_LIST = /dispos|subscriptions?$|teardowns?$|cleanups?$/i;

/** A call that takes over what it is handed: `this._register(…)`, `toDispose.push(…)`, what the user's settings name. */
function isSink(sourceCode: SourceCode, { callee }: TSESTree.CallExpression | TSESTree.NewExpression): boolean {
  const name = calleeName(callee);
  if (SINK.test(name) || settingsOf(sourceCode).disposalSinks.includes(name)) return true;
  const member = unwrap(callee);
  return (
    member.type === "MemberExpression" &&
    /^(?:push|add|use|adopt)$/.test(name) &&
    SINK_LIST.test(calleeName(member.object))
  );
}
