import type { JSONSchema } from "@typescript-eslint/utils";

/** Which suspects a rule reports: those worth a look by themselves, or every one that a run could confirm. */
export interface ReportOption {
  readonly report: "likely" | "all";
}

export const REPORT_SCHEMA: Record<string, JSONSchema.JSONSchema4> = {
  report: {
    type: "string",
    enum: ["likely", "all"],
    description: "`likely`: few reports, each worth a look. `all`: every suspicion, for `leakproof verify` to decide.",
  },
};

/** Code whose life is one run: tests, and scripts that build, measure or demonstrate. */
const SHORT_LIVED_FOLDER =
  /[\\/](?:__tests__|__mocks__|tests?|specs?|fixtures?|scripts?|bench(?:marks?)?|examples?|demos?)[\\/]/;
const SHORT_LIVED_NAME = /[.-](?:test|spec|bench|stories|config)\.[cm]?[jt]sx?$/;

/** Whether a suspect is reported in a file, under an option. */
export function isReported(option: ReportOption, isLikely: boolean, filename: string, cwd: string): boolean {
  if (option.report === "all") return true;
  const relative = filename.startsWith(cwd) ? filename.slice(cwd.length) : filename;
  return isLikely && !SHORT_LIVED_FOLDER.test(`/${relative}`) && !SHORT_LIVED_NAME.test(relative);
}
