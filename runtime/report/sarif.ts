/**
 * The result as SARIF 2.1.0, for GitHub's code scanning and others that read it.
 *
 * GitHub makes an alert of each result, whatever its `kind` and its `baselineState` say. So only what is worth an alert
 * is in it: leaks, and findings that the run could not decide. These are notes of kind `fail`, since SARIF allows a level
 * for no other kind, and GitHub shows none without. What was refuted or did not run is left out, and so are leaks of a
 * baseline that have gone: GitHub closes the alerts of what is no longer there.
 */
import { pathToFileURL } from "node:url";
import { isKnown, type Leak } from "../verdict/baseline.js";
import type { ChainHop, VerificationResult } from "../verdict/result.js";
import { chainSentence, hopName, hopType, sentence } from "./chain-text.js";
import { isSourceFile, pathInRepository, UNFLAGGED_PAGE, type ReportContext, type RulePage } from "./context.js";
import { harmlessText } from "./harmless-text.js";

const SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
const HOME = "https://github.com/leakproof/eslint-plugin-leakproof";
const ROOT = "%SRCROOT%";
export const UNFLAGGED_RULE = "leakproof/unflagged";

/** One run of leakproof as a SARIF log. */
export function formatSarif(result: VerificationResult, context: ReportContext): string {
  const reported: Leak[] = [
    ...result.findings.filter(({ verdict }) => verdict === "confirmed" || verdict === "inconclusive"),
    ...result.unflagged,
  ];
  const ruleIds = [...new Set(reported.map(ruleOf))].sort();
  const occurrences = new Map<string, number>();
  const log = {
    $schema: SCHEMA,
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "leakproof",
            informationUri: HOME,
            version: context.version,
            semanticVersion: context.version,
            rules: ruleIds.map((id) => ruleDescriptor(id, context)),
          },
        },
        // Two workloads of one repository do not close each other's alerts.
        automationDetails: { id: `leakproof/${uriOf(result.workload)}/` },
        invocations: [{ executionSuccessful: true }],
        originalUriBaseIds: { [ROOT]: { description: { text: "The root of the repository." } } },
        columnKind: "utf16CodeUnits",
        results: reported.map((leak) => ({
          ...resultOf(leak, result, context),
          ruleIndex: ruleIds.indexOf(ruleOf(leak)),
          ...fingerprintsOf(leak, occurrences),
        })),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function ruleOf(leak: Leak): string {
  return "ruleId" in leak ? leak.ruleId : UNFLAGGED_RULE;
}

function ruleDescriptor(id: string, { rules }: ReportContext): unknown {
  const page: RulePage | undefined = id === UNFLAGGED_RULE ? UNFLAGGED_PAGE : rules.get(id);
  return {
    id,
    ...(page !== undefined && {
      shortDescription: { text: plain(page.description) },
      fullDescription: { text: plain(page.description) },
      helpUri: page.url,
      help: { text: `${plain(page.description)}. See ${page.url}`, markdown: `[${id}](${page.url})` },
    }),
    defaultConfiguration: { level: "error" },
    properties: { tags: ["memory-leak"], precision: "very-high" },
  };
}

/** Descriptions are Markdown, which a text is not. */
function plain(markdown: string): string {
  return markdown.replaceAll("`", "");
}

function resultOf(leak: Leak, result: VerificationResult, context: ReportContext): object {
  const { chain, verdict, growth } = leak;
  const placed = chain.filter(({ file }) => isSourceFile(file));
  return {
    ruleId: ruleOf(leak),
    kind: "fail",
    level: verdict === "confirmed" ? "error" : "note",
    message: { text: messageOf(leak) },
    // GitHub wants a place for each: what has none stands at the workload that showed it.
    locations: [{ physicalLocation: placeOf(leak.file ?? result.workload, leak.line, leak.column, context) }],
    ...(placed.length > 0 && {
      codeFlows: [
        {
          message: { text: "What keeps the objects, from the module on." },
          threadFlows: [{ locations: placed.map((hop) => ({ location: locationOf(hop, context) })) }],
        },
      ],
      relatedLocations: placed.map((hop, index) => ({ id: index + 1, ...locationOf(hop, context) })),
    }),
    ...(result.baseline !== null && { baselineState: isKnown(result, leak) ? "unchanged" : "new" }),
    properties: {
      verdict: "ruleId" in leak ? verdict : "unflagged",
      ...(growth !== null && { perIteration: growth.perIteration, bytesPerIteration: growth.bytesPerIteration }),
    },
  };
}

function messageOf(leak: Leak): string {
  const parts = [
    `${leak.verdict === "inconclusive" ? "Could not be decided: " : ""}${sentence(leak.reason)}.`,
    ...(leak.chain.length > 0 ? [`Kept by: ${chainSentence(leak.chain)}.`] : []),
    ...(leak.note === null ? [] : [`${sentence(leak.note)}.`]),
    ...(leak.advice === null ? [] : [`${sentence(leak.advice)}.`]),
  ];
  // `[text](1)` is a link in SARIF's messages.
  return parts.join("\n").replaceAll("](", "] (");
}

function locationOf(hop: ChainHop & { readonly file: string | null }, context: ReportContext): object {
  const text = [hopName(hop), hopType(hop)].filter((part) => part !== "").join(": ");
  return {
    physicalLocation: placeOf(hop.file ?? "", hop.line, null, context),
    message: { text: text.replaceAll("](", "] (") },
  };
}

function placeOf(file: string, line: number | null, column: number | null, context: ReportContext): object {
  const inRepository = pathInRepository(file, context);
  const isInside = !/^(?:\/|[A-Za-z]:)/.test(inRepository);
  return {
    artifactLocation: isInside
      ? { uri: uriOf(inRepository), uriBaseId: ROOT }
      : { uri: pathToFileURL(inRepository).href },
    region: { startLine: line ?? 1, ...(column !== null && { startColumn: column }) },
  };
}

/** A relative path as a URI reference. */
function uriOf(file: string): string {
  return file
    .split("/")
    .map((part) => encodeURIComponent(part.replace(/\p{Surrogate}/gu, "\ufffd")))
    .join("/");
}

/** Not of the line's number or text: GitHub knows the alert again when code moves. Equal ones are numbered. */
function fingerprintsOf({ fingerprint }: Leak, occurrences: Map<string, number>): object {
  if (fingerprint === null) return {};
  const occurrence = (occurrences.get(fingerprint) ?? 0) + 1;
  occurrences.set(fingerprint, occurrence);
  const name = `${harmlessText(fingerprint, 64)}:${occurrence}`;
  return { partialFingerprints: { primaryLocationLineHash: name, "leakproof/v1": name } };
}
