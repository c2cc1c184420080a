/**
 * What SARIF 2.1.0 (OASIS Standard, chapter 3) says of the properties that leakproof writes. It allows many more: a
 * property that is not in here has not been looked up.
 */
const level = { enum: ["none", "note", "warning", "error"] };

function object(required: readonly string[], properties: Readonly<Record<string, unknown>>) {
  return { type: "object", additionalProperties: false, required, properties };
}

const text = { type: "string" };
const properties = { type: "object", properties: { tags: { type: "array", uniqueItems: true, items: text } } };
const absoluteUri = { type: "string", pattern: "^[A-Za-z][A-Za-z0-9+.-]*:[!-~]+$" };
/** RFC 3986: a reference whose first segment has no colon. */
const uriReference = {
  type: "string",
  pattern: "^(?:[A-Za-z][A-Za-z0-9+.-]*:|(?![^/]*:))(?:[A-Za-z0-9._~:/?#\\[\\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*$",
};
const message = object(["text"], { text });
const described = object(["text"], { text, markdown: text });

const location = object([], {
  id: { type: "integer", minimum: -1 },
  physicalLocation: object(["artifactLocation"], {
    artifactLocation: object([], { uri: uriReference, uriBaseId: text }),
    region: object(["startLine"], {
      startLine: { type: "integer", minimum: 1 },
      startColumn: { type: "integer", minimum: 1 },
    }),
  }),
  message,
});

const rule = object(["id"], {
  id: text,
  shortDescription: described,
  fullDescription: described,
  helpUri: absoluteUri,
  help: described,
  defaultConfiguration: object([], { level }),
  properties,
});

const result = {
  ...object(["message"], {
    ruleId: text,
    ruleIndex: { type: "integer", minimum: -1 },
    kind: { enum: ["notApplicable", "pass", "fail", "review", "open", "informational"] },
    level,
    message,
    locations: { type: "array", items: location },
    codeFlows: {
      type: "array",
      items: object(["threadFlows"], {
        message,
        threadFlows: {
          type: "array",
          minItems: 1,
          items: object(["locations"], {
            locations: { type: "array", minItems: 1, items: object([], { location }) },
          }),
        },
      }),
    },
    relatedLocations: { type: "array", uniqueItems: true, items: location },
    partialFingerprints: { type: "object", additionalProperties: text },
    baselineState: { enum: ["new", "unchanged", "updated", "absent"] },
    properties,
  }),
  // 3.27.10: a level that is not `none` says that something is wrong.
  if: { properties: { level: { enum: ["note", "warning", "error"] } } },
  then: { properties: { kind: { const: "fail" } } },
};

export const sarifSchema = object(["version", "runs"], {
  $schema: absoluteUri,
  version: { const: "2.1.0" },
  runs: {
    type: "array",
    items: object(["tool"], {
      tool: object(["driver"], {
        driver: object(["name"], {
          name: text,
          informationUri: absoluteUri,
          version: text,
          semanticVersion: text,
          rules: { type: "array", uniqueItems: true, items: rule },
        }),
      }),
      automationDetails: object([], { id: text }),
      invocations: {
        type: "array",
        items: object(["executionSuccessful"], { executionSuccessful: { type: "boolean" } }),
      },
      originalUriBaseIds: {
        type: "object",
        additionalProperties: object([], { uri: uriReference, uriBaseId: text, description: message }),
      },
      columnKind: { enum: ["utf16CodeUnits", "unicodeCodePoints"] },
      results: { type: "array", items: result },
    }),
  },
});
