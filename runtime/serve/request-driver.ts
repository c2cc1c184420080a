/** Sends the requests that `--request` names, one after the other over a connection that is kept. */
import http from "node:http";
import https from "node:https";
import { WorkloadFailure } from "../child/ending.js";
import { Disconnected, secondsText, urlOf, type Driver, type DriverFactory, type Origin } from "./driver.js";
import { fillRequest, type FilledRequest, type RequestTemplate } from "./request-template.js";
import { Responses } from "./responses.js";

/** Iterations after which requests that are all answered with errors are not sent any more. */
const ENOUGH_ITERATIONS = 10;

export const requestDriver =
  (templates: readonly RequestTemplate[]): DriverFactory =>
  (origin, limitMs) =>
    new RequestDriver(templates, origin, limitMs);

class RequestDriver implements Driver {
  readonly #templates: readonly RequestTemplate[];
  readonly #origin: Origin;
  readonly #limitMs: number;
  readonly #agent: http.Agent;
  readonly #responses = new Responses();

  constructor(templates: readonly RequestTemplate[], origin: Origin, limitMs: number) {
    this.#templates = templates;
    this.#origin = origin;
    this.#limitMs = limitMs;
    // A server under test has a certificate of its own making, and is the one that was started.
    this.#agent = origin.isSecure
      ? new https.Agent({ keepAlive: true, rejectUnauthorized: false })
      : new http.Agent({ keepAlive: true });
  }

  async drive(iteration: number): Promise<void> {
    for (const template of this.#templates) {
      const request = fillRequest(template, iteration);
      this.#responses.add(`${request.method} ${request.path}`, await this.#send(request));
    }
    if (iteration !== ENOUGH_ITERATIONS - 1) return;
    const refusal = this.#responses.refusal(urlOf(this.#origin));
    if (refusal !== null) throw refusal;
  }

  warning(): string | null {
    return this.#responses.warning();
  }

  close(): void {
    this.#agent.destroy();
  }

  /** @returns the status */
  async #send(request: FilledRequest): Promise<number> {
    const first = await this.#try(request);
    if (first.kind === "answered") return first.status;
    // The server may close an idle connection at the moment at which it is used again.
    const second = first.isReused ? await this.#try(request) : first;
    if (second.kind === "answered") return second.status;
    throw second.error;
  }

  #try(request: FilledRequest): Promise<Attempt> {
    const { host, port, isSecure } = this.#origin;
    const { method, path, body, contentType } = request;
    const headers = {
      host: `localhost:${port}`,
      ...(body !== null && { "content-type": contentType ?? "", "content-length": Buffer.byteLength(body) }),
    };
    return new Promise((resolve) => {
      const sent = (isSecure ? https : http).request({ host, port, method, path, headers, agent: this.#agent });
      const settle = (attempt: Attempt): void => {
        clearTimeout(timer);
        resolve(attempt);
      };
      const fail = (error: Error, isReused = false): void => settle({ kind: "failed", error, isReused });
      const timer = setTimeout(() => {
        const mend = "raise --time-budget, or drive what never ends with a --load module";
        fail(new WorkloadFailure(`${method} ${path} was not answered within ${secondsText(this.#limitMs)}: ${mend}`));
        sent.destroy();
      }, this.#limitMs);
      sent.once("response", (response) => {
        response.once("end", () => settle({ kind: "answered", status: response.statusCode ?? 0 }));
        response.once("error", (error) => fail(explainError(request, error)));
        response.resume();
      });
      sent.once("error", (error) => fail(explainError(request, error), sent.reusedSocket));
      sent.once("upgrade", (response, socket) => {
        socket.destroy();
        settle({ kind: "answered", status: response.statusCode ?? 0 });
      });
      sent.end(body ?? undefined);
    });
  }
}

type Attempt =
  | { readonly kind: "answered"; readonly status: number }
  | { readonly kind: "failed"; readonly error: Error; readonly isReused: boolean };

function explainError({ method, path }: FilledRequest, error: Error): Error {
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (code.startsWith("HPE_"))
    return new WorkloadFailure(`${method} ${path} was not answered with HTTP/1.1: ${error.message}`);
  return new Disconnected(`${method} ${path} was not answered: ${error.message}`);
}
