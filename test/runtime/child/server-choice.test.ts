import { describe, expect, it } from "vitest";
import { chooseServer, explainSilence, type ListeningProcess } from "../../../runtime/child/server-choice.js";
import type { Listener } from "../../../runtime/child/serve-protocol.js";

const tcp = (port: number, isHttp = true): Listener => ({ kind: "tcp", host: "::", port, isHttp, isSecure: false });
const socket = (isHttp: boolean): Listener => ({ kind: "path", path: "/tmp/socket", isHttp });
const process = (pid: number, ...listeners: Listener[]): ListeningProcess => ({ pid, listeners });

describe("the server that is measured", () => {
  it.each([
    ["the only one", [process(1), process(2, tcp(3000))], null, 3000],
    ["an HTTP server before another", [process(1, tcp(9229, false), tcp(3000), tcp(3001))], null, 3000],
    ["any that listens on a port", [process(1, tcp(4000, false))], null, 4000],
    ["one on a port before one on a socket", [process(1, socket(true), tcp(3000))], null, 3000],
    ["the one that is asked for", [process(1, tcp(3000)), process(2, tcp(3001))], 3001, 3001],
  ])("is %s", (_, processes, port, chosen) => {
    expect(chooseServer(processes, port)).toMatchObject({ listener: { port: chosen } });
  });

  it.each([
    [
      "several processes",
      [process(1, tcp(3000)), process(2, tcp(3001))],
      /process 1 on port 3000, process 2 on port 3001/,
    ],
    ["a cluster", [process(1, tcp(3000)), process(2, tcp(3000))], /2 processes of the command serve port 3000/],
    ["a socket", [process(1, socket(true))], /listens on the socket \/tmp\/socket/],
  ])("cannot be told of %s", (_, processes, says) => {
    expect(chooseServer(processes, null)).toMatchObject({ message: expect.stringMatching(says) });
  });

  it("is waited for while it is not there: a socket that a tool opens is not it", () => {
    expect(chooseServer([process(1, socket(false))], null)).toBeNull();
    expect(chooseServer([process(1, tcp(3000))], 3001)).toBeNull();
    expect(chooseServer([], null)).toBeNull();
  });

  it("that never came is explained", () => {
    expect(explainSilence([], null, "4 s").message).toContain("started no Node process within 4 s");
    expect(explainSilence([process(1)], 3000, "4 s").message).toContain("listens on no port within 4 s");
    expect(explainSilence([process(1, tcp(3001))], 3000, "4 s").message).toContain("the command listens on 3001");
  });
});
