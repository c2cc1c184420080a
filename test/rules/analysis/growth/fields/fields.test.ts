import { describe, expect, it } from "vitest";
import {
  fieldsNamed,
  grownNames,
  holderOfField,
  type Field,
} from "../../../../../rules/analysis/growth/fields/fields.js";
import { isLongLived } from "../../../../../rules/analysis/growth/fields/lifetime-signs.js";
import type { SourceCode } from "../../../../../rules/analysis/syntax.js";
import { parse } from "../../parse.js";

function fieldsOf(sourceCode: SourceCode): readonly Field[] {
  return grownNames(sourceCode).flatMap((name) => fieldsNamed(sourceCode, name));
}

function found(code: string): readonly string[] {
  const sourceCode = parse(code);
  return fieldsOf(sourceCode).map((field) => {
    const holder = holderOfField(sourceCode, field);
    return `${field.owner.name}.${field.name} ${holder?.container ?? "-"}`;
  });
}

describe("the fields that are added to", () => {
  it.each([
    ["class K { a = []; m(x) { this.a.push(x); } }", "K.a Array"],
    ["const K = class { a = new Map(); m(k, x) { this.a.set(k, x); } };", "K.a Map"],
    ["function K() { this.a = {}; } K.prototype.m = function (k, x) { this.a[k] = x; };", "K.a Object"],
    ["function K() { this.a = []; } const p = K.prototype; p.m = function (x) { this.a.push(x); };", "K.a Array"],
    ["function K() { this.a = []; } Object.assign(K.prototype, { m(x) { this.a.push(x); } });", "K.a Array"],
    ["const K = Base.extend({ initialize() { this.a = []; }, m(x) { this.a.push(x); } });", "K.a Array"],
    ["ns.K = function () { this.a = []; }; ns.K.prototype.m = function (x) { this.a.push(x); };", "K.a Array"],
    ["class K { constructor(xs) { this.a = []; this.a.push(...xs); } }", "K.a -"],
  ])("%s → %s", (code, expected) => expect(found(code)).toEqual([expected]));

  it.each([
    "class K { m(x) { this.a.push(x); } }",
    "class K { static a = []; static m(x) { this.a.push(x); } }",
    "g(function (x) { this.a.push(x); });",
  ])("none: %s", (code) => expect(found(code)).toEqual([]));
});

describe("isLongLived", () => {
  const BODY = "a = []; m(x) { this.a.push(x); }";

  it.each([
    [`class Server { ${BODY} }`, true],
    [`class Parser { ${BODY} }`, false],
    [`class Parser { ${BODY} close() {} }`, true],
    [`class Parser extends EventEmitter { ${BODY} }`, true],
    [`class Parser { ${BODY} } export const parser = new Parser();`, true],
    [`class Server { ${BODY} } export function f(x) { new Server().m(x); }`, false],
    [`class Server { ${BODY} } export function f(x) { const server = new Server(); server.m(x); }`, false],
    [`class Server { ${BODY} } export function f(x) { const server = new Server(); return server; }`, true],
  ])("%s → %s", (code, expected) => {
    const sourceCode = parse(code);
    const [field] = fieldsOf(sourceCode);
    if (!field) throw new Error("no field");
    expect(isLongLived(sourceCode, field.owner)).toBe(expected);
  });
});
