import { readFileSync } from "node:fs";
import path from "node:path";
import { Ajv2020, type SchemaObject } from "ajv/dist/2020.js";
import { expect, it } from "vitest";
import { readReport } from "../runtime/report/read-report.js";
import { compareBaseline } from "../runtime/verdict/baseline.js";
import { verdicts, type VerificationResult } from "../runtime/verdict/result.js";
import { project, repository, run } from "./runtime/command.js";

const schema = JSON.parse(readFileSync(path.join(repository, "docs/report-schema.json"), "utf8")) as SchemaObject & {
  readonly $defs: { readonly verdict: { readonly enum: readonly string[] } };
};
const validate = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true, allErrors: true }).compile(
  schema,
);

function errorsIn(report: unknown): string[] {
  validate(report);
  return (validate.errors ?? []).map(({ instancePath, message, params }) => {
    const { additionalProperty, unevaluatedProperty } = params as Readonly<Record<string, string>>;
    const property = additionalProperty ?? unevaluatedProperty;
    return `${instancePath} ${message ?? ""}${property === undefined ? "" : ` (${property})`}`;
  });
}

const files = {
  "orders.mjs": `
const lengths = new Map();
const drafts = [];
const refunds = [];

export function lengthOf(text) {
  if (!lengths.has(text)) lengths.set(text, { length: text.length });
  return lengths.get(text);
}

export function draft(id) {
  drafts.push(id);
}

export function clearDrafts() {
  drafts.length = 0;
}

export function refund(id) {
  refunds.push(id);
}
`,
  "workload.mjs": `
import { clearDrafts, draft, lengthOf } from "./orders.mjs";

export function iteration(i) {
  lengthOf("order " + i);
  draft(i);
  clearDrafts();
}
`,
};

it("describes a real report, and nothing that is not in one", async () => {
  const { stdout, stderr } = await run(["verify", "orders.mjs", "--workload", "workload.mjs", "--format", "json"], {
    cwd: project(files),
  });
  expect(stdout, stderr).not.toBe("");
  const report = JSON.parse(stdout) as VerificationResult;
  expect(errorsIn(report)).toEqual([]);
  // A report without these would leave half of the schema untried.
  expect(report.findings.map(({ holder, verdict }) => `${holder?.name} ${verdict}`)).toEqual([
    "lengths confirmed",
    "drafts refuted",
    "refunds not-exercised",
  ]);
  const [confirmed] = report.findings;
  expect(confirmed?.heapFingerprints).not.toEqual([]);
  const baseline = compareBaseline(report, { findings: [], unflagged: report.unflagged }, "earlier.json").baseline;
  const gone = [{ fingerprint: "f00d", name: "log", file: "errors.mjs", line: 3 }];
  const shard = { index: 1, count: 2, findings: 3, digest: "f00d" };
  for (const more of [{ baseline }, { baseline: { file: "earlier.json", known: ["f00d"], gone } }, { shard }])
    expect(errorsIn({ ...report, ...more })).toEqual([]);
  // What the schema allows and what reports are read back by say the same.
  expect(readReport(stdout)).toEqual(report);
  expect(confirmed?.chain.length).toBeGreaterThan(1);

  expect(errorsIn({ ...report, more: 1 })).toEqual([" must NOT have additional properties (more)"]);
  expect(errorsIn({ ...report, findings: [{ ...confirmed, more: 1 }] })).toEqual([
    "/findings/0 must NOT have unevaluated properties (more)",
  ]);
  const { ruleId, ...unflagged } = { ...confirmed };
  expect(errorsIn({ ...report, unflagged: [unflagged] })).toEqual([]);
  expect(errorsIn({ ...report, unflagged: [{ ...unflagged, ruleId }] })).toEqual([
    "/unflagged/0 must NOT have unevaluated properties (ruleId)",
  ]);
  expect(errorsIn({ ...report, findings: [unflagged] })).toEqual(["/findings/0 must have required property 'ruleId'"]);
});

it("knows the verdicts", () => {
  expect(schema.$defs.verdict.enum).toEqual(verdicts);
});
