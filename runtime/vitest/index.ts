/** The matcher `toLeak` for Vitest: importing this module registers it. */
import { expect } from "vitest";
import { toLeak, type LeakOptions } from "./to-leak.js";

declare module "vitest" {
  // eslint-disable-next-line @typescript-eslint/no-unused-vars, @typescript-eslint/no-explicit-any -- merges with Vitest's own, which has the parameter
  interface Matchers<T = any> {
    /**
     * Runs the function again and again, and passes when it leaves something behind each time. The assertion must be
     * awaited: `await expect(async () => { … }).not.toLeak()`.
     */
    toLeak(options?: LeakOptions): Promise<void>;
  }
}

expect.extend({ toLeak });

export { toLeak, type LeakOptions };
