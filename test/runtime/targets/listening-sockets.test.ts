/** What the systems' own tools print, and how options are read, without the system. */
import { expect, test } from "vitest";
import { inspectorPlaceOf } from "../../../runtime/targets/inspector-place.js";
import { parseLsof, parseNetstat, parseProcTable } from "../../../runtime/targets/listening-sockets.js";

test("/proc/net/tcp and tcp6", () => {
  const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:240D 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 31337 1 0 100 0 0 10 0
   1: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 42 1 0 100 0 0 10 0
   2: 0100007F:240D 0100007F:9999 01 00000000:00000000 00:00000000 00000000     0        0 43 1 0 100 0 0 10 0
   3: 00000000000000000000000001000000:240E 00000000000000000000000000000000:0000 0A 0:0 0:0 0     0        0 44 1
   4: 0000000000000000FFFF00000100007F:240F 00000000000000000000000000000000:0000 0A 0:0 0:0 0     0        0 45 1
`;
  expect(parseProcTable(table)).toEqual([
    { inode: "31337", address: "127.0.0.1", port: 9229 },
    { inode: "42", address: "0.0.0.0", port: 80 },
    { inode: "44", address: "::1", port: 9230 },
    { inode: "45", address: "::ffff:7f00:1", port: 9231 },
  ]);
});

test("lsof on macOS", () => {
  expect(parseLsof("p123\nf19\nn127.0.0.1:9229\nf20\nn*:80\np456\nf3\nn[::1]:9230\n")).toEqual([
    { pid: 123, address: "127.0.0.1", port: 9229 },
    { pid: 123, address: "0.0.0.0", port: 80 },
    { pid: 456, address: "::1", port: 9230 },
  ]);
});

test("netstat on Windows, in any language", () => {
  const output = `
Aktive Verbindungen

  Proto  Lokale Adresse         Remoteadresse          Status           PID
  TCP    127.0.0.1:9229         0.0.0.0:0              ABHÖREN          123\r
  TCP    127.0.0.1:9229         127.0.0.1:51000        HERGESTELLT      123\r
  TCP    [::1]:9230             [::]:0                 ABHÖREN          456\r
  UDP    0.0.0.0:123            *:*                                     7\r
`;
  expect(parseNetstat(output)).toEqual([
    { pid: 123, address: "127.0.0.1", port: 9229 },
    { pid: 456, address: "::1", port: 9230 },
  ]);
});

test.each([
  [["node", "app.js"], { host: "127.0.0.1", port: 9229, opensAtStart: false }],
  [["node", "--inspect", "app.js"], { host: "127.0.0.1", port: 9229, opensAtStart: true }],
  [["node", "--inspect-brk=9230"], { host: "127.0.0.1", port: 9230, opensAtStart: true }],
  [["node", "--inspect=0.0.0.0:0"], { host: "0.0.0.0", port: 0, opensAtStart: true }],
  [["node", "--inspect-wait=[::1]:9300"], { host: "::1", port: 9300, opensAtStart: true }],
  [["node", "--inspect=localhost"], { host: "localhost", port: 9229, opensAtStart: true }],
  [["node", "--inspect-port", "9333", "--debug-port=9334"], { host: "127.0.0.1", port: 9334, opensAtStart: false }],
  [["node", "--inspect-publish-uid=http"], { host: "127.0.0.1", port: 9229, opensAtStart: false }],
])("%j", (options, place) => {
  expect(inspectorPlaceOf(options)).toEqual(place);
});
