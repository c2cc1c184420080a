import type { VerificationResult } from "../verdict/result.js";

/** The result as JSON text, as docs/report-schema.json describes it. */
export function formatJson(result: VerificationResult): string {
  return `${JSON.stringify(result, null, 2)}\n`;
}
