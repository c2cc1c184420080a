import { invocationsOf, receiverOf } from "../invocations.js";
import type { Leak } from "../leak.js";
import { calleeName, functionAround, keyName, wrapped, type FunctionNode, type SourceCode } from "../syntax.js";
import { handlerFunction, isSameHandler } from "./handlers.js";
import { identityOf, isSame, nameOf } from "./identity.js";
import { registrationsOf } from "./registrations.js";
import { removalsOf } from "./removals.js";

/** Methods that a framework runs once for each instance. */
const RUNS_ONCE =
  /^(?:constructor|initiali[sz]e|created|connectedCallback|componentDidMount|componentWillMount|UNSAFE_componentWillMount|mounted|beforeMount|ngOnInit|ngAfterViewInit|onload|onAdd|attached)$/;

/** `this.f = this.f.bind(this); x.on("e", this.f)` in a method: run twice, the first listener has lost its name. */
export function rebindings(sourceCode: SourceCode): readonly Leak[] {
  const leaks: Leak[] = [];
  for (const bind of invocationsOf(sourceCode, ["bind"])) {
    const assignment = wrapped(bind).parent;
    const method = receiverOf(bind);
    if (assignment?.type !== "AssignmentExpression" || !method || assignment.left.type !== "MemberExpression") continue;
    const around = functionAround(bind);
    if (!around || RUNS_ONCE.test(nameOfMethod(around))) continue;
    const handler = identityOf(sourceCode, assignment.left);
    if (handler.root.kind !== "this" || !isSame(handler, identityOf(sourceCode, method))) continue;
    const removals = removalsOf(sourceCode).filter(
      (removal) => removal.handler && isSameHandler(sourceCode, removal.handler, assignment.left),
    );
    if (removals.length === 0 || removals.some(({ call }) => functionAround(call) === around)) continue;
    const added = registrationsOf(sourceCode).find(
      ({ call, handler: each }) =>
        functionAround(call) === around &&
        each &&
        call.range[0] > bind.range[0] &&
        isSameHandler(sourceCode, each, assignment.left),
    );
    if (!added?.handler) continue;
    const receiver = nameOf(sourceCode, added.receiver);
    const closure = handlerFunction(sourceCode, added.handler);
    leaks.push({
      messageId: "rebound",
      data: { receiver, handler: nameOf(sourceCode, handler), line: String(bind.loc.start.line) },
      place: added.place,
      isLikely: false,
      holder: {
        kind: "listener",
        name: receiver,
        container: "unknown",
        expression: added.expression,
        closures: closure ? [closure] : [],
      },
      acquisitions: [added.call],
      releases: removals.map(({ call }) => call),
    });
  }
  return leaks;
}

function nameOfMethod({ parent }: FunctionNode): string {
  if (parent.type === "MethodDefinition" || parent.type === "Property" || parent.type === "PropertyDefinition") {
    return keyName(parent.key, parent.computed) ?? "";
  }
  return parent.type === "AssignmentExpression" ? calleeName(parent.left) : "";
}
