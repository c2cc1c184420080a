import { functionAround, type FunctionNode, type SourceCode } from "../syntax.js";
import { registrationsOf } from "./registrations.js";

const MANY = 4;

/**
 * Whether a function sets up a page: it gives the window and the document this many listeners, and so is called when the
 * page is loaded. What is called again and again adds one or two. Not asked of constructors and methods.
 */
export function isPageSetUp(sourceCode: SourceCode, around: FunctionNode | null): boolean {
  if (!around || around.parent.type === "MethodDefinition" || around.parent.type === "PropertyDefinition") return false;
  const added = registrationsOf(sourceCode).filter(
    ({ call, receiver }) =>
      functionAround(call) === around &&
      receiver.root.kind === "global" &&
      /^(?:window|document)$/.test(receiver.root.name),
  );
  return added.length >= MANY;
}
