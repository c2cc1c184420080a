/**
 * The language's own objects, taken before the workload is loaded, which may replace them on the global object: test
 * suites fake them. Imported under their own names, they stand in for the globals of that name.
 */
export const {
  Array,
  Atomics,
  BigInt,
  Buffer,
  Error,
  JSON,
  Map,
  Math,
  Number,
  Object,
  Promise,
  Proxy,
  Reflect,
  RegExp,
  Set,
  SharedArrayBuffer,
  String,
  SyntaxError,
  Symbol,
  TextDecoder,
  TextEncoder,
  Uint8Array,
  DataView,
  Int32Array,
  WeakRef,
} = globalThis;
