import { expect, test } from 'vitest';
import { coordinates } from './fixtures/grids.js';
import { drawn, noisyPanel } from './fixtures/panels.js';
import { shapeBasedAverage, shapeBasedAverageMultiLabel } from './index.js';

test('with labels 0 and 1 is the binary one', () => {
  for (const seed of [1, 2, 3]) {
    const { masks } = noisyPanel(3, 120, seed);
    const options = { shape: [4, 5, 6], spacing: [2, 1, 1] };
    expect([...shapeBasedAverageMultiLabel(masks, options)]).toEqual([
      ...shapeBasedAverage(masks, options).mask,
    ]);
  }
});

test('gives each pixel the label whose mean distance is the smallest, of equal ones the first', () => {
  const { masks } = noisyPanel(4, 42, 4, 3);
  const shape = [6, 7];
  const places = coordinates(shape);
  const mean = (label: number, i: number) =>
    masks.reduce((sum, mask) => {
      const inside = mask[i] === label;
      const others = places.flatMap((b, j) =>
        (mask[j] === label) === inside ? [] : Math.hypot(...b.map((x, axis) => x - places[i]![axis]!)),
      );
      return sum + (inside ? -1 : 1) * Math.min(...others);
    }, 0);
  for (const labels of [
    [0, 1, 2],
    [2, 1, 0],
  ]) {
    const result = shapeBasedAverageMultiLabel(masks, { shape, labels });
    result.forEach((label, i) => {
      const distances = labels.map((l) => mean(l, i));
      const least = Math.min(...distances);
      expect(distances[labels.indexOf(label)]!).toBeLessThan(least + 1e-9);
      expect(labels.indexOf(label)).toBe(distances.findIndex((d) => d < least + 1e-9));
    });
  }
});

test('keeps label values', () => {
  const map = drawn('0022', '0222').map((v) => v * 50);
  expect([...shapeBasedAverageMultiLabel([map, null, map], { shape: [2, 4] })]).toEqual([...map]);
});

test('refuses labels that are not among those given', () => {
  expect(() => shapeBasedAverageMultiLabel([[0, 2]], { shape: [2], labels: [0, 1] })).toThrow(
    new RangeError('shapeBasedAverageMultiLabel: labelMaps[0][1] is 2, expected one of 0, 1'),
  );
});
