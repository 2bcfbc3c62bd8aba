import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { rocAuc } from '@diff/metrics';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  bestRater,
  biomarkerJudge,
  type DiagnosedCase,
  raterWorth,
  softArea,
  softHorizontalDiameter,
  softRatio,
  softVerticalDiameter,
} from '../index.js';
import { uniform } from '../random.js';

beforeAll(() => tf.setBackend('cpu'));

const size = 8;
const square = (side: number) =>
  Uint8Array.from({ length: size * size }, (_, p) => Number(p >> 3 < side && (p & 7) < side));

/** Three raters who drew squares; B's are larger on the ill, and C leaves every fifth case out. */
const cases: DiagnosedCase[] = Array.from({ length: 40 }, (_, i) => {
  const random = uniform(i);
  const any = () => 2 + Math.floor(4 * random());
  const masks = { A: square(any()), B: square(2 + 3 * (i % 2) + Math.floor(2 * random())), C: square(any()) };
  const { C, ...others } = masks;
  return {
    id: `case-${i}`,
    image: { data: new Float32Array(0), height: size, width: size, channels: 0 },
    annotations: { nodule: i % 5 ? { ...others, C } : others },
    diagnosis: i % 2,
  };
});

describe('biomarkers', () => {
  test('are what a binary mask measures', () => {
    const mask = new Float32Array(2 * 16);
    // Structure 0 is 3 rows × 2 columns, structure 1 is 2 × 4, of 4 × 4 pixels.
    for (let r = 0; r < 4; r++)
      for (let c = 0; c < 4; c++) {
        mask[2 * (4 * r + c)] = Number(r < 3 && c < 2);
        mask[2 * (4 * r + c) + 1] = Number(r < 2);
      }
    const fused = tf.tensor4d(mask, [1, 4, 4, 2]);
    const read = (biomarker: ReturnType<typeof softArea>) => tf.tidy(() => biomarker(fused).dataSync()[0]);
    expect(read(softArea(0))).toBeCloseTo(6 / 16);
    expect(read(softVerticalDiameter(0))).toBeCloseTo(3 / 4);
    expect(read(softHorizontalDiameter(1))).toBe(1);
    expect(read(softRatio(softVerticalDiameter(1), softVerticalDiameter(0)))).toBeCloseTo(2 / 3);
    expect(() => read(softArea(2))).toThrow('structure is 2, expected an integer from 0 to 1');
    fused.dispose();
  });

  test.each([
    ['area', softArea(0)],
    ['ratio of diameters', softRatio(softVerticalDiameter(0), softHorizontalDiameter(1))],
  ])('%s has the gradient that numerical differentiation gives', (_, biomarker) => {
    const random = uniform(5);
    const start = Float32Array.from({ length: 24 }, random);
    const value = (x: tf.Tensor) => tf.sum(biomarker(x as tf.Tensor4D)) as tf.Scalar;
    const shaped = (values: Float32Array) => tf.tensor4d(values, [1, 4, 3, 2]);
    const gradient = tf.tidy(() => tf.grad(value)(shaped(start)).dataSync());
    for (let i = 0; i < 24; i++) {
      const at = (delta: number) => {
        const moved = start.slice();
        moved[i]! += delta;
        return tf.tidy(() => value(shaped(moved)).dataSync()[0]!);
      };
      expect(gradient[i]).toBeCloseTo((at(2e-3) - at(-2e-3)) / 4e-3, 2);
    }
  });

  test('a ratio is 0 where there is nothing to divide by', () => {
    const mask = tf.tensor4d([1, 0, 1, 0], [1, 1, 2, 2]);
    expect(tf.tidy(() => softRatio(softArea(0), softArea(1))(mask).dataSync()[0])).toBe(0);
    mask.dispose();
  });
});

test('biomarkerJudge leaves no tensor behind, ranks by what it was fitted to, and ignores what never changes', async () => {
  const before = tf.memory().numTensors;
  const { network, weights } = await biomarkerJudge(cases, [softArea(), () => tf.ones([1, 1])]);
  expect(weights[0]).toBeGreaterThan(0.3);
  expect(weights[1]).toBeCloseTo(0, 5);
  const scores = cases.map((one) =>
    tf.tidy(
      () => network(tf.tensor4d([...(one.annotations.nodule!.B as Uint8Array)], [1, 8, 8, 1])).dataSync()[0]!,
    ),
  );
  expect(
    rocAuc(
      cases.map(({ diagnosis }) => diagnosis!),
      scores,
    ),
  ).toBe(1);
  expect(tf.memory().numTensors).toBe(before);
});

test('bestRater follows the rater with the largest AUC, and the others where that one is missing', async () => {
  const { network } = await biomarkerJudge(cases, [softArea()]);
  const best = await bestRater(cases, { network });
  expect(best.rater).toBe('B');
  expect(best.aucs.map(({ rater }) => rater)[0]).toBe('B');
  for (const { rater, auc, cases: count } of best.aucs) {
    const own = cases.filter((one) => one.annotations.nodule![rater]);
    const areas = own.map((one) =>
      [...(one.annotations.nodule![rater] as Uint8Array)].reduce((a, b) => a + b),
    );
    expect(auc).toBeCloseTo(
      rocAuc(
        own.map(({ diagnosis }) => diagnosis!),
        areas,
      ),
      10,
    );
    expect(count).toBe(own.length);
  }
  const { A, B, C } = cases[1]!.annotations.nodule as Record<string, Uint8Array>;
  expect((await best.apply(cases[1]!)).fused.nodule).toEqual(Float32Array.from(B!));
  const left = await best.apply({ ...cases[1]!, annotations: { nodule: { A, C } } });
  left.fused.nodule!.forEach((value, p) => expect(value).toBeCloseTo((A![p]! + C![p]!) / 2, 6));
});

test('raterWorth puts the telling rater first, whom leaving out costs most', async () => {
  const { network } = await biomarkerJudge(cases, [softArea()]);
  const options = { network, resamples: 4, folds: 2, iterations: 25, sizes: [10, 30, 1000], draws: 2 };
  const { raters, heldOut, order, casesNeeded, caveat } = await raterWorth(cases, options);
  expect(raters[0]!.rater).toBe('B');
  expect(raters[0]!.alone!.auc).toBe(1);
  for (const other of raters.slice(1)) {
    expect(raters[0]!.drop).toBeGreaterThan(other.drop);
    expect(raters[0]!.interval![0]).toBeGreaterThan(other.interval![1]);
  }
  expect(heldOut.learned).toBeGreaterThan(heldOut.meanVote);
  expect(order.map((one) => one.cases)).toEqual([10, 30]);
  expect(casesNeeded).toBeLessThanOrEqual(30);
  expect(caveat).toContain('not how accurate');
});
