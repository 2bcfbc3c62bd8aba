import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { batchOf, examples } from '../fixtures/multi-rater-suite.js';
import { maxMig, maxMigLoss, maxMigPredictor, maxMigTask } from './max-mig.js';

beforeAll(() => tf.setBackend('cpu'));

const lossOf = (h: number[], g: number[], prior = 0.5, weight = h.map(() => 1)) =>
  tf.tidy(() => maxMigLoss(tf.tensor1d(h), tf.tensor1d(g), tf.tensor1d(weight), prior).dataSync()[0]!);

/** The loss with M laid out. */
function plain(h: number[], g: number[], p: number): number {
  const b = h.length;
  const m = (i: number, j: number) => (h[i]! / p) * g[j]! + ((1 - h[i]!) / (1 - p)) * (1 - g[j]!);
  let [diagonal, others] = [0, 0];
  for (let i = 0; i < b; i++)
    for (let j = 0; j < b; j++) {
      if (i === j) diagonal += Math.log(m(i, i));
      else others += m(i, j);
    }
  return -(diagonal + b) / b + others / (b * (b - 1));
}

describe('maxMigLoss', () => {
  it('is that of the paper with M laid out', () => {
    const [h, g] = [
      [0.2, 0.9, 0.6, 0.35, 0.5],
      [0.1, 0.8, 0.3, 0.4, 0.7],
    ];
    for (const p of [0.5, 0.2]) expect(lossOf(h!, g!, p)).toBeCloseTo(plain(h!, g!, p), 3);
  });

  it('is 0 where h knows nothing, and −log 2 plus a constant where both are sure and agree', () => {
    for (const p of [0.5, 0.3])
      expect(lossOf(Array(8).fill(p), [0, 1, 1, 0.5, 0, 1, 0, 0.2], p)).toBeCloseTo(0, 3);
    for (const b of [4, 64]) {
      const sure = Array.from({ length: b }, (_, i) => i % 2);
      // Of the b(b − 1) pairs that differ, b(b/2 − 1) agree, with M = 2.
      const constant = (2 * (b / 2 - 1)) / (b - 1) - 1;
      expect(lossOf(sure, sure)).toBeCloseTo(-Math.log(2) + constant, 3);
    }
  });

  it('looks at items with weight alone, and gives 0 for fewer than two', () => {
    expect(lossOf([0.2, 0.9, 0.5, 0.1], [0.3, 0.7, 0.9, 0.9], 0.4, [1, 1, 1, 0])).toBeCloseTo(
      lossOf([0.2, 0.9, 0.5], [0.3, 0.7, 0.9], 0.4),
      5,
    );
    expect(lossOf([0.2, 0.9], [0.3, 0.7], 0.4, [1, 0])).toBeCloseTo(0, 9);
  });
});

describe('maxMig', () => {
  const make = () => maxMig({ width: 2, stem: 'cifar', imageChannels: 1, structures: 2, raters: 3 });
  const reordered = [2, 0, 1];

  it('does not care for the order of raters', async () => {
    const model = make();
    const list = examples(4, true);
    const turned = list.map((example) => ({
      ...example,
      raters: example.raters!.map((masks) => reordered.map((r) => masks[r]!)),
    }));
    const loss = (given: typeof list) =>
      tf.tidy(
        () =>
          maxMigTask()
            .loss((x) => model.apply(x, { training: false }) as tf.Tensor[], batchOf(given))
            .dataSync()[0]!,
      );
    expect(loss(turned)).toBeCloseTo(loss(list), 4);
    const { fuse } = maxMigPredictor(model);
    const [a, b] = [await fuse!(list[1]!), await fuse!(turned[1]!)];
    expect(b.fused).toEqual(a.fused);
    model.dispose();
  });

  it('names the case with another panel', async () => {
    const model = make();
    const [example] = examples(1) as [ReturnType<typeof examples>[0]];
    const fewer = { ...example, raters: example.raters!.map((masks) => masks.slice(0, 2)) };
    await expect(maxMigPredictor(model).fuse!(fewer)).rejects.toThrow(
      'maxMig: case "case 0" has 2 × 2 structures and raters, expected 2 × 3',
    );
    model.dispose();
  });

  it('leaves everything outside the box at 0, and an empty case whole', async () => {
    const model = make();
    const [example] = examples(1) as [ReturnType<typeof examples>[0]];
    const nothing = {
      ...example,
      raters: example.raters!.map((masks) => masks.map(() => new Uint8Array(64))),
    };
    const { fused } = await maxMigPredictor(model).fuse!(nothing);
    expect(fused.every((map) => map.every((value) => value === 0))).toBe(true);
    model.dispose();
  });
});
