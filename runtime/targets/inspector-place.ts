/** Where Node's inspector listens, or would. */
export interface InspectorPlace {
  readonly host: string;
  /** 0: the system chooses. */
  readonly port: number;
  /** Whether the options open it at the start. */
  readonly opensAtStart: boolean;
}

const option = /^--(inspect(?:-brk|-wait)?|inspect-brk-node|inspect-port|debug-port)(?:=(.*))?$/;

/** Reads `--inspect[=[host:]port]`, `--inspect-port=[host:]port` and their kin; the last one counts, as for Node. */
export function inspectorPlaceOf(options: readonly string[]): InspectorPlace {
  let host = "127.0.0.1";
  let port = 9229;
  let opensAtStart = false;
  for (const [index, word] of options.entries()) {
    const match = option.exec(word);
    if (match === null) continue;
    const isPortOnly = match[1]?.endsWith("-port") ?? false;
    if (!isPortOnly) opensAtStart = true;
    // Only `--inspect-port` may have its value in the next word.
    const place = match[2] ?? (isPortOnly ? (options[index + 1] ?? "") : "");
    const parts = /^(?:\[?(.*?)\]?:)?(\d+)$/.exec(place);
    if (parts !== null) port = Number(parts[2]);
    const named = parts === null ? place.replace(/^\[|\]$/g, "") : parts[1];
    if (named !== undefined && named !== "") host = named;
  }
  return { host, port, opensAtStart };
}
