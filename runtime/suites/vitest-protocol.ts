/**
 * What is said between the process that runs test files and the one that has Vitest's server. Vitest's own messages
 * pass through it as they are; `leakproof` marks ours.
 */
import type { TestFailure } from "../child/protocol.js";

/** What the host is started with. */
export interface HostPlan {
  /** `describe` says what would run, and ends; `serve` hands the files to its parent. */
  readonly mode: "describe" | "serve";
  readonly root: string;
  /** As after `vitest run`: parts of the files' paths. */
  readonly filters: readonly string[];
  /** The module `vitest/node` of the user's project: absolute. */
  readonly vitestNode: string;
}

/** A test suite as Vitest's configuration has it. */
export interface SuiteDescription {
  /** Test files: absolute. */
  readonly files: readonly string[];
  /** Files of another kind (browser mode, type tests), which are not run. */
  readonly passedOver: readonly string[];
  /** `project, environment` of the files: they can share a process where there is one. */
  readonly groups: readonly { readonly name: string; readonly files: readonly string[] }[];
  readonly pool: string;
  /** Options of Node's with which Vitest starts its workers. */
  readonly nodeOptions: readonly string[];
}

export type HostMessage =
  | { readonly leakproof: "described"; readonly description: SuiteDescription }
  | { readonly leakproof: "failed"; readonly message: string }
  /** What the worker finds in its environment. */
  | { readonly leakproof: "worker"; readonly environment: Readonly<Record<string, string>> }
  | { readonly leakproof: "test-failed"; readonly failure: TestFailure }
  | { readonly leakproof: "vitest"; readonly message: unknown };

/** What the host hears: a message for Vitest, or that it may end. */
export type WorkerMessage =
  { readonly leakproof: "vitest"; readonly message: unknown } | { readonly leakproof: "done" };
