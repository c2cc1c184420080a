/** Bytes of a program's output → its lines. */
import { StringDecoder } from "node:string_decoder";
import { stripVTControlCharacters } from "node:util";

/** A program that ends no line is not kept for ever. */
const LONGEST_LINE = 65_536;

/** Hands over each line, without colours, when it is whole. Lines longer than 64 KiB of characters lose their beginning. */
export class LineReader {
  readonly #decoder = new StringDecoder("utf8");
  readonly #onLine: (line: string) => void;
  #pending = "";

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  push(chunk: Uint8Array): void {
    const lines = (this.#pending + this.#decoder.write(Buffer.from(chunk))).split(/\r?\n/);
    this.#pending = (lines.pop() ?? "").slice(-LONGEST_LINE);
    for (const line of lines) this.#onLine(stripVTControlCharacters(line));
  }
}
