import { checkNumber } from '@diff/checks';
import type { Example } from './example.js';
import type { Random } from './random.js';

/** Random changes of an example; what is left out does not happen. */
export interface Augmentation {
  /** Mirror, each way with probability 1/2. */
  flip?: 'horizontal' | 'vertical' | 'both';
  /** Rotation about the centre, uniform in ± this many degrees. */
  rotate?: number;
  /** Magnification, uniform in 1 ± this. In [0, 1). */
  scale?: number;
  /** Shift along each axis, uniform in ± this share of height and width. In [0, 1]. */
  shift?: number;
  /** Added to the whole image, uniform in ± this. Not to the masks. */
  brightness?: number;
  /** Standard deviation of normal noise added to each value of the image. Not to the masks. */
  noise?: number;
}

/**
 * Moves image, masks and raters' masks of an example alike (flip, rotation, scale and shift as one bilinear resampling; pixels from
 * outside repeat the border), then changes the brightness and adds noise to the image alone. The image is kept in
 * the range of [0, 1] only as far as it was: values are not clipped.
 *
 * @throws RangeError for an amount that is negative or too large.
 */
export function augment(example: Example, augmentation: Augmentation, random: Random): Example {
  const { flip, rotate = 0, scale = 0, shift = 0, brightness = 0, noise = 0 } = augmentation;
  checkNumber('augment', 'rotate', rotate, 0, 180);
  checkNumber('augment', 'scale', scale, 0, 0.99);
  checkNumber('augment', 'shift', shift, 0, 1);
  checkNumber('augment', 'brightness', brightness, 0);
  checkNumber('augment', 'noise', noise, 0);
  const { height, width, channels } = example.image;

  // Every number is drawn whether used or not, so that switching one change off leaves the others as they were.
  const mirrored = (way: 'horizontal' | 'vertical') =>
    random.uniform() < 0.5 && (flip === way || flip === 'both');
  const [fx, fy] = [mirrored('horizontal') ? -1 : 1, mirrored('vertical') ? -1 : 1];
  const angle = (random.uniform(-rotate, rotate) * Math.PI) / 180;
  const zoom = 1 + random.uniform(-scale, scale);
  const [dy, dx] = [random.uniform(-shift, shift) * height, random.uniform(-shift, shift) * width];
  const offset = random.uniform(-brightness, brightness);

  const still = fx === 1 && fy === 1 && !angle && zoom === 1 && !dy && !dx;
  const [cos, sin] = [Math.cos(angle) / zoom, Math.sin(angle) / zoom];
  const map: Affine = { yy: fy * cos, yx: -fy * sin, xy: fx * sin, xx: fx * cos, dy, dx };
  const move = (data: Float32Array | Uint8Array, count: number) =>
    still ? data : warp(data, height, width, count, map);

  const moved = move(example.image.data, channels);
  const data = Float32Array.from(moved);
  if (offset || noise)
    for (let i = 0; i < data.length; i++) data[i]! += offset + (noise && noise * random.normal());
  return {
    ...example,
    image: { ...example.image, data },
    masks: example.masks.map((mask) => move(mask, 1)),
    ...(example.raters && {
      raters: example.raters.map((masks) => masks.map((mask) => mask && move(mask, 1))),
    }),
  };
}

/** From a pixel of the result, as seen from the centre and moved back by (dy, dx), to where it is read. */
interface Affine {
  yy: number;
  yx: number;
  xy: number;
  xx: number;
  dy: number;
  dx: number;
}

function warp(
  data: Float32Array | Uint8Array,
  height: number,
  width: number,
  channels: number,
  map: Affine,
): Float32Array {
  const result = new Float32Array(data.length);
  const [cy, cx] = [(height - 1) / 2, (width - 1) / 2];
  const clamp = (value: number, high: number) => Math.min(Math.max(value, 0), high);
  for (let row = 0, to = 0; row < height; row++) {
    for (let column = 0; column < width; column++, to += channels) {
      const [v, u] = [row - cy - map.dy, column - cx - map.dx];
      const y = clamp(cy + map.yy * v + map.yx * u, height - 1);
      const x = clamp(cx + map.xy * v + map.xx * u, width - 1);
      const [y0, x0] = [Math.floor(y), Math.floor(x)];
      const [y1, x1] = [Math.min(y0 + 1, height - 1), Math.min(x0 + 1, width - 1)];
      const [wy, wx] = [y - y0, x - x0];
      const [a, b] = [(y0 * width + x0) * channels, (y0 * width + x1) * channels];
      const [c, d] = [(y1 * width + x0) * channels, (y1 * width + x1) * channels];
      for (let i = 0; i < channels; i++)
        result[to + i] =
          (1 - wy) * ((1 - wx) * data[a + i]! + wx * data[b + i]!) +
          wy * ((1 - wx) * data[c + i]! + wx * data[d + i]!);
    }
  }
  return result;
}
