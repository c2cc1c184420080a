import type { Owner } from "./owners.js";
import { runsAgain } from "../../lifetime.js";
import { settingsOf } from "../../settings.js";
import { functionAround, keyName, propertyName, wrapped, type Node, type SourceCode } from "../../syntax.js";

const LASTING_NAME =
  /(?:Server|Client|Manager|Pool|Cache|Registry|Store|Storage|Connection|Service|Provider|Broker|Bus|Queue|Hub|Router|Gateway|Session|Socket|Transport|Channel|Monitor|Tracker|Watcher|Scheduler|Dispatcher|Emitter|EventTarget|Evented|Controller|Repository|Worker|Cluster|Layer|Logger|Proxy|Adapter)$/;
/** What is made for one piece of work, and goes with it. */
const OPERATION_NAME =
  /(?:Visitor|Parser|Builder|Writer|Reader|Printer|Generator|Lexer|Tokenizer|Scanner|Compiler|Transform(?:er)?|Walker|Context|Scope|Node|Statement|Expression|Declaration|Rule|Formatter|Options|Result|Error|Iterator|State|Analyzer|Analysis|Serializer|Deserializer|Encoder|Decoder|Collector|Query|Plugin|Command|Request|Response|Token|Element|Test|Suite|Spec|Template|Source|Dependency|Module|Chunk|Graph|Hash|Set|List|Tree|Stack|Structure|Calculator|Optimi[sz]er|Config|Schema|Type|Compilation|Report|Stats|Info|Record|Entry|Row|Item|Event|Message)$/;
const TEARDOWN_METHOD =
  /^_?(?:close|destroy|dispose|stop|shutdown|disconnect|terminate|teardown|tearDown|unload|quit|kill|dispatchClose|disconnectedCallback|componentWillUnmount|ngOnDestroy|onDestroy|remove|onRemove|\[?Symbol\.(?:asyncD|d)ispose\]?)$/;

/**
 * Whether instances may outlive one piece of work. Those that the file itself makes, uses and drops in one function do
 * not; those whose name speaks of such work (`Parser`, `Visitor`, …) do where something else says so: an end of their
 * own, a base class, a module that keeps one.
 */
export function isLongLived(sourceCode: SourceCode, owner: Owner): boolean {
  const made = constructions(owner);
  if (made.some((construction) => isKeptByModule(sourceCode, construction))) return true;
  if (made.length > 0 && made.every((construction) => isDropped(sourceCode, construction))) return false;
  return !OPERATION_NAME.test(owner.name) || LASTING_NAME.test(owner.superName) || hasTeardown(sourceCode, owner);
}

/** `new Job().add(step)`, `const job = new Job();` with no mention of `job` but its methods. */
function isDropped(sourceCode: SourceCode, construction: Node): boolean {
  const { parent } = wrapped(construction);
  if (functionAround(construction) === null) return false;
  if (parent?.type !== "VariableDeclarator")
    return parent?.type === "MemberExpression" || parent?.type === "ExpressionStatement";
  return sourceCode.getDeclaredVariables(parent).every(({ references }) =>
    references.every(({ identifier, init }) => {
      const use = wrapped(identifier).parent;
      return init === true || (use?.type === "MemberExpression" && use.object === identifier);
    }),
  );
}

function hasTeardown(sourceCode: SourceCode, owner: Owner): boolean {
  const { teardownMethods } = settingsOf(sourceCode);
  return methodNames(owner).some((name) => TEARDOWN_METHOD.test(name) || teardownMethods.includes(name));
}

function methodNames({ definition, variable }: Owner): readonly string[] {
  if (definition.type === "ClassDeclaration" || definition.type === "ClassExpression") {
    return definition.body.body.flatMap((member) =>
      member.type === "MethodDefinition" && !member.static ? [keyName(member.key, member.computed) ?? ""] : [],
    );
  }
  if (definition.type === "ObjectExpression") {
    return definition.properties.flatMap((property) =>
      property.type === "Property" ? [keyName(property.key, property.computed) ?? ""] : [],
    );
  }
  return (variable?.references ?? []).flatMap(({ identifier }) => prototypeMembers(identifier));
}

/** The `close` of `Server.prototype.close = …`, the names in `Server.prototype = { … }`. */
function prototypeMembers(identifier: Node): readonly string[] {
  const prototype = identifier.parent;
  if (prototype?.type !== "MemberExpression" || propertyName(prototype) !== "prototype") return [];
  const { parent } = prototype;
  if (parent.type === "MemberExpression") return [propertyName(parent) ?? ""];
  if (parent.type !== "AssignmentExpression" || parent.right.type !== "ObjectExpression") return [];
  return parent.right.properties.flatMap((property) =>
    property.type === "Property" ? [keyName(property.key, property.computed) ?? ""] : [],
  );
}

/** Each `new Animator()` of the file. */
function constructions({ variable }: Owner): readonly Node[] {
  return (variable?.references ?? []).flatMap(({ identifier }) => {
    const made = identifier.parent;
    return made?.type === "NewExpression" && made.callee === identifier ? [made] : [];
  });
}

/** `export const animator = new Animator()`. */
function isKeptByModule(sourceCode: SourceCode, construction: Node): boolean {
  const place = construction.parent?.type;
  if (place === "ExpressionStatement" || place === "ThrowStatement") return false;
  return !runsAgain(sourceCode, construction, null);
}
