import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type Expertness,
  expG,
  fourier,
  pixels,
  softmaxOverRaters,
  transformRobust,
  weightedSum,
} from './index.js';
import { normalValues } from './random.js';
import { resample, rotationRange } from './transform-robust.js';

const bounded = { bounded: true };
const all: Expertness[] = [
  pixels(),
  transformRobust(),
  fourier(),
  expG(),
  expG({ preset: 'paper' }),
  pixels(bounded),
  transformRobust(bounded),
  fourier(bounded),
];
const named = all.map((expertness) => ({ name: expertness.key, expertness }));
const shape = { batch: 2, height: 5, width: 4, raters: 3 };

beforeAll(() => tf.setBackend('cpu'));

/** Moves every parameter off its start by noise of its own. */
function disturb(variables: tf.Variable[], scale = 0.3): void {
  variables.forEach((variable, i) => {
    const noise = tf.tensor(normalValues(variable.size, scale, 100 + i), variable.shape);
    tf.tidy(() => variable.assign(tf.add(variable, noise)));
    noise.dispose();
  });
}

describe.each(named)('$name', ({ expertness }) => {
  test('starts at equal logits for every rater', () => {
    const parameters = expertness.create(shape, 1);
    const values = tf.tidy(() => parameters.logits().dataSync());
    expect(new Set(values).size).toBe(1);
    parameters.dispose();
  });

  test('has the gradient that numerical differentiation gives', () => {
    const parameters = expertness.create(shape, 1);
    disturb(parameters.variables);
    const direction = tf.tensor3d(normalValues(2 * 20 * 3, 1, 7), [2, 20, 3]);
    const value = () => tf.tidy(() => tf.sum(tf.mul(parameters.logits(), direction)) as tf.Scalar);
    const { value: unused, grads } = tf.variableGrads(value, parameters.variables);
    unused.dispose();
    for (const variable of parameters.variables) {
      const gradient = grads[variable.name]!.dataSync();
      const start = variable.dataSync().slice();
      for (const index of [0, Math.floor(variable.size / 2), variable.size - 1]) {
        const at = (delta: number) => {
          const moved = start.slice();
          moved[index]! += delta;
          tf.tidy(() => variable.assign(tf.tensor(moved, variable.shape)));
          return tf.tidy(() => value().dataSync()[0]!);
        };
        const step = 3e-3;
        const numerical = (at(step) - at(-step)) / (2 * step);
        at(0);
        expect(Math.abs(gradient[index]! - numerical)).toBeLessThan(2e-3 + 5e-3 * Math.abs(numerical));
      }
    }
    tf.dispose([grads, direction]);
    parameters.dispose();
  });

  test('gives cases of a batch the maps they would have alone', () => {
    const [both, alone] = [expertness.create(shape, 3), expertness.create({ ...shape, batch: 1 }, 3)];
    expect(both.variables.map((v) => v.shape)).toEqual(alone.variables.map((v) => [2, ...v.shape.slice(1)]));
    const [maps, map] = tf.tidy(() => [both.logits().dataSync(), alone.logits().dataSync()]);
    expect(maps.slice(0, 60)).toEqual(map);
    expect(maps.slice(60)).toEqual(map);
    both.dispose();
    alone.dispose();
  });

  test('leaves no tensor behind', () => {
    const before = tf.memory().numTensors;
    const parameters = expertness.create(shape, 1);
    parameters.logits().dispose();
    parameters.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

test.each([
  [5, 4],
  [4, 5],
  [6, 6],
  [1, 3],
])('fourier on %i × %i pixels is the inverse Fourier transform, summed term by term', (height, width) => {
  const parameters = fourier().create({ batch: 1, height, width, raters: 2 }, 0);
  disturb(parameters.variables, 1);
  const [real, imaginary] = parameters.variables.map((v) => v.dataSync()) as [Float32Array, Float32Array];
  const values = tf.tidy(() => parameters.logits().dataSync());
  const half = Math.floor(width / 2) + 1;
  for (let r = 0; r < 2; r++) {
    for (let i = 0; i < height; i++) {
      for (let j = 0; j < width; j++) {
        let sum = 0;
        for (let u = 0; u < height; u++) {
          for (let v = 0; v < width; v++) {
            // Beyond half the width stands the complex conjugate of the mirrored frequency. Where a frequency is its own
            // mirror image in v (0 and W / 2), real output takes the sum as it stands.
            const mirrored = v >= half;
            const [uu, vv] = mirrored ? [(height - u) % height, width - v] : [u, v];
            const at = (r * height + uu) * half + vv;
            const [a, b] = [real[at]!, mirrored ? -imaginary[at]! : imaginary[at]!];
            const fy = Math.min(uu, height - uu) / height;
            const amplitude = 1 / Math.max(Math.hypot(fy, vv / width), 1 / Math.max(height, width));
            const angle = 2 * Math.PI * ((u * i) / height + (v * j) / width);
            sum += amplitude * (a * Math.cos(angle) - b * Math.sin(angle));
          }
        }
        expect(values[(i * width + j) * 2 + r]).toBeCloseTo(sum / Math.sqrt(height * width) / 4, 4);
      }
    }
  }
  parameters.dispose();
});

test('expG of the released shape has 7,471 parameters for seven raters', () => {
  const parameters = expG().create({ batch: 1, height: 2, width: 2, raters: 7 }, 0);
  expect(parameters.variables.reduce((sum, v) => sum + v.size, 0)).toBe(7471);
  parameters.dispose();
});

test('expG refuses a preset, a number of layers and a width that do not exist', () => {
  expect(() => expG({ preset: 'other' as 'paper' })).toThrow(
    /^expG: preset is "other", expected one of "released", "paper"$/,
  );
  expect(() => expG({ layers: 1 })).toThrow(/^expG: layers is 1/);
  expect(() => expG({ width: 0 })).toThrow(/^expG: width is 0/);
});

describe('softmaxOverRaters', () => {
  test('sums to 1 at every pixel and gives an absent rater nothing', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 6 }),
        fc.integer(),
        fc.double({ min: 0.1, max: 30, noNaN: true }),
        (raters, seed, scale) => {
          const absent = Math.abs(seed) % raters;
          const weights = tf.tidy(() => {
            const logits = tf.tensor3d(normalValues(7 * raters, scale, seed), [1, 7, raters]);
            const present = tf.tensor4d(
              Array.from({ length: raters }, (_, r) => Number(r !== absent)),
              [1, 1, 1, raters],
            );
            return softmaxOverRaters(logits, present).dataSync() as Float32Array;
          });
          for (let i = 0; i < 7; i++) {
            const row = weights.slice(i * raters, (i + 1) * raters);
            expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
            expect(row[absent]).toBe(0);
          }
        },
      ),
      { numRuns: 30 },
    );
  });
});

