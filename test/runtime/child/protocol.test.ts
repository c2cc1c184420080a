import { expect, it } from "vitest";
import { encodeFrame, encodeMessage, FrameReader, frameKind } from "../../../runtime/child/protocol.js";

it("frames survive being cut anywhere", () => {
  const stream = Buffer.concat([
    encodeMessage({ type: "snapshot" }),
    encodeFrame(frameKind.snapshotChunk, Buffer.from("é".repeat(300))),
    encodeFrame(frameKind.snapshotChunk, new Uint8Array()),
    encodeMessage({ type: "finish" }),
  ]);
  for (let step = 1; step <= stream.length; step += step < 16 ? 1 : 97) {
    const frames: [number, string][] = [];
    const reader = new FrameReader((kind, payload) => frames.push([kind, Buffer.from(payload).toString()]));
    for (let at = 0; at < stream.length; at += step) reader.push(stream.subarray(at, at + step));
    expect(frames).toEqual([
      [0, '{"type":"snapshot"}'],
      [1, "é".repeat(300)],
      [1, ""],
      [0, '{"type":"finish"}'],
    ]);
  }
});
