/** Node types V8 writes; a type unknown to this list comes through under its own name. */
export type NodeType =
  | "hidden"
  | "array"
  | "string"
  | "object"
  | "code"
  | "closure"
  | "regexp"
  | "number"
  | "native"
  | "synthetic"
  | "concatenated string"
  | "sliced string"
  | "symbol"
  | "bigint"
  | "object shape"
  | "wasm object"
  | (string & {});

/** Edge types V8 writes. `element` and `hidden` edges carry a number, the others a name. */
export type EdgeType = "context" | "element" | "property" | "internal" | "hidden" | "shortcut" | "weak" | (string & {});

/** The code of each node type in this snapshot, −1 if its V8 does not know the type. */
export type NodeTypeCodes = ReturnType<typeof nodeTypeCodes>;

/** The code of each edge type in this snapshot, −1 if its V8 does not know the type. */
export type EdgeTypeCodes = ReturnType<typeof edgeTypeCodes>;

export function nodeTypeCodes(names: readonly string[]) {
  return {
    hidden: names.indexOf("hidden"),
    array: names.indexOf("array"),
    string: names.indexOf("string"),
    object: names.indexOf("object"),
    code: names.indexOf("code"),
    closure: names.indexOf("closure"),
    regexp: names.indexOf("regexp"),
    number: names.indexOf("number"),
    native: names.indexOf("native"),
    synthetic: names.indexOf("synthetic"),
    concatenatedString: names.indexOf("concatenated string"),
    slicedString: names.indexOf("sliced string"),
    symbol: names.indexOf("symbol"),
    bigint: names.indexOf("bigint"),
    objectShape: names.indexOf("object shape"),
    wasmObject: names.indexOf("wasm object"),
  };
}

export function edgeTypeCodes(names: readonly string[]) {
  return {
    context: names.indexOf("context"),
    element: names.indexOf("element"),
    property: names.indexOf("property"),
    internal: names.indexOf("internal"),
    hidden: names.indexOf("hidden"),
    shortcut: names.indexOf("shortcut"),
    weak: names.indexOf("weak"),
  };
}
