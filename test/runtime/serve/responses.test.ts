import { describe, expect, it } from "vitest";
import { InputError } from "../../../runtime/input-error.js";
import { Responses } from "../../../runtime/serve/responses.js";

function answered(...statuses: readonly number[]): Responses {
  const responses = new Responses();
  statuses.forEach((status, i) => responses.add(`GET /orders/${i}`, status));
  return responses;
}

describe("responses", () => {
  it("that are all 404 exercise nothing", () => {
    const refusal = answered(404, 404).refusal("http://127.0.0.1:3000");
    expect(refusal).toBeInstanceOf(InputError);
    expect(refusal?.message).toMatch(/404, GET \/orders\/0 first: .*http:\/\/127\.0\.0\.1:3000/);
  });

  it("that are all the server's errors are a failure", () => {
    expect(answered(500, 503).refusal("")?.message).toMatch(/the first GET \/orders\/0: 500/);
  });

  it.each([[[200]], [[404, 200]], [[500, 200]], [[401, 401]], [[302]], [[]]])("%j are worth going on", (statuses) => {
    expect(answered(...statuses).refusal("")).toBeNull();
  });

  it("that were errors in part are counted", () => {
    expect(answered(200, 404, 500, 404).warning()).toBe(
      "3 of 4 responses were errors (404 × 2, 500 × 1), the first GET /orders/1: 404",
    );
    expect(answered(200, 302).warning()).toBeNull();
  });
});
