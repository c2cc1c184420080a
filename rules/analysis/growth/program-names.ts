import { functionName } from "../calls.js";
import { functionAround, type Node } from "../syntax.js";

/** Names of what a program has as many of as its text says: parts that set-up code plugs together. */
const PROGRAM_NAME =
  /(?:plugin|loader|rule|hook|middleware|locale|lang(?:uage)?|ctor|constructor|class|klass|proto(?:type)?|component|module|type|kind|definition|def|directive|model|extension|adapter|driver|transport|provider|factory|handler|resolver|serializer|parser|formatter|reporter|command|route|config|configuration|options|opts|theme|symbol|table|fn|func|function|callback|cb|listener|target|impl|implementation|descriptor|decorator|feature|strategy|policy|pattern|regexp?|template|stringsarray|compiler|namespace|project|program)s?\d?$/i;

/** Whether a name stands for a part of the program rather than for what it works on. */
export function isProgramName(name: string): boolean {
  return PROGRAM_NAME.test(name);
}

const RUN_TIME_PART = /(?:handler|callback|cb|listener|fn|func|function|command|target|symbol|project|program)s?$/i;

/** Whether a collection's name says that it holds parts of the program: `plugins`, `localeRules`; not `eventsByType`. */
export function isPartsName(name: string): boolean {
  return isProgramName(name) && !RUN_TIME_PART.test(name) && !/[bB]y[A-Z]/.test(name);
}

const SET_UP_NAME =
  /^_?(?:register|use[A-Z]?|def(?:ine)?|declare|install|configure|set_?up|extend|init(?:iali[sz]e)?|provide|enable|mixin|plugin|load|include|import|alias|bootstrap|build|compile|create(?:Context|Store|Plugin|Type|Schema|Model))/;
const SET_UP_ADDITION = /^_?(?:add|set|append|push|prepend|insert)_?/;

/** Whether code stands in a function that sets a program up: `registerLoader`, `use`, `defineType`, `addPlugin`. */
export function isSetUpCode(node: Node): boolean {
  const around = functionAround(node);
  const name = around && functionName(around)?.replace(/^.*\./, "");
  if (!name) return false;
  return SET_UP_NAME.test(name) || (SET_UP_ADDITION.test(name) && isProgramName(name.replace(SET_UP_ADDITION, "")));
}
