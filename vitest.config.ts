import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/patterns/**", "**/fixtures/**", "**/node_modules/**"],
    // Many tests run the built command, each a Node process with heap snapshots: two at a time, and time enough.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: "forks",
    maxWorkers: 2,
  },
});
