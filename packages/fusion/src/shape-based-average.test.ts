import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { coordinates } from './fixtures/grids.js';
import { drawn, largestDifference, noisyPanel } from './fixtures/panels.js';
import { majorityVote, shapeBasedAverage } from './index.js';

/** A disc or a ball. */
const ball = (shape: number[], centre: number[], radius: number) =>
  Uint8Array.from(coordinates(shape), (at) =>
    Number(Math.hypot(...at.map((x, axis) => x - centre[axis]!)) < radius),
  );

/** From the definition, by loops over all pairs of pixels. */
function meanDistance(
  masks: Uint8Array[],
  shape: readonly number[],
  spacing: readonly number[],
  weights: readonly number[],
) {
  const places = coordinates(shape);
  const total = weights.reduce((a, b) => a + b);
  return places.map((a, i) =>
    masks.reduce((sum, mask, r) => {
      const others = places.flatMap((b, j) =>
        mask[j] === mask[i] ? [] : Math.hypot(...a.map((x, axis) => (x - b[axis]!) * spacing[axis]!)),
      );
      const diagonal = Math.hypot(...shape.map((extent, axis) => extent * spacing[axis]!));
      return sum + ((mask[i] ? -1 : 1) * Math.min(diagonal, ...others) * weights[r]!) / total;
    }, 0),
  );
}

describe('shapeBasedAverage', () => {
  test('is the sign of the mean distance, by loops over all pairs of pixels', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.constantFrom(
          [[30], [1]],
          [
            [6, 7],
            [1, 2],
          ],
          [
            [3, 4, 4],
            [2, 1, 0.5],
          ],
        ),
        fc.constantFrom([1, 1, 1], [1, 2, 0.5]),
        (seed, [shape, spacing], weights) => {
          const { masks } = noisyPanel(3, coordinates(shape!).length, seed);
          const { mask, distance } = shapeBasedAverage(masks, { shape: shape!, spacing, weights });
          const expected = meanDistance(masks, shape!, spacing!, weights);
          expect(largestDifference(distance, expected)).toBeLessThan(1e-12);
          expect([...mask]).toEqual(Array.from(distance, (d) => Number(d < 0)));
        },
      ),
      { seed: 1, numRuns: 40 },
    );
  });

  test.each([
    [
      [41, 41],
      [20, 20],
    ],
    [
      [21, 21, 21],
      [10, 10, 10],
    ],
  ])('of two concentric balls in %o is the ball between them', (shape, centre) => {
    const [inner, outer] = [ball(shape, centre, 3), ball(shape, centre, 9)];
    const { mask } = shapeBasedAverage([inner, outer], { shape });
    const size = (m: Uint8Array) => m.reduce((a, b) => a + b, 0);
    const between = ball(shape, centre, 6);
    const differing = mask.filter((v, j) => v !== between[j]).length;
    expect(differing / size(between)).toBeLessThan(0.12);
    expect(size(majorityVote([inner, outer]))).toBe(size(inner));
  });

  test('of one rater, and of raters who agree, is their mask', () => {
    const mask = drawn('.....', '.##..', '.###.', '.....');
    expect(shapeBasedAverage([mask], { shape: [4, 5] }).mask).toEqual(mask);
    expect(shapeBasedAverage([mask, null, mask], { shape: [4, 5] }).mask).toEqual(mask);
  });

  test('scales with the spacing', () => {
    const of = (step: number) =>
      shapeBasedAverage([drawn('##..'), drawn('####')], { shape: [1, 4], spacing: [step, step] }).distance;
    for (const step of [1e-100, 1e100])
      expect(
        largestDifference(
          of(step).map((value) => value / step),
          of(1),
        ),
      ).toBeLessThan(1e-12);
  });

  test('lies between outlines that do not meet, where a majority is empty', () => {
    const masks = [drawn('.##.....'), drawn('.....##.')];
    expect(majorityVote(masks)).toEqual(drawn('........'));
    expect([...shapeBasedAverage([drawn('######..'), drawn('##......')], { shape: [8] }).mask]).toEqual([
      1, 1, 1, 1, 0, 0, 0, 0,
    ]);
  });

  test('takes empty and full masks as the diagonal away', () => {
    const full = new Uint8Array(12).fill(1);
    const empty = new Uint8Array(12);
    expect([...shapeBasedAverage([empty, full], { shape: [3, 4] }).distance]).toEqual(new Array(12).fill(0));
    expect(shapeBasedAverage([empty, empty], { shape: [3, 4] }).mask).toEqual(empty);
    expect(shapeBasedAverage([full], { shape: [3, 4] }).mask).toEqual(full);
  });

  test.each<[string, () => unknown, string]>([
    [
      'a probability',
      () => shapeBasedAverage([[0.5]], { shape: [1] }),
      'shapeBasedAverage: masks[0][0] is 0.5, expected 0 or 1',
    ],
    [
      'another shape',
      () => shapeBasedAverage([[1, 0]], { shape: [3] }),
      'shapeBasedAverage: shape is 3, expected a product of 2',
    ],
    [
      'a spacing of 0',
      () => shapeBasedAverage([[1, 0]], { shape: [2], spacing: [0] }),
      'shapeBasedAverage: spacing[0] is 0',
    ],
    [
      'a spacing whose square is infinite',
      () => shapeBasedAverage([[1, 0]], { shape: [2], spacing: [1e200] }),
      'shapeBasedAverage: spacing[0] is 1e+200, expected a number from 1e-100 to 1e+100',
    ],
    [
      'a spacing for other axes',
      () => shapeBasedAverage([[1, 0]], { shape: [2], spacing: [1, 1] }),
      'shapeBasedAverage: spacing has 2 values',
    ],
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(RangeError);
    expect(call).toThrow(message);
  });
});
