import { describe, expect, it } from "vitest";
import { fillRequest, parseRequest } from "../../../runtime/serve/request-template.js";

describe("--request", () => {
  it.each([
    ["/", { method: "GET", path: "/", body: null }],
    ["GET /orders/{i}", { method: "GET", path: "/orders/{i}", body: null }],
    ["delete /orders/{i}?all=1", { method: "DELETE", path: "/orders/{i}?all=1", body: null }],
    ['POST /orders {"id": {i}}', { method: "POST", path: "/orders", body: '{"id": {i}}' }],
    [" PUT  /a  two\nlines ", { method: "PUT", path: "/a", body: "two\nlines" }],
  ])("reads %s", (text, request) => {
    expect(parseRequest(text)).toEqual(request);
  });

  it.each(["", "orders", "GET", "GET orders", "GET http://localhost/orders", "FETCH /", "CONNECT /", "GET /größe"])(
    "refuses %j, and names it or its method",
    (text) => {
      expect(() => parseRequest(text)).toThrow(/^--request/);
    },
  );

  it("puts the number of the iteration in the path and the body, which is JSON where it reads as such", () => {
    expect(fillRequest(parseRequest('POST /orders/{i} {"id": {i}, "twice": "{i}{i}"}'), 7)).toEqual({
      method: "POST",
      path: "/orders/7",
      body: '{"id": 7, "twice": "77"}',
      contentType: "application/json",
    });
    expect(fillRequest(parseRequest("POST /notes order {i}"), 7).contentType).toBe("text/plain");
    expect(fillRequest(parseRequest("/{i}"), 0)).toEqual({ method: "GET", path: "/0", body: null, contentType: null });
  });
});
