/** A trend in words. */
import type { Description, Remark, Row } from "./description.js";
import type { Measure } from "./sample.js";
import type { Trend } from "./trend.js";

type Settled = Exclude<Trend, { kind: "too-few" }>;

const REMARKS: Readonly<Record<Remark, string>> = {
  fragmentation: "RSS rises though no object stays: fragmentation or native memory, not a leak of objects",
  "bytes-without-objects":
    "heap used rises though the objects stay as many: strings, longer arrays and maps, or code that V8 still compiles",
};

/** What always has a sentence of its own. */
const FOREMOST: ReadonlySet<string> = new Set(["objects", "heap_used", "rss"]);

/** All that a recording shows: what is flat and nobody asks for first is told in one sentence. */
export function sentencesOf({ rows, per, remarks, processes, pid }: Description): string[] {
  const flat = rows.filter(({ measure, trend }) => trend.kind === "flat" && !FOREMOST.has(measure.name));
  const others = processes - 1;
  return [
    ...rows.filter((row) => !flat.includes(row)).map((row) => sentenceOf(row, per)),
    ...(flat.length === 0 ? [] : [`${listed(flat.map(({ measure }) => measure.title))} flat`]),
    ...remarks.map(remarkText),
    ...(others < 1 || pid === null
      ? []
      : [
          `this is process ${pid}; ${others === 1 ? "another Node process is" : `${others} other Node processes are`} in the CSV`,
        ]),
  ];
}

/** `objects +12.0 per iteration over the last 8 of 10, p < 0.001; the rise in the first 2 is warm-up`. */
export function sentenceOf({ measure, trend }: Row, per: Description["per"]): string {
  if (trend.kind === "too-few") {
    const what = per === "iteration" ? "iteration marks" : "samples";
    return `${measure.title}: too few ${what} to tell a trend (${trend.points}, at least ${trend.needed} are needed)`;
  }
  return `${measure.title}${claimOf(trend, measure, per)}${spanOf(trend, per)}${probabilityText(trend)}${warmUpOf(trend, measure, per)}`;
}

/** `+12.0 per iteration`, `flat`: what stands at a line. */
export function shortTrend({ measure, trend }: Row, per: Description["per"]): string {
  switch (trend.kind) {
    case "too-few":
      return "too few to tell";
    case "rises":
    case "falls":
      return trend.isSettled ? `${rate(trend.slope, measure)} per ${per}` : `${trend.kind}, not at one rate`;
    case "flat":
      return "flat";
    case "unclear":
      return "no clear trend";
  }
}

function remarkText(remark: Remark): string {
  return REMARKS[remark];
}

/** Bytes in kB or MB of a thousand, counts with their thousands apart. */
export function amountText(value: number, unit: Measure["unit"]): string {
  const size = Math.abs(value);
  if (unit === "count") return grouped(value, size >= 100 || Number.isInteger(value) ? 0 : size >= 1 ? 1 : 2);
  if (size >= 1e9) return `${grouped(value / 1e9, 2)} GB`;
  if (size >= 1e6) return `${grouped(value / 1e6, size >= 1e8 ? 0 : 1)} MB`;
  if (size >= 1e3) return `${grouped(value / 1e3, size >= 1e5 ? 0 : 1)} kB`;
  return `${grouped(value, 0)} B`;
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1) ?? ""}`;
}

function claimOf({ kind, slope, low, high, centre }: Settled, measure: Measure, per: Description["per"]): string {
  const range = `${rate(low, measure)} to ${rate(high, measure)}`;
  switch (kind) {
    case "rises":
    case "falls":
      return ` ${rate(slope, measure)} per ${per}${low === high ? "" : ` (${range})`}`;
    case "flat":
      return ` flat at ${amountText(centre.y, measure.unit)}${low === high ? "" : ` (${range} per ${per})`}`;
    case "unclear":
      return ` shows no clear trend (${range} per ${per})`;
  }
}

function spanOf({ steps, passedOver }: Settled, per: Description["per"]): string {
  if (per === "second") return passedOver === 0 ? "" : ` after the first ${passedOver} of ${steps} parts of the run`;
  return passedOver === 0 ? ` over all ${steps}` : ` over the last ${steps - passedOver} of ${steps}`;
}

function warmUpOf({ passedOver, warmUpRise, isSettled }: Settled, measure: Measure, per: Description["per"]): string {
  if (!isSettled) return "; not at one rate, so more iterations tell more";
  if (passedOver === 0 || warmUpRise === 0 || per === "second") return "";
  const way = warmUpRise > 0 ? "rise" : "fall";
  return `; the ${way} of ${amountText(Math.abs(warmUpRise), measure.unit)} in the first ${passedOver === 1 ? "one" : passedOver} is warm-up`;
}

function rate(value: number, { unit }: Measure): string {
  const sign = value < 0 ? "−" : value > 0 ? "+" : "";
  const size = Math.abs(value);
  if (unit === "bytes") return sign + amountText(size, unit);
  return sign + grouped(size, size >= 1000 ? 0 : size === 0 ? 0 : size < 0.1 ? 3 : size < 1 ? 2 : 1);
}

function probabilityText({ kind, p }: Settled): string {
  // What is flat is so by its size, whatever chance says.
  if (kind === "flat") return "";
  if (p < 0.001) return ", p < 0.001";
  return `, p = ${p >= 0.1 ? p.toFixed(1) : p >= 0.01 ? p.toFixed(2) : p.toFixed(3)}`;
}

function grouped(value: number, decimals: number): string {
  return value
    .toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
    .replace("-", "−");
}
