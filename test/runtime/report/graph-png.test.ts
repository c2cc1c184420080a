import { describe, expect, it } from "vitest";
import { InputError } from "../../../runtime/input-error.js";
import { graphToPng } from "../../../runtime/report/graph-png.js";
import { graphToSvg } from "../../../runtime/report/graph-svg.js";
import { chain, server } from "./graph-samples.js";

/** Width and height in pixels, which stand at the start of a PNG. */
function sizeOf(png: Uint8Array): { width: number; height: number } {
  const view = new DataView(png.buffer, png.byteOffset);
  expect([...png.subarray(1, 4)]).toEqual([0x50, 0x4e, 0x47]);
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

describe("the PNG of a graph", () => {
  it("has twice the size of the SVG on a screen", async () => {
    const points =
      /width="(\d+)pt" height="(\d+)pt"/
        .exec(await graphToSvg(chain(4)))
        ?.slice(1)
        .map(Number) ?? [];
    const { width, height } = sizeOf(await graphToPng(chain(4)));
    // 96 pixels are 72 points.
    expect(width / ((points[0] * 4) / 3)).toBeCloseTo(2, 1);
    expect(height / ((points[1] * 4) / 3)).toBeCloseTo(2, 1);
  });

  it("is scaled down where it would be too large to open", async () => {
    const { width, height } = sizeOf(await graphToPng(server(3), { mostPixels: 500_000 }));
    expect(width * height).toBeLessThan(510_000);
    expect(width * height).toBeGreaterThan(450_000);
  });

  it("says what to install where the renderer is missing", async () => {
    const missing = (): Promise<never> => Promise.reject(new Error("Cannot find package '@resvg/resvg-js'"));
    const error: unknown = await graphToPng(chain(2), { load: missing }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InputError);
    expect(String(error)).toMatch(/npm install --save-dev @resvg\/resvg-js.*\.svg/);
    expect(String(error)).not.toContain("\n");
  });
});
