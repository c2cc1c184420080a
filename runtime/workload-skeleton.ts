/** A workload to start from: imports what the findings' modules export and says what has to be called. */
import path from "node:path";
import type { Program } from "estree";
import type { Finding } from "./findings.js";
import { lintSource } from "./lint-source.js";

/**
 * @param file where the workload will lie, absolute: imports are relative to its folder
 * @returns source text of an ES module that runs as it is, and does nothing yet
 */
export function workloadSkeleton(findings: readonly Finding[], file: string, workingDirectory: string): string {
  const byModule = new Map<string, Finding[]>();
  for (const finding of findings) byModule.set(finding.file, [...(byModule.get(finding.file) ?? []), finding]);
  const imports: string[] = [];
  const calls: string[] = [];
  for (const [module, ofModule] of byModule) {
    const names = exportedNames(lintSource(module).sourceCode.ast);
    const specifier = importSpecifier(file, module);
    imports.push(
      names.length === 0
        ? `import ${JSON.stringify(specifier)};`
        : `import { ${names.join(", ")} } from ${JSON.stringify(specifier)};`,
    );
    for (const { facts, line } of ofModule) {
      if (facts === null) continue;
      const growers = [...new Set(facts.growSites.map((site) => site.functionName).filter((name) => name !== null))];
      const where = growers.length === 0 ? "" : `: call what leads to ${growers.map((name) => `${name}()`).join(", ")}`;
      calls.push(
        `  // ${facts.name} (${path.relative(workingDirectory, module).split(path.sep).join("/")}:${line})${where}`,
      );
    }
  }
  return `${[
    "// A workload for leakproof: an iteration does once what the program does again and again.",
    ...imports,
    "",
    "export async function setup() {}",
    "",
    "export async function iteration(i) {",
    ...calls,
    "}",
    "",
    "export async function teardown() {}",
  ].join("\n")}\n`;
}

function importSpecifier(from: string, module: string): string {
  const relative = path.relative(path.dirname(from), module).split(path.sep).join("/");
  return relative.startsWith(".") ? relative : `./${relative}`;
}

/** Names that an ES or CommonJS module exports, as far as its text shows them. */
function exportedNames(program: Program): string[] {
  const names = new Set<string>();
  for (const statement of program.body) {
    if (statement.type === "ExportNamedDeclaration") {
      if (statement.declaration?.type === "VariableDeclaration") {
        for (const { id } of statement.declaration.declarations) if (id.type === "Identifier") names.add(id.name);
      } else if (
        statement.declaration?.type === "FunctionDeclaration" ||
        statement.declaration?.type === "ClassDeclaration"
      ) {
        names.add(statement.declaration.id.name);
      }
      for (const { exported } of statement.specifiers) if (exported.type === "Identifier") names.add(exported.name);
    } else if (statement.type === "ExpressionStatement" && statement.expression.type === "AssignmentExpression") {
      const { left, right } = statement.expression;
      if (left.type !== "MemberExpression" || left.property.type !== "Identifier" || left.computed) continue;
      const isModuleExports =
        left.object.type === "Identifier" && left.object.name === "module" && left.property.name === "exports";
      const isExports =
        (left.object.type === "Identifier" && left.object.name === "exports") ||
        (left.object.type === "MemberExpression" &&
          left.object.property.type === "Identifier" &&
          left.object.property.name === "exports");
      if (isExports) names.add(left.property.name);
      if (isModuleExports && right.type === "ObjectExpression") {
        for (const property of right.properties) {
          if (property.type === "Property" && property.key.type === "Identifier") names.add(property.key.name);
        }
      }
    }
  }
  names.delete("default");
  return [...names];
}
