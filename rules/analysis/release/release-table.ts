/**
 * What must be released, and how: one row for each kind of acquisition. A new pair is a new row.
 */

/** How a release reaches what it releases. */
export interface ReleaseBy {
  /** `argument`: `clearInterval(handle)`; `method`: `handle.close()`; `result`: what the acquisition returned is called. */
  readonly by: "argument" | "method" | "result";
  readonly names: readonly string[];
  /** Functions that use what they are handed and give it back: `readSync(descriptor, …)`. */
  readonly uses?: RegExp;
}

export interface ReleaseRow {
  readonly rule: "timer" | "resource";
  /** The last name of what is called or constructed. */
  readonly acquire: readonly string[];
  readonly form: "call" | "new" | "method";
  /**
   * Whose name it is. `global`: a name that no file declares, or a property of a global object; `any`: a method of any
   * object.
   */
  readonly owner: "global" | "any" | "import";
  /** Modules that a bare name, or the object of a method, may be imported from. */
  readonly modules: readonly string[];
  /** For methods: what the receiver's text must look like. */
  readonly receiver: RegExp | null;
  /** What it is called in a message, and what keeps it. */
  readonly noun: string;
  readonly keeper: string;
  readonly release: ReleaseBy;
  /** Whether one that is never released is worth a report by itself. */
  readonly isLikely: boolean;
}

type RowParts = Pick<ReleaseRow, "acquire" | "noun" | "keeper" | "release"> & Partial<ReleaseRow>;

function row(parts: RowParts): ReleaseRow {
  return {
    rule: "resource",
    form: "call",
    owner: parts.modules ? "import" : "global",
    modules: [],
    receiver: null,
    isLikely: false,
    ...parts,
  };
}

const method = (...names: string[]): ReleaseBy => ({ by: "method", names });
const argument = (...names: string[]): ReleaseBy => ({ by: "argument", names });

const TIMERS = ["timers", "node:timers"];
const FILES = ["fs", "node:fs", "fs-extra", "graceful-fs", "mz/fs"];
const FILE_PROMISES = ["fs/promises", "node:fs/promises"];
const WORKERS = ["worker_threads", "node:worker_threads"];

export const INTERVAL = row({
  rule: "timer",
  acquire: ["setInterval"],
  owner: "global",
  modules: TIMERS,
  noun: "interval",
  keeper: "the timer list",
  release: argument("clearInterval", "clearTimeout"),
  isLikely: true,
});

export const TIMEOUT = row({
  rule: "timer",
  acquire: ["setTimeout"],
  owner: "global",
  modules: TIMERS,
  noun: "timeout",
  keeper: "the timer list",
  release: argument("clearTimeout", "clearInterval"),
});

export const ANIMATION_FRAME = row({
  rule: "timer",
  acquire: ["requestAnimationFrame"],
  owner: "global",
  noun: "animation frame",
  keeper: "the page",
  release: argument("cancelAnimationFrame"),
});

export const IDLE_CALLBACK = row({
  rule: "timer",
  acquire: ["requestIdleCallback"],
  owner: "global",
  noun: "idle callback",
  keeper: "the page",
  release: argument("cancelIdleCallback"),
});

export const TIMER_ROWS: readonly ReleaseRow[] = [INTERVAL, TIMEOUT, ANIMATION_FRAME, IDLE_CALLBACK];

export const OBSERVER = row({
  acquire: ["MutationObserver", "ResizeObserver", "IntersectionObserver", "PerformanceObserver", "ReportingObserver"],
  form: "new",
  owner: "global",
  modules: ["resize-observer-polyfill", "@juggle/resize-observer", "perf_hooks", "node:perf_hooks"],
  noun: "observer",
  keeper: "what it observes",
  release: method("disconnect", "unobserve"),
  isLikely: true,
});

export const OBJECT_URL = row({
  acquire: ["createObjectURL"],
  form: "method",
  owner: "any",
  noun: "object URL",
  keeper: "the document",
  release: argument("revokeObjectURL"),
  isLikely: true,
});

