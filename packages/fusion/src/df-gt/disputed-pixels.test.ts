import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, test } from 'vitest';
import { caseBatch, type DiagnosedCase } from './case-batch.js';
import { disputedPixels } from './disputed-pixels.js';
import { fuseRaters } from './expertness.js';
import { makeNetwork } from './fixtures/discs.js';
import { diagnosisFirstSteps, expG, fourier, pixels, transformRobust } from './index.js';
import { normalValues } from './random.js';

beforeAll(() => tf.setBackend('cpu'));

const size = 12;
const disc = (radius: number) =>
  Float32Array.from({ length: size ** 2 }, (_, p) =>
    Number(Math.hypot(Math.floor(p / size) - 5, (p % size) - 6) < radius),
  );
const soft = (mask: Float32Array) => mask.map((value) => 0.25 + value / 2);
const image = (seed: number) => ({
  data: normalValues(size ** 2, 1, seed),
  height: size,
  width: size,
  channels: 1,
});

/** Raters who differ in a ring, who all agree, and of whom one drew soft masks and two are missing. */
const cases: DiagnosedCase[] = [
  { image: image(1), annotations: { cup: { A: disc(3), B: disc(3.6), C: disc(4.2) } }, diagnosis: 1 },
  { image: image(2), annotations: { cup: { A: disc(3), B: disc(3), C: disc(3) } }, diagnosis: 0 },
  { image: image(3), annotations: { cup: { A: soft(disc(2)), B: soft(disc(2.6)) } }, diagnosis: 1 },
  { image: image(4), annotations: { cup: { C: disc(5) } }, diagnosis: 0 },
];

describe('disputedPixels', () => {
  test('finds where those who outlined a structure differ, and nothing else', async () => {
    const batch = caseBatch('test', cases, {});
    const found = (await disputedPixels(batch))!;
    const weights = found.annotations.shape;
    expect(weights).toEqual([4, 32, 1, 3]);
    const ring = (inner: number, outer: number) =>
      [...disc(outer)].flatMap((value, p) => (value && !disc(inner)[p] ? [p] : []));
    const expected = [ring(3, 4.2), [], ring(2, 2.6), []];
    const numbers = found.pixels.arraySync();
    expected.forEach((places, b) => {
      expect(numbers[b]!.slice(0, places.length)).toEqual(places);
      const agreed = found.agreed.arraySync()[b]!;
      agreed.forEach(([value], p) => {
        const masks = Object.values(cases[b]!.annotations.cup!) as Float32Array[];
        expect(value).toBe(places.includes(p) ? 0 : masks[0]![p]);
      });
    });
    found.dispose();
    batch.dispose();
  });

  test('is not used where most pixels are disputed', async () => {
    const masks = { A: new Float32Array(size ** 2), B: new Float32Array(size ** 2).fill(1) };
    const batch = caseBatch('test', [{ image: image(1), annotations: { cup: masks }, diagnosis: 1 }], {});
    expect(await disputedPixels(batch)).toBeUndefined();
    batch.dispose();
  });

  test('leaves no tensor behind', async () => {
    const batch = caseBatch('test', cases, {});
    const before = tf.memory().numTensors;
    (await disputedPixels(batch))!.dispose();
    expect(tf.memory().numTensors).toBe(before);
    batch.dispose();
  });
});

const forms = [expG(), expG({ preset: 'paper', learningRate: 5e-3 }), pixels(), transformRobust(), fourier()];
test.each(forms.map((expertness) => ({ name: expertness.key, expertness })))(
  'five steps of $name are those of maps that are drawn at every pixel',
  async ({ expertness }) => {
    const [network, iterations] = [makeNetwork(), 5];
    const steps = diagnosisFirstSteps(cases, { network, expertness, iterations, objective: 'logit' });
    let next = await steps.next();
    while (!next.done) next = await steps.next();

    const batch = caseBatch('test', cases, {});
    const parameters = expertness.create({ batch: 4, height: size, width: size, raters: 3 }, 0);
    const label = () =>
      tf.reshape<tf.Rank.R4>(fuseRaters(parameters.logits(), batch.annotations, batch.present), [
        4,
        size,
        size,
        1,
      ]);
    const optimizer = tf.train.adam(expertness.learningRate);
    for (let step = 0; step < iterations; step++) {
      const { value, grads } = tf.variableGrads(() => {
        const seen = tf.concat<tf.Tensor4D>([batch.image, label()], -1);
        const z = network(parameters.transform?.(seen, step) ?? seen);
        return tf.sum(tf.mul(z, tf.sub(1, tf.mul(2, batch.diagnoses)))) as tf.Scalar;
      }, parameters.variables);
      optimizer.applyGradients(Object.entries(grads).map(([name, tensor]) => ({ name, tensor })));
      tf.dispose([value, grads]);
    }
    const fused = tf.tidy(() => label().dataSync());
    next.value.forEach((result, b) => {
      result.fused.cup!.forEach((value, p) => expect(value).toBeCloseTo(fused[b * size ** 2 + p]!, 5));
    });
    const moved = next.value[0]!.fused.cup!.some(
      (value) => value > 0 && value < 1 && Math.abs(value * 3 - Math.round(value * 3)) > 1e-3,
    );
    expect(moved).toBe(true);
    parameters.dispose();
    batch.dispose();
  },
);
