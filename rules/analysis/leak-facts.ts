import type { Facts, HolderPath } from "./facts.js";
import { calleeOf } from "./invocations.js";
import type { Leak } from "./leak.js";
import { fingerprintOf, rangeOf, siteOf, variableRoot } from "./sites.js";
import { calleeName, isFunction, propertyName, unwrap, variableNamed, type Node, type SourceCode } from "./syntax.js";

const GLOBAL_OBJECTS = /^(?:globalThis|global|window|self)$/;

/** The facts of a leak whose holder is no collection that the file names. */
export function leakFacts(sourceCode: SourceCode, rule: string, leak: Leak, file: string): Facts {
  const { holder, acquisitions, releases } = leak;
  return {
    kind: holder.kind,
    name: holder.name,
    module: file,
    container: holder.container,
    path: pathOf(sourceCode, leak),
    growSites: acquisitions.map((node) => siteOf(sourceCode, node, operationOf(node))),
    shrinkSites: releases.map((node) => siteOf(sourceCode, node, operationOf(node))),
    capacities: [],
    hasUnknownLimit: false,
    closures: holder.closures.map(rangeOf),
    clocks: [],
    fingerprint: leakFingerprint(sourceCode, rule, leak, file),
  };
}

/** The fingerprint of a leak's facts, without the rest of them. */
export function leakFingerprint(sourceCode: SourceCode, rule: string, leak: Leak, file: string): string {
  return fingerprintOf(sourceCode, file, rule, leak.holder.name, [...leak.acquisitions, ...leak.releases]);
}

/** What an acquisition or release is called: `on`, `removeListener`, `setInterval`. */
function operationOf(node: Node): string {
  const inner = unwrap(node);
  const isCall = inner.type === "CallExpression" || inner.type === "NewExpression";
  return (isCall && calleeName(calleeOf(inner.callee))) || "assign";
}

function pathOf(sourceCode: SourceCode, { holder: { owner, expression } }: Leak): HolderPath {
  if (owner) return { root: { kind: "instance", definition: rangeOf(owner.definition) }, properties: owner.properties };
  return (expression && pathOfExpression(sourceCode, expression)) ?? { root: { kind: "unnamed" }, properties: [] };
}

/** `bus`, `app.events`, `process.stdin`, `window`: a variable or a global, and the properties that lead on from it. */
function pathOfExpression(sourceCode: SourceCode, expression: Node): HolderPath | null {
  const properties: string[] = [];
  let node = unwrap(expression);
  while (node.type === "MemberExpression") {
    const name = propertyName(node);
    if (name === null) return null;
    properties.unshift(name);
    node = unwrap(node.object);
  }
  if (node.type !== "Identifier") return null;
  const variable = variableNamed(sourceCode, node);
  if (!variable || variable.defs.length === 0) {
    return {
      root: { kind: "global" },
      properties: GLOBAL_OBJECTS.test(node.name) ? properties : [node.name, ...properties],
    };
  }
  // A parameter, or a variable of a call, names another object each time.
  const { block } = variable.scope.variableScope;
  if (isFunction(block) || block.type !== "Program") return null;
  return { root: variableRoot(sourceCode, variable, null), properties };
}
