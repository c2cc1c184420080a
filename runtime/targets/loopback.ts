import { InputError } from "../input-error.js";

/** Whether an address or host name stands for this machine alone. IPv6 with or without brackets. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/**
 * Only loopback is spoken to: a snapshot holds every string of the process, and an inspector gives whoever reaches it
 * control over it, with neither encryption nor password.
 *
 * @throws InputError when the URL names another machine
 */
export function requireLoopback(url: URL): void {
  if (isLoopback(url.hostname)) return;
  const port = url.port === "" ? "9229" : url.port;
  throw new InputError(
    `${url.href}: not on this machine, and a heap's contents must not cross a network in the clear: ` +
      `tunnel with "ssh -L ${port}:127.0.0.1:${port} ${url.hostname}", then give ${url.protocol}//127.0.0.1:${port}`,
  );
}