export const CHANNEL = row({
  acquire: ["MessageChannel"],
  form: "new",
  owner: "global",
  modules: WORKERS,
  noun: "message channel",
  keeper: "the event loop",
  release: method("close"),
});

export const LOCK = row({
  acquire: ["getReader", "getWriter"],
  form: "method",
  owner: "any",
  noun: "lock on a stream",
  keeper: "the stream",
  release: method("releaseLock", "cancel", "close", "abort"),
});

const RESOURCES: readonly ReleaseRow[] = [
  OBSERVER,
  OBJECT_URL,
  CHANNEL,
  row({
    acquire: ["Worker"],
    form: "new",
    owner: "global",
    modules: [...WORKERS, "web-worker"],
    noun: "worker",
    keeper: "its thread",
    release: method("terminate"),
  }),
  row({
    acquire: ["BroadcastChannel", "EventSource", "WebSocket", "RTCPeerConnection"],
    form: "new",
    owner: "global",
    modules: [...WORKERS, "eventsource", "ws"],
    noun: "connection",
    keeper: "the event loop",
    release: method("close", "terminate", "end"),
  }),
  row({
    acquire: ["AudioContext", "webkitAudioContext"],
    form: "new",
    noun: "audio context",
    keeper: "the audio system",
    release: method("close"),
    isLikely: true,
  }),
  LOCK,
  row({
    acquire: ["openSync"],
    modules: FILES,
    noun: "file descriptor",
    keeper: "the process",
    release: {
      by: "argument",
      names: ["closeSync", "close"],
      uses: /^(?:read|write|readv|writev|fstat|fsync|fdatasync|ftruncate|fchmod|fchown|futimes|isatty)(?:Sync)?$/,
    },
    isLikely: true,
  }),
  row({
    acquire: ["open", "opendir"],
    modules: FILE_PROMISES,
    noun: "file handle",
    keeper: "the process",
    release: method("close"),
    isLikely: true,
  }),
  row({
    acquire: ["watch"],
    modules: [...FILES, "chokidar", "sane"],
    noun: "file watcher",
    keeper: "the event loop",
    release: method("close"),
  }),
  row({
    acquire: ["watch"],
    form: "method",
    owner: "any",
    receiver: /compiler|chokidar|bundler$/i,
    noun: "watcher",
    keeper: "the event loop",
    release: method("close"),
  }),
  row({
    acquire: ["createInterface"],
    modules: ["readline", "node:readline", "readline/promises", "node:readline/promises"],
    noun: "line reader",
    keeper: "its input",
    release: method("close"),
  }),
  row({
    acquire: ["watchPosition"],
    form: "method",
    owner: "any",
    receiver: /geolocation$/i,
    noun: "position watch",
    keeper: "the page",
    release: argument("clearWatch"),
    isLikely: true,
  }),
  row({
    acquire: ["getUserMedia", "getDisplayMedia"],
    form: "method",
    owner: "any",
    receiver: /mediaDevices$/i,
    noun: "media stream",
    keeper: "the device",
    release: method("getTracks", "getAudioTracks", "getVideoTracks"),
  }),
  row({
    acquire: ["createHook"],
    modules: ["async_hooks", "node:async_hooks"],
    noun: "async hook",
    keeper: "the process",
    release: method("disable"),
  }),
  row({
    acquire: ["monitorEventLoopDelay"],
    modules: ["perf_hooks", "node:perf_hooks"],
    noun: "histogram",
    keeper: "the event loop",
    release: method("disable"),
  }),
  row({
    acquire: ["connect"],
    form: "method",
    owner: "any",
    receiver: /pool$/i,
    noun: "pooled client",
    keeper: "the pool",
    release: method("release", "end", "close"),
  }),
  row({
    acquire: ["createImageBitmap"],
    noun: "image bitmap",
    keeper: "graphics memory",
    release: method("close"),
  }),
];

export const RESOURCE_ROWS = RESOURCES;
