import type { Hop } from "../heap/index.js";

/** What a hop says of the reference that it stands for. */
export function labelOfHop({ kind, name }: Hop, isFromModule: boolean): string {
  switch (kind) {
    case "property":
      return /^[\w$]+$/.test(name) ? `.${name}` : `.${JSON.stringify(name)}`;
    case "symbol":
      return `[${name}]`;
    case "element":
      return `[${name}]`;
    case "entry":
      return "[entry]";
    case "variable":
      return isFromModule ? name : `variable ${name}`;
    case "weak-value":
      return "[value in a WeakMap]";
    case "reaction":
      return "pending reaction";
    case "frame":
      return `stack frame of ${name}`;
    case "local":
      return `local of suspended ${name}`;
    case "bound":
      return name;
    case "registration":
      return "registered for finalization";
    case "internal":
      return name;
  }
}
