import type { TSESTree } from "@typescript-eslint/utils";
import { importSource } from "../imports.js";
import { calleeName, isFunction, unwrap, variableNamed, walk, type Node, type SourceCode } from "../syntax.js";

/** An observable as an expression builds it: where the values come from, and the operators they go through. */
export interface Pipeline {
  readonly source: Node;
  readonly operators: readonly TSESTree.CallExpression[];
}

/** `source` and `[map(…), take(1)]` of `source.pipe(map(…)).pipe(take(1))`. */
export function pipelineOf(expression: Node): Pipeline {
  const node = unwrap(expression);
  const callee = node.type === "CallExpression" ? unwrap(node.callee) : null;
  if (node.type !== "CallExpression" || callee?.type !== "MemberExpression" || calleeName(callee) !== "pipe") {
    return { source: node, operators: [] };
  }
  const before = pipelineOf(callee.object);
  const own = node.arguments.flatMap((argument) => {
    const operator = unwrap(argument);
    return operator.type === "CallExpression" ? [operator] : [];
  });
  return { source: before.source, operators: [...before.operators, ...own] };
}

const COMPLETER =
  /^(?:take|takeUntil|takeWhile|takeUntilDestroyed|untilDestroyed|untilComponentDestroyed|first|last|single|find|findIndex|elementAt|takeLast|toArray|timeout|firstValueFrom|lastValueFrom|raceWith)$/;

/** Operators that end what goes through them: `take(1)`, `takeUntil(gone)`. The old chained style counts too. */
export function isCompleted({ source, operators }: Pipeline): boolean {
  if (operators.some(({ callee }) => COMPLETER.test(calleeName(callee)))) return true;
  const node = unwrap(source);
  return node.type === "CallExpression" && COMPLETER.test(calleeName(node.callee));
}

const SHORT_LIVED_CALL =
  /^(?:of|from|fromPromise|defer|timer|range|throwError|empty|ajax|fromFetch|fetch|forkJoin|bindCallback|bindNodeCallback|getJSON|toPromise|request|mutate|query|snapshot|get|post|put|patch|delete|head|save|load|afterClosed|afterDismissed|create|update|remove|execute|\$?http\w*)$/;
const SHORT_LIVED_NAME = /^(?:EMPTY|NEVER|http\w*)$/i;
/** What a router or a component library ends with the component. */
const ENDED_BY_FRAMEWORK =
  /\b(?:route|activatedRoute|_route)\.(?:params|queryParams|data|paramMap|queryParamMap|fragment|url)\b|\.(?:valueChanges|statusChanges)$/;

/** Whether a source completes by itself: a request, a promise, a list of values, a single timer. */
export function isShortLived(sourceCode: SourceCode, source: Node): boolean {
  const node = unwrap(source);
  if (node.type === "Identifier" && SHORT_LIVED_NAME.test(node.name)) return true;
  if (ENDED_BY_FRAMEWORK.test(sourceCode.getText(node))) return true;
  return node.type === "CallExpression" && SHORT_LIVED_CALL.test(calleeName(node.callee));
}

/** Whether a name is rxjs's own: imported from it, or unknown to the file's imports by an alias. */
export function isOfRxjs(sourceCode: SourceCode, callee: Node): boolean {
  const node = unwrap(callee);
  const root = node.type === "MemberExpression" ? unwrap(node.object) : node;
  const variable = root.type === "Identifier" ? variableNamed(sourceCode, root) : null;
  return /^rxjs(?:\/|$)|^@angular\/core\/rxjs-interop$/.test((variable && importSource(variable)) ?? "");
}

/** Whether what an operator's callback gives is an observable that was there before, not one made for the value. */
export function givesStanding(sourceCode: SourceCode, operator: TSESTree.CallExpression): boolean {
  const [project] = operator.arguments;
  if (!project || !isFunction(project)) return project?.type === "Identifier" || project?.type === "MemberExpression";
  let makes = false;
  walk(sourceCode, project.body, (node) => {
    if (node.type === "CallExpression" || node.type === "NewExpression" || isFunction(node)) makes = true;
    return !makes;
  });
  return !makes;
}
