/** An SVG as a PNG picture. */
import { InputError } from "../input-error.js";
import { FONTS } from "./graph-svg.js";

/** Twice the size, so that text is sharp on dense screens. */
const SCALE = 2;
/** More is 256 MB in memory, and more than most viewers open. */
const MOST_PIXELS = 64_000_000;

const MISSING =
  "A .png needs the package @resvg/resvg-js, which cannot be loaded: npm install --save-dev @resvg/resvg-js, or write an .svg.";

/** Where no font is found it has no extent, and the boxes of a picture would be empty. */
const LETTER = `<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><text y="15" font-family="${FONTS}">x</text></svg>`;

type Resvg = typeof import("@resvg/resvg-js");

export interface PngOptions {
  /** How the optional peer `@resvg/resvg-js` is loaded. */
  readonly load?: () => Promise<Resvg>;
  readonly mostPixels?: number;
}

/**
 * A picture as a PNG at twice its size, or less where that would be more than 64 million pixels.
 * @param draw makes the SVG, once it is known that it can be turned into a PNG
 * @throws InputError where the peer is missing or the system has no fonts
 */
export async function svgToPng(
  draw: () => string | Promise<string>,
  { load = () => import("@resvg/resvg-js"), mostPixels = MOST_PIXELS }: PngOptions = {},
): Promise<Uint8Array> {
  const { Resvg } = await load().catch(() => {
    throw new InputError(MISSING);
  });
  if (new Resvg(LETTER).innerBBox() === undefined)
    throw new InputError("A .png needs a font, and none is installed: install one (fonts-dejavu), or write an .svg.");
  const svg = await draw();
  const { width, height } = new Resvg(svg, { font: { loadSystemFonts: false } });
  const zoom = Math.min(SCALE, Math.sqrt(mostPixels / (width * height)));
  const picture = new Resvg(svg, { fitTo: { mode: "zoom", value: zoom }, background: "white" });
  return picture.render().asPng();
}
