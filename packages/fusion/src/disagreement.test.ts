import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawn, largestDifference, noisyPanel } from './fixtures/panels.js';
import { disagreement } from './index.js';

describe('disagreement', () => {
  test('maps entropy and variance of the votes', () => {
    const { entropy, variance } = disagreement(
      [
        [1, 1, 0, 0.5],
        [1, 0, 0, 0.5],
        [1, 0, 0, 0.5],
      ],
      { shape: [4] },
    );
    expect(largestDifference(variance, [0, 2 / 9, 0, 0])).toBeLessThan(1e-15);
    const third = -(1 / 3) * Math.log2(1 / 3) - (2 / 3) * Math.log2(2 / 3);
    expect(largestDifference(entropy, [0, third, 0, 1])).toBeLessThan(1e-15);
  });

  const shape = [5, 6];
  const one = drawn('##....', '##....', '....##', '......', '#.....');
  const two = drawn('......', '#.....', '....##', '...##.', '......');

  test('finds the regions where votes differ, largest first', () => {
    const { regions } = disagreement([one, two], { shape });
    expect(regions.map(({ size }) => size)).toEqual([3, 2, 1]);
    expect(regions[0]).toEqual({
      size: 3,
      pixels: Int32Array.of(0, 1, 7),
      box: { min: [0, 0], max: [1, 1] },
    });
    expect(regions[1]!.box).toEqual({ min: [3, 3], max: [3, 4] });
    expect([...regions[2]!.pixels]).toEqual([24]);
  });

  test('joins corners only when told to', () => {
    const diagonal = [drawn('#..', '.#.', '..#'), drawn('...', '...', '...')];
    const sizes = (connectivity: 'faces' | 'full') =>
      disagreement(diagonal, { shape: [3, 3], connectivity }).regions.map(({ size }) => size);
    expect(sizes('faces')).toEqual([1, 1, 1]);
    expect(sizes('full')).toEqual([3]);
  });

  test('does not wrap around the edges of a volume', () => {
    const mask = drawn('..#', '#..', '..#', '#..');
    const { regions } = disagreement([mask, new Uint8Array(12)], { shape: [2, 2, 3] });
    expect(regions.map(({ size }) => size)).toEqual([2, 2]);
    expect(regions[0]!.box).toEqual({ min: [0, 0, 2], max: [1, 0, 2] });
  });

  test('has regions that are connected, apart, and all of where votes differ', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.constantFrom([40], [6, 7], [3, 4, 5]),
        fc.constantFrom('faces' as const, 'full' as const),
        (seed, extents, connectivity) => {
          const pixels = extents.reduce((a, b) => a * b, 1);
          const { masks } = noisyPanel(3, pixels, seed);
          const { regions, variance } = disagreement(masks, { shape: extents, connectivity });
          const at = (j: number) => {
            const index: number[] = [];
            for (const extent of [...extents].reverse()) {
              index.unshift(j % extent);
              j = Math.floor(j / extent);
            }
            return index;
          };
          const touch = (a: number, b: number) => {
            const steps = at(a).map((x, axis) => Math.abs(x - at(b)[axis]!));
            return connectivity === 'full' ? Math.max(...steps) === 1 : steps.reduce((s, x) => s + x) === 1;
          };
          expect(regions.flatMap((region) => [...region.pixels]).sort((a, b) => a - b)).toEqual(
            [...Array(pixels).keys()].filter((j) => variance[j]! > 0),
          );
          regions.forEach((region, r) => {
            expect(region.size).toBe(region.pixels.length);
            if (r) expect(region.size).toBeLessThanOrEqual(regions[r - 1]!.size);
            const reached = new Set([region.pixels[0]!]);
            for (const j of reached) for (const k of region.pixels) if (touch(j, k)) reached.add(k);
            expect(reached.size).toBe(region.size);
            for (const other of regions.slice(r + 1))
              for (const j of region.pixels) for (const k of other.pixels) expect(touch(j, k)).toBe(false);
          });
        },
      ),
      { seed: 8, numRuns: 40 },
    );
  });

  test('shows none where fewer than two voted', () => {
    const { entropy, regions } = disagreement([[1, 9], null, [9, 9]], { shape: [2], missing: 9 });
    expect([...entropy]).toEqual([0, 0]);
    expect(regions).toEqual([]);
  });

  test.each<[string, () => unknown, string]>([
    [
      'another shape',
      () => disagreement([one], { shape: [5, 5] }),
      'disagreement: shape is 5 × 5, expected a product of 30',
    ],
    ['a value of 2', () => disagreement([[2]], { shape: [1] }), 'disagreement: masks[0][0] is 2'],
    [
      'an unknown connectivity',
      () => disagreement([one], { shape, connectivity: '8' as never }),
      'disagreement: connectivity is "8", expected one of "faces", "full"',
    ],
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(RangeError);
    expect(call).toThrow(message);
  });

  test('refuses to go without a shape', () => {
    expect(() => disagreement([one], {} as never)).toThrow(TypeError);
  });
});
