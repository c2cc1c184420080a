/** Something the user gave cannot be used: one line that names the input and the mend. Exit code 2. */
export class InputError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "InputError";
  }
}
