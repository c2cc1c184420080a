import { describe, expect, it } from "vitest";
import { readServeArguments } from "../../../runtime/commands/serve-arguments.js";

describe("the options of --serve", () => {
  it("name a command, and what it is asked", () => {
    expect(readServeArguments({})).toBeNull();
    expect(readServeArguments({ serve: " node server.js ", request: ["/"], port: "3000" })).toEqual({
      command: "node server.js",
      port: 3000,
      load: [{ method: "GET", path: "/", body: null }],
    });
    expect(readServeArguments({ serve: "npm start", load: "load.mjs" })).toMatchObject({
      port: null,
      load: "load.mjs",
    });
  });

  it.each([
    [{ request: ["/"] }, "--request is for a server"],
    [{ load: "load.mjs" }, "--load is for a server"],
    [{ port: "3000" }, "--port is for a server"],
    [{ serve: "", request: ["/"] }, "--serve takes a command"],
    [{ serve: "npm start" }, "--serve needs what to ask"],
    [{ serve: "npm start", request: ["/"], load: "load.mjs" }, "--request and --load at once"],
    [{ serve: "npm start", request: ["/"], port: "70000" }, "--port takes a number up to 65535"],
    [{ serve: "npm start", request: ["/"], port: "http" }, "--port takes a whole number"],
  ])("%j is refused", (values, says) => {
    expect(() => readServeArguments(values)).toThrow(says);
  });
});
