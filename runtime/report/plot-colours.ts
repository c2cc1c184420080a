/** The colours of plots: on white as attributes, which every viewer knows, and on dark screens as rules. */

interface Colours {
  readonly light: string;
  readonly dark: string;
}

/** Lines and texts have a contrast of 4.5 to 1 at least; grids and bands need none. */
const palette = {
  text: { light: "#1f1f1f", dark: "#e6e6e6" },
  quiet: { light: "#595959", dark: "#a8a8a8" },
  grid: { light: "#e2e2e2", dark: "#3a3a3a" },
  tick: { light: "#a6a6a6", dark: "#6a6a6a" },
  only: { light: "#1a5fb4", dark: "#7db4f5" },
  before: { light: "#b3470b", dark: "#ff9d5c" },
  after: { light: "#1a5fb4", dark: "#7db4f5" },
  faint: { light: "#a9c4e8", dark: "#3f5f8a" },
  trend: { light: "#a51d2d", dark: "#ff8a93" },
  back: { light: "#ffffff", dark: "#16181c" },
} as const satisfies Readonly<Record<string, Colours>>;

export type Colour = keyof typeof palette;

/** Fill of that colour, with the class that turns it on dark screens. */
export function fill(colour: Colour): string {
  return `fill="${palette[colour].light}" class="f-${colour}"`;
}

/** Line of that colour, with the class that turns it on dark screens. */
export function stroke(colour: Colour): string {
  return `fill="none" stroke="${palette[colour].light}" class="s-${colour}"`;
}

/** Rules that are stronger than attributes. */
export const darkRules = `@media screen and (prefers-color-scheme: dark) {
${Object.entries(palette)
  .map(([name, { dark }]) => `.f-${name} { fill: ${dark}; }\n.s-${name} { stroke: ${dark}; }`)
  .join("\n")}
}
`;
