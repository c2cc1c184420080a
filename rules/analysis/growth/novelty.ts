import type { TSESTree } from "@typescript-eslint/utils";
import { isProgramName } from "./program-names.js";
import { SYNCHRONOUS_METHODS } from "../lifetime.js";
import { isObjectOf, isObjectTyped, isPrimitiveTyped } from "./value-kinds.js";
import {
  calleeName,
  functionAround,
  propertyName,
  unwrap,
  variableNamed,
  type Node,
  type SourceCode,
  type Variable,
} from "../syntax.js";

const MAX_DEPTH = 5;

/** Names of what tells callers, users and messages apart. */
const IDENTITY_NAME =
  /^(?:id|uid|uuid|guid|ip|ur[il]|href|query|email|nonce|host|hostname|origin|address|sid|jti|cid)$|(?:Id|ID|_id|[uU]uid|UUID|Url|URL|Ur[iI]|Query|Email|Ip|IP|Nonce|Session|Address|(?:access|auth|session|refresh)_?Token)$/;

/** `sessionId`, but not `moduleId`: of modules there are as many as the program has. */
function isIdentityName(name: string): boolean {
  return IDENTITY_NAME.test(name) && !isProgramName(name.replace(/_?(?:Id|ID|id)$/, ""));
}

/** What gives another value at each call. */
const FRESH_CALL =
  /^(?:now|random|random(?:UUID|Bytes|Int)|uuid(?:v?\d)?|v[14]|nanoid|ulid|cuid|createElement|createElementNS|hrtime|unique(?:Id|ID))$/;

/** Names of what comes and goes while a program runs. */
const OBJECT_NAME =
  /^(?:socket|conn|connection|client|req|res|response|session|event|job|task|stream|instance|ctx|element|el|worker|user|customer|order|promise|error|err|evt|peer|subscriber|subscription|tab|window|frame|widget|dialog|player)$/;

/** Names of text that names something: files, words, properties. */
const NAMED_TEXT =
  /(?:path|file|dir|folder|directory|name|key|hash|code|str|string|text|word|tag|ext|prefix|suffix|label|title|version|index|level|status|mode|prop|property|attr|attribute|field|column|selector|specifier|identifier|source|src|encoding|format|locale|charset|flag|env|character|char)s?$/i;

/** What an expression says of whether the next call's value is another one. Code that sets up says little. */
export class Novelty {
  readonly #sourceCode: SourceCode;
  readonly #isSetUp: boolean;

  constructor(sourceCode: SourceCode, isSetUp: boolean) {
    this.#sourceCode = sourceCode;
    this.#isSetUp = isSetUp;
  }

