import { isNode, type Node, type SourceCode } from "../syntax.js";

/** The identifiers of a name, in source order: found in the text, then among the nodes on the way. */
export function mentionsOf(sourceCode: SourceCode, name: string): readonly Node[] {
  const pattern = new RegExp(`(?<![\\w$])${name.replace(/[^\w]/g, "\\$&")}(?![\\w$])`, "g");
  const found: Node[] = [];
  for (const { index } of sourceCode.text.matchAll(pattern)) {
    const node = innermost(sourceCode, index);
    if ((node.type === "Identifier" || node.type === "PrivateIdentifier") && node.name === name) found.push(node);
  }
  return found;
}

function innermost(sourceCode: SourceCode, offset: number): Node {
  let node: Node = sourceCode.ast;
  for (let below = childAt(sourceCode, node, offset); below; below = childAt(sourceCode, node, offset)) node = below;
  return node;
}

function childAt(sourceCode: SourceCode, node: Node, offset: number): Node | null {
  for (const key of sourceCode.visitorKeys[node.type] ?? []) {
    const child: unknown = Reflect.get(node, key);
    for (const item of Array.isArray(child) ? child : [child]) {
      if (isNode(item) && item.range[0] <= offset && offset < item.range[1]) return item;
    }
  }
  return null;
}
