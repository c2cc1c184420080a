import { describe, expect, it } from "vitest";
import { InputError } from "../../../runtime/input-error.js";
import { csvHeader, csvLine, parseCsv } from "../../../runtime/record/csv.js";
import { nothingMeasured, type Sample } from "../../../runtime/record/sample.js";

const samples: Sample[] = [
  { timeMs: 103, iteration: null, pid: 41, values: { ...nothingMeasured, rss: 5e7, heap_used: 4e6, handles: 0 } },
  {
    timeMs: 250,
    iteration: 0,
    pid: 41,
    values: { rss: 5e7, heap_used: 4e6, external: 1, array_buffers: 0, objects: 7503, handles: 2, listeners: 8 },
  },
  { timeMs: 300, iteration: null, pid: null, values: { ...nothingMeasured, rss: 9e7 } },
];
const text = csvHeader + samples.map(csvLine).join("");

describe("a recording as CSV", () => {
  it("is read as it was written", () => {
    expect(text.split("\n")[0]).toBe(
      "time_ms,iteration,pid,rss,heap_used,external,array_buffers,objects,handles,listeners",
    );
    expect(parseCsv(text, "run.csv")).toEqual(samples);
    expect(parseCsv(`\ufeff${text.replaceAll("\n", "\r\n")}`, "run.csv")).toEqual(samples);
  });

  it("is read wherever it was cut off", () => {
    for (let length = csvHeader.length + csvLine(samples[0]).length; length < text.length; length++) {
      const read = parseCsv(text.slice(0, length), "run.csv");
      expect(read).toEqual(samples.slice(0, read.length));
    }
  });

  it.each([
    ["", /run\.csv is no recording: its first line is not time_ms/],
    ["a,b\n1,2\n", /is no recording/],
    [csvHeader, /holds no sample: record again/],
    [`${csvHeader}1,2,3\n`, /run\.csv, line 2: not a sample/],
    [`${text}x,,,,,,,,,\n`, /line 5: not a sample/],
    [`${text},,,,,,,,,\n`, /line 5: not a sample/],
  ])("is refused in one line: %j", (damaged, message) => {
    expect(() => parseCsv(damaged, "run.csv")).toThrow(InputError);
    expect(() => parseCsv(damaged, "run.csv")).toThrow(message);
  });
});