  /** For the keys of maps and objects: also text that is made of something new, or named as an id is. */
  isNewKey(expression: Node, depth = MAX_DEPTH): boolean {
    const node = unwrap(expression);
    if (depth === 0) return false;
    switch (node.type) {
      case "UpdateExpression":
        return true;
      case "TemplateLiteral":
        return node.expressions.some((part) => this.isNewKey(part, depth - 1));
      case "BinaryExpression":
        return node.operator === "+" && [node.left, node.right].some((part) => this.isNewKey(part, depth - 1));
      case "MemberExpression": {
        const name = propertyName(node);
        return name !== null && isIdentityName(name) && !this.#isOfProgram(node.object);
      }
      case "CallExpression":
        return this.#isNewText(node, depth);
      case "Identifier": {
        const variable = variableNamed(this.#sourceCode, node);
        if (!variable) return false;
        if (isCounter(variable)) return true;
        if (variable.defs[0]?.type === "Parameter" && isIdentityName(node.name)) return true;
        const value = onlyValue(variable);
        return value ? this.isNewKey(value, depth - 1) : this.isNewObject(node, depth);
      }
      default:
        return this.isNewObject(node, depth);
    }
  }

  /** For what is stored without a look whether it is there: what callers hand in, of a kind that nothing tells. */
  isAnyParameter(value: Node): boolean {
    const node = unwrap(value);
    if (this.#isSetUp || node.type !== "Identifier" || isProgramName(node.name) || NAMED_TEXT.test(node.name)) {
      return false;
    }
    const variable = variableNamed(this.#sourceCode, node);
    return (
      variable?.defs[0]?.type === "Parameter" &&
      !isIterated(variable.defs[0].node) &&
      !isPrimitiveTyped(this.#sourceCode, variable) &&
      !isWritten(variable)
    );
  }

  /** For lists, which keep the same value twice. */
  isAnything(values: readonly Node[]): boolean {
    return (
      !this.#isSetUp &&
      values.some((value) => {
        const node = unwrap(value);
        return node.type === "Identifier"
          ? !isProgramName(node.name)
          : node.type !== "Literal" && node.type !== "SpreadElement";
      })
    );
  }

  /** For the values of lists and sets: objects that no earlier call has added. */
  isNewObject(expression: Node, depth = MAX_DEPTH): boolean {
    const node = unwrap(expression.type === "SpreadElement" ? expression.argument : expression);
    if (depth === 0) return false;
    switch (node.type) {
      case "ThisExpression":
        return true;
      case "NewExpression":
      case "ObjectExpression":
      case "ArrayExpression":
      case "ArrowFunctionExpression":
      case "FunctionExpression":
        return !this.#isSetUp;
      case "CallExpression":
        return FRESH_CALL.test(calleeName(node.callee));
      case "Identifier": {
        const variable = variableNamed(this.#sourceCode, node);
        const definition = variable?.defs[0];
        if (!variable || !definition) return false;
        if (definition.type === "CatchClause") return true;
        if (definition.type === "Parameter") return this.#isHandedIn(variable, node);
        const value = onlyValue(variable);
        return value !== null && this.isNewObject(value, depth - 1);
      }
      default:
        return false;
    }
  }

  #isNewText(call: TSESTree.CallExpression, depth: number): boolean {
    const name = calleeName(call.callee);
    if (FRESH_CALL.test(name)) return true;
    if (name === "stringify") return !this.#isSetUp && call.arguments.some((argument) => this.#isOfCaller(argument));
    if (name === "String") return call.arguments.some((argument) => this.isNewKey(argument, depth - 1));
    const isSameText = /^(?:toString|toLowerCase|toUpperCase|trim|slice|join|padStart)$/.test(name);
    return isSameText && call.callee.type === "MemberExpression" && this.isNewKey(call.callee.object, depth - 1);
  }

  #isHandedIn(variable: Variable, node: TSESTree.Identifier): boolean {
    if (this.#isSetUp || isProgramName(node.name)) return false;
    return isObjectTyped(this.#sourceCode, variable) ?? (OBJECT_NAME.test(node.name) || isObjectOf(variable));
  }

  #isOfCaller(expression: Node): boolean {
    const node = unwrap(expression);
    if (node.type === "ArrayExpression") {
      return node.elements.some((element) => element?.type === "Identifier" && this.#isOfCaller(element));
    }
    if (node.type !== "Identifier" || isProgramName(node.name)) return false;
    return variableNamed(this.#sourceCode, node)?.defs[0]?.type === "Parameter";
  }

  #isOfProgram(object: Node): boolean {
    const node = unwrap(object);
    return node.type === "Identifier" ? isProgramName(node.name) : node.type !== "MemberExpression";
  }
}

/** An outer variable that code counts up. */
function isCounter(variable: Variable): boolean {
  return variable.references.some(
    ({ identifier }) =>
      identifier.parent?.type === "UpdateExpression" &&
      functionAround(identifier) !== null &&
      variable.scope.variableScope.block !== functionAround(identifier),
  );
}

/** `names.forEach((name) => …)`: as many as there are names. */
function isIterated(owner: Node): boolean {
  const call = owner.parent;
  return call?.type === "CallExpression" && call.callee !== owner && SYNCHRONOUS_METHODS.has(calleeName(call.callee));
}

function isWritten(variable: Variable): boolean {
  return variable.references.some(({ writeExpr, init }) => writeExpr && init !== true);
}

/** The value of a variable that is given one and keeps it. */
function onlyValue(variable: Variable): Node | null {
  const [definition] = variable.defs;
  if (definition?.type !== "Variable" || definition.node.id.type !== "Identifier" || !definition.node.init) return null;
  return variable.references.some((reference) => reference.isWrite() && reference.init !== true)
    ? null
    : definition.node.init;
}
