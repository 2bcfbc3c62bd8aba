import fc from 'fast-check';
import { expect, test } from 'vitest';
import { polygonMask } from './polygon.js';
import { outlines } from './trace-outline.js';

/** Fills what is not joined to the outside through edges. */
function withoutHoles(mask: Uint8Array, width: number, height: number): Uint8Array {
  const outside = new Uint8Array((width + 2) * (height + 2));
  const queue = [0];
  while (queue.length > 0) {
    const at = queue.pop()!;
    const [x, y] = [at % (width + 2), Math.floor(at / (width + 2))];
    if (outside[at]) continue;
    const inGrid = x > 0 && y > 0 && x <= width && y <= height;
    if (inGrid && mask[(y - 1) * width + x - 1]) continue;
    outside[at] = 1;
    if (x > 0) queue.push(at - 1);
    if (x <= width) queue.push(at + 1);
    if (y > 0) queue.push(at - width - 2);
    if (y <= height) queue.push(at + width + 2);
  }
  return mask.map((_, i) => 1 - outside[(Math.floor(i / width) + 1) * (width + 2) + (i % width) + 1]!);
}

test('The outlines of a mask without holes, filled, are the mask', () => {
  const grid = fc
    .integer({ min: 1, max: 12 })
    .chain((width) =>
      fc.tuple(
        fc.constant(width),
        fc.array(fc.constantFrom(0, 1, 1), { minLength: width, maxLength: 12 * width }),
      ),
    );
  fc.assert(
    fc.property(grid, ([width, values]) => {
      const height = Math.floor(values.length / width);
      const mask = withoutHoles(Uint8Array.from(values.slice(0, width * height)), width, height);
      expect(polygonMask(outlines(mask, width, height), width, height)).toEqual(mask);
    }),
    { numRuns: 500, seed: 1 },
  );
});

test('An outline runs around its part once, pixel to neighbouring pixel', () => {
  const mask = Uint8Array.from([0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0]);
  const [outline] = outlines(mask, 5, 4);
  expect(outline).toHaveLength(6);
  outline!.forEach(({ x, y }, i) => {
    const next = outline![(i + 1) % 6]!;
    expect(Math.max(Math.abs(next.x - x), Math.abs(next.y - y))).toBe(1);
  });
});

test('A mask of nothing has no outline, one of a pixel has a point, parts apart have one each', () => {
  expect(outlines(new Uint8Array(6), 3, 2)).toEqual([]);
  expect(outlines(Uint8Array.of(0, 0, 0, 0, 1, 0), 3, 2)).toEqual([[{ x: 1, y: 1 }]]);
  expect(outlines(Uint8Array.of(1, 0, 1, 1, 0, 1), 3, 2)).toHaveLength(2);
});
