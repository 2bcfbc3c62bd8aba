/** Pixels as a canvas gives them: red, green, blue and opacity of each, 0 to 255. */
export interface Pixels {
  data: ArrayLike<number>;
  width: number;
  height: number;
}

/** What a mask's file says is inside, by label: the value or colour that stands for it. */
export type Labels = Map<string, Uint8Array>;

/** Numbers up to this, beside 0 and white, are labels and not levels of grey; as loaders of @diff/datasets have it. */
const LABELS = 32;

/**
 * The labels of values: of each number beside 0, where they are few and small or there is one; else what is above half of the
 * largest, where most are near the extremes. `undefined` where they are a picture.
 */
export function labelsOf(values: ArrayLike<number>): Labels | undefined {
  const found = new Set<number>();
  let most = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value < 0) return undefined;
    if (value > most) most = value;
    if (found.size <= LABELS + 2) found.add(value);
  }
  const set = [...found].filter((value) => value !== 0).sort((a, b) => a - b);
  const areLabels =
    set.length <= 1 ||
    (set.length <= LABELS &&
      set.every((value) => Number.isInteger(value) && (value <= LABELS || value === 255)));
  if (areLabels)
    return new Map(
      (set.length ? set : [1]).map((label) => [String(label), where(values, (v) => v === label)]),
    );
  let extreme = 0;
  for (let i = 0; i < values.length; i++) if (values[i]! < 0.08 * most || values[i]! > 0.92 * most) extreme++;
  return extreme >= 0.9 * values.length
    ? new Map([[String(most), where(values, (value) => value > most / 2)]])
    : undefined;
}

/** 1 where a value is inside. A loop, since `Uint8Array.from` with a function takes seconds for a volume. */
function where(values: ArrayLike<number>, inside: (value: number) => boolean): Uint8Array {
  const mask = new Uint8Array(values.length);
  for (let i = 0; i < mask.length; i++) mask[i] = Number(inside(values[i]!));
  return mask;
}

/** The most colours of a map of labels. */
const COLOURS = 12;

/**
 * The labels of a picture's pixels: of its grey values, or of each colour beside black where there are few. What is not opaque is
 * black. `undefined` where it is a photograph.
 */
export function labelsOfPixels({ data }: Pixels): Labels | undefined {
  const count = data.length / 4;
  const grey = new Uint8Array(count);
  const colours = new Map<number, number>();
  let isGrey = true;
  for (let i = 0; i < count; i++) {
    const [r, g, b, a] = [data[4 * i]!, data[4 * i + 1]!, data[4 * i + 2]!, data[4 * i + 3]!];
    const isSeen = a > 127;
    grey[i] = isSeen ? r : 0;
    isGrey &&= !isSeen || (r === g && g === b);
    const colour = isSeen ? (r << 16) | (g << 8) | b : 0;
    if (colours.size <= COLOURS + 1) colours.set(colour, (colours.get(colour) ?? 0) + 1);
  }
  if (isGrey) return labelsOf(grey);
  if (!colours.has(0) || colours.size > COLOURS + 1) return undefined;
  const labels: Labels = new Map();
  for (const colour of [...colours.keys()].filter((one) => one !== 0).sort((a, b) => a - b)) {
    const mask = new Uint8Array(count);
    for (let i = 0; i < count; i++)
      mask[i] = Number(
        data[4 * i + 3]! > 127 &&
          ((data[4 * i]! << 16) | (data[4 * i + 1]! << 8) | data[4 * i + 2]!) === colour,
      );
    labels.set(`#${colour.toString(16).padStart(6, '0')}`, mask);
  }
  return labels;
}
