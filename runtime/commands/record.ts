/** `leakproof record`: arguments → a recording, its files, what it shows, and an exit code. */
import { InputError } from "../input-error.js";
import { record, type RecordSubject } from "../record.js";
import { describe } from "../record/description.js";
import type { Sample } from "../record/sample.js";
import { formatRecording, type RecordedRun } from "../report/recording.js";
import { plotOf, type Run } from "../report/plot.js";
import { exitCode } from "./exit-codes.js";
import { failureText } from "./failure-text.js";
import { Interruption } from "./interruption.js";
import { requireFolder } from "./output-folder.js";
import { readRecordArguments, recordHelp, type RecordArguments } from "./record-arguments.js";
import { CsvFile, readRecording, writePlots } from "./record-files.js";
import { RecordProgress } from "./record-progress.js";

/** @returns the exit code */
export async function runRecord(parameters: readonly string[]): Promise<number> {
  const given = readRecordArguments(parameters);
  if (given === null) {
    process.stdout.write(recordHelp);
    return exitCode.ok;
  }
  if (given.output !== null) requireFolder(given.output, process.cwd());
  if (given.kind === "plot") return plotFiles(given);
  return recordAndReport(given, given.subject);
}

async function plotFiles({ files, output, format }: Extract<RecordArguments, { kind: "plot" }>): Promise<number> {
  const [first, second] = files.map((file): RecordedRun => ({ status: "complete", ...runOf(file) }));
  const runs: readonly [RecordedRun] | readonly [RecordedRun, RecordedRun] =
    second === undefined ? [first] : [first, second];
  await report(files.join(" and "), runs, output, format, []);
  return exitCode.ok;
}

function runOf(file: string): Run {
  return { name: file, description: describe(readRecording(file)) };
}

async function recordAndReport(
  given: Extract<RecordArguments, { kind: "record" }>,
  subject: RecordSubject,
): Promise<number> {
  const { intervalMs, countsObjects, output, format } = given;
  const name = subject.kind === "workload" ? subject.workload : subject.command.join(" ");
  const interruption = new Interruption();
  const progress = new RecordProgress(process.stderr, subject.iterations);
  const csv = output === null ? null : new CsvFile(`${output}.csv`);
  const samples: Sample[] = [];
  try {
    const failure = await record({
      subject,
      workingDirectory: process.cwd(),
      intervalMs,
      countsObjects,
      signal: interruption.signal,
      onSample: (sample) => {
        csv?.add(sample);
        samples.push(sample);
        progress.add(sample);
      },
      onOutput: (chunk) => {
        progress.clear();
        process.stderr.write(chunk);
      },
    });
    progress.clear();
    if (failure !== null && interruption.exitCode === null) process.stderr.write(failureText(name, failure));
    if (samples.length > 0) {
      const status = interruption.exitCode !== null ? "interrupted" : failure !== null ? "failed" : "complete";
      await report(
        name,
        [{ name, status, description: describe(samples) }],
        output,
        format,
        csv === null ? [] : [`${output}.csv`],
      );
      if (csv !== null && csv.failure !== null) throw csv.failure;
    } else if (failure === null) {
      process.stderr.write(
        `leakproof: ${name}: nothing was measured before it ended: record one that runs longer, or a shorter --interval\n`,
      );
    }
    return interruption.exitCode ?? (failure === null ? exitCode.ok : exitCode.failed);
  } finally {
    progress.clear();
    csv?.close();
    interruption.end();
  }
}

async function report(
  title: string,
  runs: readonly [RecordedRun] | readonly [RecordedRun, RecordedRun],
  output: string | null,
  format: RecordArguments["format"],
  written: readonly string[],
): Promise<void> {
  const files = [...written];
  let failure: InputError | null = null;
  if (output !== null) {
    try {
      const plots = await writePlots(plotOf(title, runs), output);
      files.push(...plots.files);
      if (plots.withoutPng !== null) process.stderr.write(`leakproof: no ${output}.png: ${plots.withoutPng}\n`);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      failure = error;
    }
  }
  process.stdout.write(formatRecording(runs, files, format));
  if (failure !== null) throw failure;
  if (format === "text" && files.length > 0) process.stderr.write(`leakproof: wrote ${files.join(", ")}\n`);
}
