import fc from 'fast-check';
import { expect, test } from 'vitest';
import { polygonMask } from './polygon.js';

/** Even-odd by a ray to the right. */
function inside(points: { x: number; y: number }[], x: number, y: number): boolean {
  let crossings = 0;
  points.forEach((a, k) => {
    const b = points[(k + 1) % points.length]!;
    const [low, high] = a.y < b.y ? [a, b] : [b, a];
    if (low.y > y || high.y <= y) return;
    const at = low.x + ((y - low.y) / (high.y - low.y)) * (high.x - low.x);
    if (at > x) crossings++;
  });
  return crossings % 2 === 1;
}

test('a square of corners (1, 1) and (3, 3) covers those pixels and what lies between', () => {
  const mask = polygonMask(
    [
      [
        { x: 1, y: 1 },
        { x: 3, y: 1 },
        { x: 3, y: 3 },
        { x: 1, y: 3 },
      ],
    ],
    5,
    5,
  );
  const rows = ['.....', '.###.', '.###.', '.###.', '.....'];
  expect([...mask].map((value) => (value ? '#' : '.')).join('')).toBe(rows.join(''));
});

test('pixels off the outline are in or out by the even-odd rule, whatever the polygon', () => {
  // Offsets that no line between two vertices makes up for within the grid: no pixel centre lies on an edge.
  const vertex = fc
    .record({ x: fc.integer({ min: -3, max: 14 }), y: fc.integer({ min: -3, max: 14 }) })
    .map(({ x, y }) => ({ x: x + 0.2137, y: y + 0.4391 }));
  fc.assert(
    fc.property(fc.array(vertex, { minLength: 3, maxLength: 9 }), (points) => {
      const mask = polygonMask([points], 12, 12);
      const corners = new Set(points.map(({ x, y }) => `${Math.round(x)},${Math.round(y)}`));
      for (let y = 0; y < 12; y++) {
        for (let x = 0; x < 12; x++) {
          const expected = corners.has(`${x},${y}`) || inside(points, x, y);
          expect(mask[y * 12 + x]).toBe(Number(expected));
        }
      }
    }),
  );
});

test('several polygons are joined, and one beyond the grid is cut at its edges', () => {
  const square = (at: number, side: number) => [
    { x: at, y: at },
    { x: at + side, y: at },
    { x: at + side, y: at + side },
    { x: at, y: at + side },
  ];
  const both = polygonMask([square(0, 1), square(4, 40)], 6, 6);
  const each = [square(0, 1), square(4, 40)].map((points) => polygonMask([points], 6, 6));
  expect([...both]).toEqual(Array.from(both, (_, i) => Number(each.some((mask) => mask[i] === 1))));
  expect(both[35]).toBe(1);
});
