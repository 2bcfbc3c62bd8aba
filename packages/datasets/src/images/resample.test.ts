import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nearestPixel, resample, widened } from './resample.js';

/** The mean over a rectangle, by cutting each pixel of the image into fine squares. */
function meanOver(at: (x: number, y: number) => number, box: number[], fine = 64): number {
  const [left, top, right, bottom] = box as [number, number, number, number];
  let sum = 0;
  for (let i = 0; i < fine; i++) {
    for (let j = 0; j < fine; j++) {
      sum += at(left + ((i + 0.5) / fine) * (right - left), top + ((j + 0.5) / fine) * (bottom - top));
    }
  }
  return sum / fine ** 2;
}

test('by area, a pixel is the mean of what it covers, and black lies beyond the image', () => {
  const image = Float32Array.from([1, 2, 3, 4, 5, 6]); // 3 wide, 2 high
  const at = (x: number, y: number) =>
    x < 0 || y < 0 || x >= 3 || y >= 2 ? 0 : image[Math.floor(y) * 3 + Math.floor(x)]!;
  const window = { left: -0.5, top: 0.25, width: 3, height: 2.5 };
  const size = { width: 2, height: 2 };
  const result = resample(image, { width: 3, height: 2, channels: 1 }, window, size, 'area');
  for (let y = 0; y < 2; y++) {
    for (let x = 0; x < 2; x++) {
      const box = [-0.5 + 1.5 * x, 0.25 + 1.25 * y, 1 + 1.5 * x, 1.5 + 1.25 * y];
      expect(result[y * 2 + x]).toBeCloseTo(meanOver(at, box, 300), 1);
    }
  }
  // The first: columns 0 (whole) of -0.5…1, rows 0 (0.75) and 1 (0.5) of 0.25…1.5.
  expect(result[0]).toBeCloseTo((1 * 0.75 + 4 * 0.5) / (1.5 * 1.25), 6);
});

test('bilinear follows a plane exactly between the outermost pixel centres', () => {
  const [width, height] = [6, 5];
  const plane = (x: number, y: number) => 2 * x - 3 * y + 1;
  const image = Float32Array.from({ length: width * height }, (_, i) =>
    plane((i % width) + 0.5, Math.floor(i / width) + 0.5),
  );
  const size = { width: 11, height: 7 };
  const result = resample(
    image,
    { width, height, channels: 1 },
    { left: 0.5, top: 0.5, width: 5, height: 4 },
    size,
    'bilinear',
  );
  for (let y = 0; y < 7; y++) {
    for (let x = 0; x < 11; x++) {
      expect(result[y * 11 + x]).toBeCloseTo(plane(0.5 + ((x + 0.5) * 5) / 11, 0.5 + ((y + 0.5) * 4) / 7), 4);
    }
  }
});

const grid = fc
  .record({
    width: fc.integer({ min: 1, max: 9 }),
    height: fc.integer({ min: 1, max: 9 }),
    channels: fc.constantFrom(1, 3),
  })
  .chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      data: fc
        .array(fc.integer({ min: 0, max: 255 }), {
          minLength: shape.width * shape.height * shape.channels,
          maxLength: shape.width * shape.height * shape.channels,
        })
        .map((values) => Uint8Array.from(values)),
    }),
  );
const whole = ({ width, height }: { width: number; height: number }) => ({ left: 0, top: 0, width, height });

test('to its own size every way gives the image back', () => {
  fc.assert(
    fc.property(grid, fc.constantFrom('bilinear', 'area'), ({ shape, data }, by) => {
      expect([...resample(data, shape, whole(shape), shape, by as 'area')]).toEqual([...data]);
      expect(Array.from({ length: shape.width * shape.height }, (_, i) => i)).toEqual(
        Array.from({ length: shape.width * shape.height }, (_, i) =>
          nearestPixel(shape, whole(shape), shape)(i),
        ),
      );
    }),
  );
});

test('by area, the mean of the whole stays what it was, whatever the size', () => {
  fc.assert(
    fc.property(
      grid,
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 12 }),
      ({ shape, data }, width, height) => {
        const result = resample(data, shape, whole(shape), { width, height }, 'area');
        const mean = (values: ArrayLike<number>) =>
          Array.from(values).reduce((a, b) => a + b, 0) / values.length;
        expect(mean(result)).toBeCloseTo(mean(data), 2);
      },
    ),
  );
});

test('the nearest pixel is the one in which the centre lies, and there is none beyond the image', () => {
  const position = fc.double({ min: -5, max: 12, noNaN: true });
  const length = fc.double({ min: 0.5, max: 20, noNaN: true });
  const side = fc.integer({ min: 1, max: 9 });
  const window = fc.record({ left: position, top: position, width: length, height: length });
  const size = fc.record({ width: side, height: side });
  fc.assert(
    fc.property(size, window, size, (image, seen, target) => {
      const pick = nearestPixel(image, seen, target);
      for (let i = 0; i < target.width * target.height; i++) {
        const x = seen.left + (((i % target.width) + 0.5) * seen.width) / target.width;
        const y = seen.top + ((Math.floor(i / target.width) + 0.5) * seen.height) / target.height;
        const within = x >= 0 && y >= 0 && x < image.width && y < image.height;
        expect(pick(i)).toBe(within ? Math.floor(y) * image.width + Math.floor(x) : -1);
      }
    }),
  );
});

test('a window is widened to the proportions asked for, around its middle', () => {
  expect(widened({ left: 0, top: 0, width: 4, height: 2 }, { width: 8, height: 8 })).toEqual({
    left: 0,
    top: -1,
    width: 4,
    height: 4,
  });
  expect(widened({ left: 1, top: 1, width: 2, height: 2 }, { width: 6, height: 3 })).toEqual({
    left: 0,
    top: 1,
    width: 4,
    height: 2,
  });
});
