/** Code of the user's that runs in this process, as a `--load` module does, may leave open what would hold it. */

let isExpected = false;

export function expectForeignCode(): void {
  isExpected = true;
}

/** Ends the process where such code ran, with its exit code, when what it has printed is written. */
export function leaveForeignCode(): void {
  if (isExpected) process.stdout.write("", () => process.stderr.write("", () => process.exit()));
}
