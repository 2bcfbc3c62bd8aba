import { check, checkInteger, checkObject, checkOptions, checkSeed, fail } from '@diff/checks';
import { randomStream } from '@diff/train';
import { componentOf, fitMixture, kMeans, mixtureEnergy } from './gaussian-mixture.js';
import { graphOf, minimumCut } from './max-flow.js';

/** Rows from `top` and columns from `left`, up to before `bottom` and `right`. */
export interface Box {
  top: number;
  left: number;
  bottom: number;
  right: number;
}

/** An image as the data sets give it, values in [0, 1]. */
export interface Picture {
  data: Float32Array;
  height: number;
  width: number;
  channels: number;
}

/** Smoothness, as in the paper. */
const GAMMA = 50;
/** The cost of foreground at pixels outside the box: more than that of all their neighbours together. */
const NEVER = 9 * GAMMA;

/**
 * GrabCut (Rother, Kolmogorov & Blake 2004): cuts what is inside a box out of its background → 1 for foreground, height · width
 * values. Both are mixtures of five Gaussians of colour, first of all pixels inside and of all outside the box; in turn each pixel goes to
 * its most probable component, the mixtures are fitted again, and the smallest cut of
 *
 *     Σ −log p(pixel | its side) + Σ over 8-neighbours on different sides of 50 / distance · exp(−β·|difference|²)
 *
 * divides the pixels anew, β = 1 / (2 · the mean of |difference|²). Outside the box all stays background. Where the box leaves none
 * outside, or is empty, all inside it is foreground.
 *
 * @param options.iterations Rounds. Default: 5.
 * @param options.seed Of the first components, found by k-means. Default: 0.
 * @throws TypeError, RangeError for a picture whose data do not fit its size, or a box that is not inside it.
 */
export function grabCut(
  picture: Picture,
  box: Box,
  options: { iterations?: number; seed?: number } = {},
): Uint8Array {
  checkOptions('grabCut', options, ['iterations', 'seed']);
  const { iterations = 5, seed = 0 } = options;
  checkInteger('grabCut', 'iterations', iterations, 1);
  checkSeed('grabCut', seed);
  checkPicture(picture, box);
  const { height, width } = picture;
  const within = inBox(picture, box);
  const inside = within.reduce((sum, v) => sum + v, 0);
  if (inside === 0 || inside === height * width) return within;

  const pixels = pixelsOf(picture);
  const neighbours = neighboursOf(picture, pixels);
  const random = randomStream(seed);
  let mask = within;
  let mixtures = sidesOf(mask, pixels).map((own) => fitMixture(own, kMeans(own, random)));
  for (let round = 0; round < iterations; round++) {
    const sides = sidesOf(mask, pixels);
    if (sides.some((own) => own.length === 0)) return mask;
    mixtures = sides.map((own, side) =>
      fitMixture(
        own,
        own.map((pixel) => componentOf(mixtures[side]!, pixel)),
      ),
    );
    const energies = mixtures.map((mixture) =>
      Float64Array.from(pixels, (pixel) => mixtureEnergy(mixture, pixel)),
    );
    mask = cut(within, energies as [Float64Array, Float64Array], neighbours);
  }
  return mask;
}

function checkPicture(picture: unknown, box: unknown): void {
  const who = 'grabCut';
  checkObject(who, 'picture', picture);
  const { data, height, width, channels } = picture as unknown as Picture;
  for (const [name, value] of Object.entries({ height, width, channels }))
    checkInteger(who, `picture.${name}`, value, 1);
  check(data instanceof Float32Array, who, 'picture.data', data, 'a Float32Array', 'other');
  if (data.length !== height * width * channels)
    fail(who, `picture.data has ${data.length} values, expected ${height * width * channels}`);
  if (data.some((value) => !Number.isFinite(value)))
    fail(who, 'picture.data holds a value that is not finite');
  checkOptions(who, box, ['top', 'left', 'bottom', 'right']);
  const { top, left, bottom, right } = (box ?? {}) as Box;
  checkInteger(who, 'box.top', top, 0, height);
  checkInteger(who, 'box.left', left, 0, width);
  checkInteger(who, 'box.bottom', bottom, top, height);
  checkInteger(who, 'box.right', right, left, width);
}

function inBox({ height, width }: Picture, { top, left, bottom, right }: Box): Uint8Array {
  const mask = new Uint8Array(height * width);
  for (let y = top; y < bottom; y++) mask.fill(1, y * width + left, y * width + right);
  return mask;
}

function pixelsOf({ data, height, width, channels }: Picture): Float64Array[] {
  return Array.from({ length: height * width }, (_, p) =>
    Float64Array.from(data.subarray(p * channels, (p + 1) * channels)),
  );
}

/** The pixels of the background, then those of the foreground. */
const sidesOf = (mask: Uint8Array, pixels: readonly Float64Array[]): Float64Array[][] =>
  [0, 1].map((side) => pixels.filter((_, p) => mask[p] === side));

interface Neighbours {
  from: Int32Array;
  to: Int32Array;
  weight: Float64Array;
}

/** Every pair of 8-neighbours once, with what it costs to cut between them. */
function neighboursOf({ height, width }: Picture, pixels: readonly Float64Array[]): Neighbours {
  const [from, to, squares, distances]: [number[], number[], number[], number[]] = [[], [], [], []];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (const [i, j] of [
        [0, 1],
        [1, -1],
        [1, 0],
        [1, 1],
      ] as const) {
        if (y + i >= height || x + j < 0 || x + j >= width) continue;
        const [a, b] = [y * width + x, (y + i) * width + x + j];
        from.push(a);
        to.push(b);
        squares.push(pixels[a]!.reduce((sum, value, c) => sum + (value - pixels[b]![c]!) ** 2, 0));
        distances.push(Math.hypot(i, j));
      }
  const mean = squares.reduce((sum, d) => sum + d, 0) / squares.length;
  const beta = mean > 0 ? 1 / (2 * mean) : 0;
  const weight = Float64Array.from(squares, (d, i) => (GAMMA / distances[i]!) * Math.exp(-beta * d));
  return { from: Int32Array.from(from), to: Int32Array.from(to), weight };
}

/** The division of least cost, by the smallest cut between a source (foreground) and a sink. */
function cut(
  within: Uint8Array,
  [background, foreground]: [Float64Array, Float64Array],
  neighbours: Neighbours,
): Uint8Array {
  const count = within.length;
  const pairs = neighbours.from.length;
  const [source, sink] = [count, count + 1];
  const size = pairs + 2 * count;
  const arcs = {
    from: new Int32Array(size),
    to: new Int32Array(size),
    forwards: new Float64Array(size),
    backwards: new Float64Array(size),
  };
  arcs.from.set(neighbours.from);
  arcs.to.set(neighbours.to);
  arcs.forwards.set(neighbours.weight);
  arcs.backwards.set(neighbours.weight);
  for (let p = 0; p < count; p++) {
    // −log of densities may be negative: what both share changes no cut.
    const least = Math.min(background[p]!, foreground[p]!);
    const [first, second] = [pairs + 2 * p, pairs + 2 * p + 1];
    arcs.from[first] = source;
    arcs.to[first] = p;
    arcs.forwards[first] = within[p] ? background[p]! - least : 0;
    arcs.from[second] = p;
    arcs.to[second] = sink;
    arcs.forwards[second] = within[p] ? foreground[p]! - least : NEVER;
  }
  return minimumCut(graphOf(count + 2, arcs), source, sink).side.slice(0, count);
}
