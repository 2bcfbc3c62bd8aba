import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawn, random } from './fixtures/panels.js';
import { majorityVote, type Polygon, rasterize } from './index.js';

const square = (from: number, to: number): Polygon => [
  [from, from],
  [to, from],
  [to, to],
  [from, to],
];

/** How often a polygon winds round a point: the sum of the angles between its corners. */
function winding(polygon: Polygon, x: number, y: number): number {
  let sum = 0;
  polygon.forEach(({ 0: x1, 1: y1 }, c) => {
    const { 0: x2, 1: y2 } = polygon[(c + 1) % polygon.length]!;
    const [ax, ay, bx, by] = [x1! - x, y1! - y, x2! - x, y2! - y];
    sum += Math.atan2(ax * by - ay * bx, ax * bx + ay * by);
  });
  return Math.round(sum / (2 * Math.PI));
}

describe('rasterize', () => {
  test('a square covers the pixels whose centres it encloses', () => {
    expect(rasterize([square(1, 3)], { shape: [4, 5] })).toEqual(drawn('.....', '.##..', '.##..', '.....'));
    expect(rasterize([square(1, 3)], { shape: [4, 5], origin: 'center' })).toEqual(
      drawn('.....', '.##..', '.##..', '.....'),
    );
    expect(rasterize([square(1, 2.6)], { shape: [4, 5] })).toEqual(drawn('.....', '.##..', '.##..', '.....'));
    expect(rasterize([square(-9, 99)], { shape: [2, 3] })).toEqual(drawn('###', '###'));
  });

  test('has a hole where a polygon lies in a polygon, unless told to count turns', () => {
    const both = [square(0, 5), square(1, 4)];
    const ring = drawn('#####', '#...#', '#...#', '#...#', '#####');
    expect(rasterize(both, { shape: [5, 5] })).toEqual(ring);
    expect(rasterize(both, { shape: [5, 5], rule: 'nonzero' })).toEqual(new Uint8Array(25).fill(1));
    const turned = [square(0, 5), [...square(1, 4)].reverse()];
    expect(rasterize(turned, { shape: [5, 5], rule: 'nonzero' })).toEqual(ring);
  });

  test.each(['evenodd', 'nonzero'] as const)('encloses by %s what the winding number says', (rule) => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 3, max: 12 }),
        fc.constantFrom('corner', 'center'),
        (seed, n, origin) => {
          const draw = random(seed);
          const polygon = Array.from({ length: n }, () => [draw() * 16 - 2, draw() * 14 - 2]);
          const mask = rasterize([polygon], { shape: [10, 12], rule, origin: origin as 'corner' });
          const centre = origin === 'corner' ? 0.5 : 0;
          mask.forEach((value, j) => {
            const turns = winding(polygon, (j % 12) + centre, Math.floor(j / 12) + centre);
            expect(value).toBe(rule === 'evenodd' ? Math.abs(turns % 2) : Number(turns !== 0));
          });
        },
      ),
      { seed: 1, numRuns: 60 },
    );
  });

  test('a square cut along any line falls into parts that neither overlap nor leave a gap', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 16 }), fc.integer({ min: 0, max: 16 }), (left, right) => {
        // Through centres of pixels, too.
        const [a, b] = [left / 2, right / 2];
        const upper = rasterize(
          [
            [
              [0, 0],
              [8, 0],
              [8, b],
              [0, a],
            ],
          ],
          { shape: [8, 8] },
        );
        const lower = rasterize(
          [
            [
              [0, a],
              [8, b],
              [8, 8],
              [0, 8],
            ],
          ],
          { shape: [8, 8] },
        );
        expect(upper.map((v, j) => v + lower[j]!)).toEqual(new Uint8Array(64).fill(1));
      }),
      { seed: 2 },
    );
  });

  test("a disc's area is πr²", () => {
    const disc = Array.from({ length: 720 }, (_, i) => [
      100 + 80 * Math.cos((i * Math.PI) / 360),
      100 + 80 * Math.sin((i * Math.PI) / 360),
    ]);
    const area = rasterize([disc], { shape: [200, 200] }).reduce((a, b) => a + b, 0);
    expect(Math.abs(area / (Math.PI * 6400) - 1)).toBeLessThan(1e-3);
  });

  test('outlines in the slices of a volume fill their slices', () => {
    const at = (slice: number) => Array.from(square(1, 3), ({ 0: x, 1: y }) => [x!, y!, slice]);
    expect(rasterize([at(0), at(2)], { shape: [3, 3, 4] })).toEqual(
      drawn('....', '.##.', '.##.', '....', '....', '....', '....', '.##.', '.##.'),
    );
  });

  test('makes outlines fusible', () => {
    const raters = [[square(0, 3)], [square(1, 3)], [square(1, 4)]];
    const masks = raters.map((polygons) => rasterize(polygons, { shape: [4, 4] }));
    expect(majorityVote(masks)).toEqual(drawn('....', '.##.', '.##.', '....'));
  });

  test('of nothing, a point or a line is empty', () => {
    for (const polygons of [
      [],
      [[]],
      [[[1, 1]]],
      [
        [
          [0, 0],
          [3, 3],
        ],
      ],
    ])
      expect(rasterize(polygons as Polygon[], { shape: [3, 3] })).toEqual(new Uint8Array(9));
  });

  test.each<[string, () => unknown, string]>([
    ['four axes', () => rasterize([], { shape: [1, 1, 1, 1] }), 'rasterize: shape has 4 values'],
    [
      'a corner of NaN',
      () => rasterize([[[0, Number.NaN]]], { shape: [2, 2] }),
      'rasterize: polygons[0][0][1] is NaN',
    ],
    [
      'a corner with a slice in a plane',
      () => rasterize([[[0, 0, 0]]], { shape: [2, 2] }),
      'rasterize: polygons[0][0] has 3 values, expected 2',
    ],
    [
      'a slice outside',
      () => rasterize([[[0, 0, 5]]], { shape: [2, 2, 2] }),
      'rasterize: polygons[0][0][2] is 5',
    ],
    [
      'half a slice',
      () => rasterize([[[0, 0, 0.5]]], { shape: [2, 2, 2] }),
      'rasterize: polygons[0][0][2] is 0.5',
    ],
    [
      'a slanted outline',
      () =>
        rasterize(
          [
            [
              [0, 0, 0],
              [1, 0, 1],
            ],
          ],
          { shape: [2, 2, 2] },
        ),
      'polygons[0][1][2] is 1, expected 0',
    ],
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(RangeError);
    expect(call).toThrow(message);
  });
});
