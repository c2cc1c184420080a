/** Sizes of containers in the running process, counted without running any of the workload's code. */
import { types } from "node:util";
import { Array, Map, Number, Object, Reflect, Set } from "./natives.js";

/** The most slots one reading visits, so that a read stays in the low milliseconds. */
const MAXIMUM_SLOTS = 200_000;

const mapSize = Object.getOwnPropertyDescriptor(Map.prototype, "size")?.get;
const setSize = Object.getOwnPropertyDescriptor(Set.prototype, "size")?.get;
const mapForEach = Map.prototype.forEach;
const setForEach = Set.prototype.forEach;
const ownKeys = Reflect.ownKeys;

/**
 * The number of entries a container holds itself: `size`, `length` or own keys.
 * Null for what has no count of its own (`WeakMap`, `WeakSet`, a proxy).
 */
export function ownSize(value: unknown): number | null {
  if (typeof value === "string") return value.length;
  if (!isObject(value)) return 0;
  if (types.isProxy(value) || types.isWeakMap(value) || types.isWeakSet(value)) return null;
  if (types.isMap(value)) return Number(mapSize?.call(value));
  if (types.isSet(value)) return Number(setSize?.call(value));
  if (Array.isArray(value)) return value.length;
  if (types.isTypedArray(value)) return value.length;
  if (types.isAnyArrayBuffer(value)) return value.byteLength;
  return ownKeys(value).length;
}

/** A plain object of no more keys is taken for a record, whose numbers and texts are no entries. */
const MAXIMUM_RECORD_KEYS = 32;

/**
 * Entries of a container and of every plain container (Map, Set, Array, plain object) reachable from it through plain
 * containers; instances of other classes are counted but not entered, nor are the primitive fields of small records
 * counted. Stops after 200,000 slots.
 */
export function reachOf(root: unknown): number {
  const seen = new Set<object>();
  const queue: object[] = [];
  let slots = 0;
  let entries = 0;
  let isRecord = false;
  const visit = (value: unknown): void => {
    slots++;
    if (!isRecord || isObject(value)) entries++;
    if (isObject(value) && isPlainContainer(value) && !seen.has(value)) {
      seen.add(value);
      queue.push(value);
    }
  };
  if (isObject(root)) {
    seen.add(root);
    queue.push(root);
  }
  for (let container = queue.pop(); container !== undefined && slots < MAXIMUM_SLOTS; container = queue.pop()) {
    isRecord = container !== root && isSmallRecord(container);
    forEachSlot(container, visit);
  }
  return entries;
}

function isSmallRecord(container: object): boolean {
  if (types.isMap(container) || types.isSet(container) || Array.isArray(container)) return false;
  return !types.isProxy(container) && ownKeys(container).length <= MAXIMUM_RECORD_KEYS;
}

function forEachSlot(container: object, visit: (value: unknown) => void): void {
  if (types.isProxy(container)) return;
  if (types.isMap(container)) {
    mapForEach.call(container, (value: unknown, key: unknown) => {
      visit(value);
      if (isObject(key)) visit(key);
    });
  } else if (types.isSet(container)) {
    setForEach.call(container, visit);
  } else if (types.isTypedArray(container)) {
    return;
  } else {
    for (const key of ownKeys(container)) {
      const descriptor = Object.getOwnPropertyDescriptor(container, key);
      if (descriptor === undefined || !("value" in descriptor) || key === "length") continue;
      // An array may keep the places of what was taken out.
      if (descriptor.value !== undefined || !Array.isArray(container)) visit(descriptor.value);
    }
  }
}

function isPlainContainer(value: object): boolean {
  if (types.isProxy(value)) return false;
  if (Array.isArray(value) || types.isMap(value) || types.isSet(value)) return true;
  if (typeof value === "function") return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
