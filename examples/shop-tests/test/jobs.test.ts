import { expect, it } from "vitest";
import { later, runJobs } from "../src/jobs";

it("runs what was put off", () => {
  let done = 0;
  for (let job = 0; job < 20; job++) later(() => done++);
  expect(runJobs()).toBe(20);
  expect(done).toBe(20);
});
