/** Okabe and Ito's colours, which people who are colour-blind tell apart, with lines that differ too. */
const COLOURS = ['#e69f00', '#56b4e9', '#2bc493', '#f0e442', '#5b8def', '#e8703a', '#e08bbb', '#c9c9c9'];
const DASHES: readonly (readonly number[])[] = [[], [6, 3], [2, 2]];

export interface Stroke {
  colour: string;
  dash: readonly number[];
}

/** How the outline of the rater at a place is drawn. */
export const strokeOf = (place: number): Stroke => ({
  colour: COLOURS[place % COLOURS.length]!,
  dash: DASHES[Math.floor(place / COLOURS.length) % DASHES.length]!,
});

/** The colour of maps, light enough for an outline of white on it to be seen. */
export const WARM = [255, 138, 0] as const;
/** The colour of maps that say where, and not what. */
export const COOL = [122, 92, 255] as const;

/** Red, green and blue, 0 to 255, of a colour as `#rrggbb`. */
export const rgbOf = (colour: string): [red: number, green: number, blue: number] => {
  const all = Number.parseInt(colour.slice(1), 16);
  return [all >> 16, (all >> 8) & 255, all & 255];
};
