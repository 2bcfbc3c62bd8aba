import { describe, expect, it } from 'vitest';
import { augment } from './augment.js';
import type { Example } from './example.js';
import { type Random, randomStream } from './random.js';

/** A stream that gives these numbers of [0, 1), in this order: flips, angle, zoom, dy, dx, brightness. */
const scripted = (...numbers: number[]): Random => ({
  ...randomStream(0),
  uniform: (low = 0, high = 1) => low + (high - low) * numbers.shift()!,
});
const middle = 0.5;

const example: Example = {
  id: 'e',
  image: { data: Float32Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9]), height: 3, width: 3, channels: 1 },
  masks: [Uint8Array.from([1, 0, 0, 0, 1, 0, 0, 0, 0]), Float32Array.from([0, 0, 0.5, 0, 0, 0, 0, 0, 1])],
  diagnosis: 1,
};
const values = ({ image, masks }: Example) => [image.data, ...masks].map((data) => Array.from(data));

describe('augment', () => {
  it('changes nothing when nothing is asked for', () => {
    const result = augment(example, {}, randomStream(1));
    expect(values(result)).toEqual(values(example));
    expect(result).toMatchObject({ id: 'e', diagnosis: 1 });
  });

  it('mirrors image and masks alike, each way as asked', () => {
    const yes = () => scripted(0.1, 0.1, middle, middle, middle, middle, middle);
    expect(values(augment(example, { flip: 'horizontal' }, yes()))).toEqual([
      [3, 2, 1, 6, 5, 4, 9, 8, 7],
      [0, 0, 1, 0, 1, 0, 0, 0, 0],
      [0.5, 0, 0, 0, 0, 0, 1, 0, 0],
    ]);
    expect(values(augment(example, { flip: 'vertical' }, yes()))[0]).toEqual([7, 8, 9, 4, 5, 6, 1, 2, 3]);
    expect(values(augment(example, { flip: 'both' }, yes()))[0]).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
    const no = scripted(0.9, 0.9, middle, middle, middle, middle, middle);
    expect(values(augment(example, { flip: 'both' }, no))[0]).toEqual(values(example)[0]);
  });

  it('turns by 90 degrees, and shifts by whole pixels, without blurring', () => {
    const turned = augment(example, { rotate: 90 }, scripted(0.9, 0.9, 1, middle, middle, middle, middle));
    expect(values(turned)[0]!.map((v) => Math.round(v * 1e4) / 1e4)).toEqual([7, 4, 1, 8, 5, 2, 9, 6, 3]);
    // Down by one row, the first row repeated.
    const shifted = augment(example, { shift: 1 / 3 }, scripted(0.9, 0.9, middle, middle, 1, middle, middle));
    expect(values(shifted)[0]!.map((v) => Math.round(v * 1e4) / 1e4)).toEqual([1, 2, 3, 1, 2, 3, 4, 5, 6]);
    expect(values(shifted)[1]!.map((v) => Math.round(v * 1e4) / 1e4)).toEqual([1, 0, 0, 1, 0, 0, 0, 1, 0]);
  });

  it('magnifies about the centre, bilinearly', () => {
    const [image] = values(
      augment(example, { scale: 0.5 }, scripted(0.9, 0.9, middle, 1, middle, middle, middle)),
    );
    // At zoom 3/2 a neighbour is read 2/3 of a pixel from the centre; the ramp is linear, so its values are exact.
    for (const [i, want] of [5 - 8 / 3, 5 - 6 / 3, 5 - 4 / 3, 5 - 2 / 3, 5].entries())
      expect(image![i]).toBeCloseTo(want, 5);
  });

  it("moves the raters' masks as the fused one, and leaves out who is missing", () => {
    const raters = [[example.masks[0]!, null], example.masks.slice(0, 2)];
    const { masks, raters: moved } = augment(
      { ...example, raters },
      { flip: 'both', rotate: 30, shift: 0.2 },
      randomStream(8),
    );
    expect(moved![0]).toEqual([masks[0], null]);
    expect(moved![1]).toEqual(masks.slice(0, 2));
    expect(masks[0]).not.toEqual(example.masks[0]);
  });

  it('changes brightness and noise of the image alone', () => {
    const result = augment(example, { brightness: 0.2, noise: 0.01 }, randomStream(4));
    expect(result.masks).toEqual(example.masks);
    const change = values(result)[0]!.map((value, i) => value - example.image.data[i]!);
    expect(Math.max(...change.map(Math.abs))).toBeLessThan(0.2 + 0.05);
    expect(new Set(change).size).toBe(9);
  });

  it('is a function of its stream', () => {
    const all = { flip: 'both', rotate: 20, scale: 0.2, shift: 0.1, brightness: 0.1, noise: 0.1 } as const;
    const [a, b, c] = [5, 5, 6].map((seed) => values(augment(example, all, randomStream(seed))));
    expect(b).toEqual(a);
    expect(c).not.toEqual(a);
  });

  it('refuses amounts that make no sense', () => {
    expect(() => augment(example, { scale: 1 }, randomStream(1))).toThrow('augment: scale is 1');
    expect(() => augment(example, { rotate: -1 }, randomStream(1))).toThrow('augment: rotate is -1');
  });
});
