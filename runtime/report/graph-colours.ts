/** The colours of pictures, on white; the page adds those for dark screens. */

/** Fill, border and text of a box. */
export interface BoxColours {
  readonly fill: string;
  readonly border: string;
  readonly text: string;
}

export const moduleColours: BoxColours = { fill: "#7ccf7c", border: "#1b6e1b", text: "#0a330a" };
export const rootColours: BoxColours = { fill: "#e3e3e3", border: "#8a8a8a", text: "#4a4a4a" };
export const undrawnColours: BoxColours = { fill: "#f4f4f4", border: "#a6a6a6", text: "#5c5c5c" };

/** Text and border of targets. It is read on the darkest shade with a contrast of 4.8 to 1. */
export const TARGET_RED = "#b00000";
export const HIGHLIGHT_BORDER = "#7a1fa2";
export const EDGE_COLOUR = "#6b6b6b";
export const EDGE_LABEL_COLOUR = "#333333";
export const DETAIL_COLOUR = "#4d4d4d";

/** Fills of objects from the target outwards. */
const SHADES = ["#ffc66d", "#ffd083", "#ffd999", "#ffe2af", "#ffebc6", "#fff3dc", "#fffaf0"] as const;

export const SHADE_COUNT = SHADES.length;

/** Which of the shades a node at `depth` has, 0 the darkest, in a graph whose furthest node is at `deepest`. */
export function shadeOf(depth: number, deepest: number): number {
  // With few depths the steps are kept small, so that the neighbours of a target do not look far away.
  const steps = Math.max(deepest, 4);
  return Math.min(SHADE_COUNT - 1, Math.round((depth / steps) * (SHADE_COUNT - 1)));
}

/** @param shade of `shadeOf` */
export function objectColours(shade: number): BoxColours {
  return { fill: SHADES[shade], border: "#8f6a2a", text: "#1f1f1f" };
}