test('weightedSum is Σ annotation × weight over the raters', () => {
  const [s, m] = [normalValues(2 * 3 * 2 * 4, 1, 1), normalValues(2 * 3 * 4, 1, 2)];
  const sum = tf.tidy(() =>
    weightedSum(tf.tensor4d(s, [2, 3, 2, 4]), tf.tensor4d(m, [2, 3, 1, 4])).dataSync(),
  );
  for (let i = 0; i < 6; i++) {
    for (let k = 0; k < 2; k++) {
      let expected = 0;
      for (let r = 0; r < 4; r++) expected += s[(i * 2 + k) * 4 + r]! * m[i * 4 + r]!;
      expect(sum[i * 2 + k]).toBeCloseTo(expected, 5);
    }
  }
});

describe('resample', () => {
  const image = tf.tensor4d(normalValues(25 * 2, 1, 5), [1, 5, 5, 2]);
  const pixel = (values: ArrayLike<number>, i: number, j: number, c: number) => values[(i * 5 + j) * 2 + c]!;
  const values = image.dataSync();

  test('without any transform returns its input', () => {
    const same = tf.tidy(() => resample(image, 0, 1, [0, 0], [0, 0]).dataSync());
    same.forEach((value, i) => {
      expect(value).toBeCloseTo(values[i]!, 6);
    });
  });

  test('by a shift of whole pixels moves them, and mirrors what comes in at the edge', () => {
    const moved = tf.tidy(() => resample(image, 0, 1, [0, 0], [1, -2]).dataSync());
    expect(pixel(moved, 2, 1, 0)).toBeCloseTo(pixel(values, 1, 3, 0), 6);
    expect(pixel(moved, 0, 0, 1)).toBeCloseTo(pixel(values, 1, 2, 1), 6);
  });

  test('by a quarter turn moves pixel (i, j) as a matrix is turned', () => {
    const turned = tf.tidy(() => resample(image, Math.PI / 2, 1, [0, 0], [0, 0]).dataSync());
    for (let i = 0; i < 5; i++) {
      for (let j = 0; j < 5; j++) expect(pixel(turned, i, j, 1)).toBeCloseTo(pixel(values, 4 - j, i, 1), 4);
    }
  });

  test('has the gradient that numerical differentiation gives', () => {
    const direction = tf.tensor4d(normalValues(50, 1, 9), [1, 5, 5, 2]);
    const f = (x: tf.Tensor) =>
      tf.sum(tf.mul(resample(x as tf.Tensor4D, 0.3, 1.1, [0.4, -0.2], [0.1, 0.7]), direction)) as tf.Scalar;
    const gradient = tf.tidy(() => tf.grad(f)(image).dataSync());
    for (const index of [0, 13, 24, 49]) {
      const at = (delta: number) => {
        const moved = values.slice();
        moved[index]! += delta;
        return tf.tidy(() => f(tf.tensor4d(moved, [1, 5, 5, 2])).dataSync()[0]!);
      };
      expect(gradient[index]).toBeCloseTo((at(0.1) - at(-0.1)) / 0.2, 3);
    }
    direction.dispose();
  });
});

test('transformRobust draws its ranges of rotation as the released list repeats them', () => {
  const drawn = Array.from({ length: 700 }, (_, i) => rotationRange((i + 0.5) / 700));
  const share = (range: number) => drawn.filter((one) => one === range).length / 700;
  expect([1, 0.5, 0.2].map(share)).toEqual([200 / 700, 100 / 700, 400 / 700]);
});

test.each([pixels, fourier, transformRobust])('%o bounded keeps two raters within a factor of e', (form) => {
  const parameters = form({ bounded: true }).create(shape, 1);
  disturb(parameters.variables, 1e3);
  const values = tf.tidy(() => parameters.logits().dataSync());
  for (const value of values) expect(value >= 0 && value <= 1).toBe(true);
  expect(Math.max(...values) - Math.min(...values)).toBeGreaterThan(0.9);
  parameters.dispose();
});
