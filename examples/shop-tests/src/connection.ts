let connection: { readonly openedAt: number; readonly queries: number[] } | undefined;

/** One for the process, made when it is first asked for. */
export function connect(): { readonly openedAt: number } {
  connection ??= { openedAt: Date.now(), queries: new Array<number>(10).fill(0) };
  return connection;
}
