import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RING } from '../fixtures/grid.js';
import { fillRings } from './fill-rings.js';
import { traceRings } from './trace-rings.js';

const grids = fc
  .record({ width: fc.integer({ min: 1, max: 12 }), height: fc.integer({ min: 1, max: 12 }) })
  .chain(({ width, height }) =>
    fc
      .array(fc.integer({ min: 0, max: 1 }), { minLength: width * height, maxLength: width * height })
      .map((mask) => ({ mask, size: { width, height } })),
  );

const points = (ring: ArrayLike<number>) =>
  Array.from({ length: ring.length / 2 }, (_, i) => `${ring[2 * i]} ${ring[2 * i + 1]}`);

test('rings of any mask, filled, are the mask to the pixel', () => {
  fc.assert(
    fc.property(grids, ({ mask, size }) => {
      const again = new Uint8Array(mask.length);
      for (const { outline, holes } of traceRings(mask, size)) fillRings(again, [outline, ...holes], size);
      expect([...again]).toEqual(mask);
    }),
    { numRuns: 500 },
  );
});

test('each part alone is what its rings fill, and no ring meets a corner twice', () => {
  fc.assert(
    fc.property(grids, ({ mask, size }) => {
      const sum = new Uint8Array(mask.length);
      for (const { outline, holes } of traceRings(mask, size)) {
        const part = new Uint8Array(mask.length);
        fillRings(part, [outline, ...holes], size);
        part.forEach((value, i) => {
          sum[i]! += value;
        });
        for (const ring of [outline, ...holes]) {
          expect(ring.length).toBeGreaterThanOrEqual(8);
          expect(new Set(points(ring)).size).toBe(ring.length / 2);
        }
      }
      expect([...sum]).toEqual(mask);
    }),
    { numRuns: 300 },
  );
});

test('an outline goes clockwise from its first pixel, a hole the other way; corners alone are named', () => {
  const mask = Uint8Array.from(RING.join(''), (cell) => Number(cell === '#'));
  const [part, ...more] = traceRings(mask, { width: 8, height: 6 });
  expect(more).toEqual([]);
  expect(Array.from(part!.outline)).toEqual([0, 0, 5, 0, 5, 5, 0, 5]);
  expect(part!.holes.map((hole) => points(hole).sort())).toEqual([['2 2', '2 3', '3 2', '3 3']]);
  expect(traceRings(new Uint8Array(48), { width: 8, height: 6 })).toEqual([]);
});
