import { expect, test } from 'vitest';
import type { Raster } from '../../images/raster.js';
import { drawnContours } from './drawn-contours.js';

const [width, height] = [120, 100];
const raster = (data: Uint8Array): Raster => ({ data, width, height, channels: 3, range: [0, 255] });
const photograph = () => Uint8Array.from({ length: width * height * 3 }, (_, i) => 90 + ((i * 7919) % 41));

/** A copy with circles drawn on it: those pixels whose distance to the circle is below half the line's width. */
function drawn(
  circles: { x: number; y: number; radius: number; gap?: number }[],
  line = 2,
  noise = 0,
): Raster {
  const data = photograph();
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    for (const circle of circles) {
      const [dx, dy] = [x - circle.x, y - circle.y];
      // A gap of so many pixels, to the right.
      if (circle.gap && dx > 0 && Math.abs(dy) <= circle.gap / 2) continue;
      if (Math.abs(Math.hypot(dx, dy) - circle.radius) < line / 2) data.set([0, 0, 255], 3 * i);
    }
  }
  for (let i = 0; i < data.length; i++) data[i]! += (((i * 104729) % 3) - 1) * noise;
  return raster(data);
}

const area = (mask: Uint8Array) => mask.reduce((a, b) => a + b, 0);
const disc = (radius: number) => Math.PI * radius ** 2;

test('two circles give two discs, lines included', () => {
  const { outer, inner } = drawnContours(
    drawn([
      { x: 60, y: 50, radius: 40 },
      { x: 65, y: 48, radius: 20 },
    ]),
    raster(photograph()),
  );
  expect(area(outer)).toBeGreaterThan(disc(40.5));
  expect(area(outer)).toBeLessThan(disc(41.5));
  expect(area(inner)).toBeGreaterThan(disc(20.5));
  expect(area(inner)).toBeLessThan(disc(21.5));
  expect(inner.every((value, i) => value <= outer[i]!)).toBe(true);
});

test('losses as JPEG has them are not ink, and gaps of a few pixels are closed', () => {
  const circles = [
    { x: 60, y: 50, radius: 40, gap: 5 },
    { x: 65, y: 48, radius: 20, gap: 3 },
  ];
  const { outer, inner } = drawnContours(drawn(circles, 2, 12), raster(photograph()));
  expect(Math.abs(area(outer) - disc(41))).toBeLessThan(60);
  expect(Math.abs(area(inner) - disc(21))).toBeLessThan(60);
});

test('a drawing that cannot be read as one ring in another is refused', () => {
  const refuse = (circles: Parameters<typeof drawn>[0], reason: string) =>
    expect(() => drawnContours(drawn(circles), raster(photograph()))).toThrow(reason);
  refuse([], 'no contour is drawn on it');
  refuse([{ x: 60, y: 50, radius: 40 }], 'do not close into two rings');
  refuse(
    [
      { x: 60, y: 50, radius: 40 },
      { x: 81, y: 50, radius: 20 },
    ],
    'do not close into two rings',
  );
  refuse(
    [
      { x: 60, y: 50, radius: 40, gap: 30 },
      { x: 65, y: 48, radius: 20 },
    ],
    'do not close into two rings',
  );
  refuse(
    [
      { x: 30, y: 50, radius: 20 },
      { x: 90, y: 50, radius: 20 },
    ],
    'do not close into two rings',
  );
  const small = { ...raster(photograph()), width: 60, height: 200 };
  expect(() => drawnContours(drawn([]), small)).toThrow('120×100 pixels, its photograph has 60×200');
});
