import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rows } from '../fixtures/grid.js';
import { askerWith } from '../fixtures/python.js';
import { fillRings, type Ring } from './fill-rings.js';

const SIZE = { width: 9, height: 7 };

const filled = (rings: readonly Ring[], size = SIZE) => {
  const mask = new Uint8Array(size.width * size.height);
  fillRings(mask, rings, size);
  return mask;
};

/** Even-odd by a ray to the right, edge by edge. */
function isInside(rings: readonly Ring[], x: number, y: number): boolean {
  let crossings = 0;
  for (const ring of rings)
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      const [x1, y1, x2, y2] = [ring[i]!, ring[i + 1]!, ring[j]!, ring[j + 1]!];
      if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) crossings++;
    }
  return crossings % 2 === 1;
}

const ringOf = (least: number, most: number) =>
  fc
    .array(fc.double({ min: least, max: most, noNaN: true }), { minLength: 6, maxLength: 24 })
    .map((values) => values.slice(0, values.length & ~1));

test('a pixel is inside where its centre is', () => {
  const square = [1, 1, 4, 1, 4, 4, 1, 4];
  expect(rows(filled([square]), 9)).toEqual([
    '.........',
    '.###.....',
    '.###.....',
    '.###.....',
    '.........',
    '.........',
    '.........',
  ]);
  const hole = [2, 2, 3, 2, 3, 3, 2, 3];
  expect(rows(filled([square, hole]), 9)[2]).toBe('.#.#.....');
});

test('any rings, also beyond the image, are filled as point by point', () => {
  fc.assert(
    fc.property(fc.array(ringOf(-5, 14), { minLength: 1, maxLength: 4 }), (rings) => {
      const mask = filled(rings);
      const expected = Array.from(mask, (_, i) =>
        Number(isInside(rings, (i % 9) + 0.5, Math.floor(i / 9) + 0.5)),
      );
      expect([...mask]).toEqual(expected);
    }),
  );
});

test('areas that share an edge neither share a pixel nor leave a gap', () => {
  fc.assert(
    fc.property(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 })), ([top, bottom]) => {
      const left = filled([[0, 0, top, 0, bottom, 7, 0, 7]]);
      const right = filled([[top, 0, 9, 0, 9, 7, bottom, 7]]);
      expect(left.map((value, i) => value + right[i]!).every((sum) => sum === 1)).toBe(true);
    }),
  );
});

test('outlines that would take minutes are refused', () => {
  const zigzag = Float64Array.from({ length: 2 ** 17 }, (_, i) =>
    i % 4 === 1 ? 1e5 : i % 4 === 3 ? 0 : i % 7,
  );
  expect(() => filled([zigzag], { width: 7, height: 100_000 })).toThrow('cross more than');
});

const skimage = askerWith('skimage');
test.skipIf(!skimage)('scikit-image fills the same', () => {
  const rings = fc.sample(ringOf(-4, 40), { numRuns: 60, seed: 5 });
  const size = { width: 36, height: 31 };
  const theirs = skimage!<number[][]>(
    `
import numpy as np
from skimage.draw import polygon2mask
result = []
for ring in given:
    xy = np.array(ring).reshape(-1, 2)
    result.append(polygon2mask((31, 36), xy[:, ::-1] - 0.5).astype(int).ravel().tolist())`,
    rings,
  );
  rings.forEach((ring, i) => {
    expect([...filled([ring], size)]).toEqual(theirs[i]);
  });
});

const pillow = askerWith('PIL');
test.skipIf(!pillow)('Pillow differs along outlines alone, whose pixels it draws', () => {
  const rings = fc.sample(ringOf(2, 30), { numRuns: 40, seed: 7 });
  const size = { width: 32, height: 32 };
  const theirs = pillow!<number[][]>(
    `
from PIL import Image, ImageDraw
result = []
for ring in given:
    image = Image.new('L', (32, 32))
    ImageDraw.Draw(image).polygon([v - 0.5 for v in ring], fill=1)
    result.append([int(v > 0) for v in image.tobytes()])`,
    rings,
  );
  rings.forEach((ring, i) => {
    const ours = filled([ring], size);
    theirs[i]!.forEach((value, at) => {
      if (value === ours[at]) return;
      expect(distance(ring, (at % 32) + 0.5, Math.floor(at / 32) + 0.5)).toBeLessThan(2);
    });
  });
});

/** How far a point is from a ring. */
function distance(ring: Ring, x: number, y: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
    const [x1, y1, dx, dy] = [ring[j]!, ring[j + 1]!, ring[i]! - ring[j]!, ring[i + 1]! - ring[j + 1]!];
    const along = Math.min(1, Math.max(0, ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy || 1)));
    least = Math.min(least, Math.hypot(x - x1 - along * dx, y - y1 - along * dy));
  }
  return least;
}
