/** What the commands' options take: each value, or one line that says what is wrong with it. */
import { parseArgs, type ParseArgsConfig } from "node:util";
import { InputError } from "../input-error.js";

type OptionsConfig = NonNullable<ParseArgsConfig["options"]>;

/**
 * The options and positionals of a command.
 *
 * @throws {InputError} for options it has not, or without their value
 */
export function parseOptions<const Options extends OptionsConfig>(
  command: string,
  parameters: readonly string[],
  options: Options,
): ReturnType<typeof parseArgs<{ args: string[]; allowPositionals: true; options: Options }>> {
  try {
    return parseArgs({ args: [...parameters], allowPositionals: true, options });
  } catch (error) {
    // Node's text goes on about positionals that start with a dash.
    const message = error instanceof Error ? (error.message.split(/\. |\n/)[0] ?? "") : String(error);
    throw new InputError(`${message} (leakproof ${command} --help lists the options)`);
  }
}

/** @throws {InputError} for what is not one of those known */
export function oneOf<const Value extends string>(what: string, text: string, known: readonly Value[]): Value {
  const value = known.find((one) => one === text);
  if (value === undefined) throw new InputError(`unknown ${what} ${text} (known: ${known.join(", ")})`);
  return value;
}

/** @throws {InputError} for what is no number above 0 */
export function positive(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0)
    throw new InputError(`${option} takes a number above 0, not ${JSON.stringify(text)}`);
  return value;
}

/** @throws {InputError} for what is no whole number above 0 */
export function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value <= 0)
    throw new InputError(`${option} takes a whole number above 0, not ${JSON.stringify(text)}`);
  return value;
}

/** @throws {InputError} for what is no regular expression */
export function pattern(option: string, text: string): RegExp {
  try {
    return new RegExp(text, "u");
  } catch {
    throw new InputError(`${option} takes a regular expression, not ${JSON.stringify(text)}`);
  }
}
