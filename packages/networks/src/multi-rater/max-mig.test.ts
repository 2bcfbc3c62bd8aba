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

  it('shown a smaller image, brings what the network says of it to the size of the masks', async () => {
    const model = make();
    const [small] = examples(1) as [ReturnType<typeof examples>[0]];
    // Each pixel four times: logits brought to twice the size are compared where they stay what they are, in flat regions.
    const twice = <T extends Float32Array | Uint8Array>(data: T) =>
      data.constructor.prototype.constructor.from(
        { length: 256 },
        (_: unknown, i: number) => data[8 * (i >> 5) + ((i & 15) >> 1)]!,
      ) as T;
    const large = {
      ...small,
      image: { data: twice(small.image.data), height: 16, width: 16, channels: 1 },
      masks: small.masks.map(twice),
      raters: small.raters!.map((masks) => masks.map((mask) => mask && twice(mask))),
    };
    const { fuse, predict } = maxMigPredictor(model);
    const { fused, confusion } = await fuse!(large, { image: small.image });
    const own = await fuse!(small);
    expect(confusion).toEqual(own.confusion);
    const odds = (p: number) => Math.log(p / (1 - p));
    const h = tf.tidy(() =>
      (predict(tf.tensor4d(small.image.data, [1, 8, 8, 1])).arraySync() as number[][][][])[0]!.map((row) =>
        row.map((pixel) => odds(pixel[0]!)),
      ),
    );
    // By hand: half-pixel centres, so that output 2k + 1 lies a quarter of the way from input k to k + 1.
    const at = (i: number) => {
      const x = Math.min(7, Math.max(0, (i + 0.5) / 2 - 0.5));
      return [Math.floor(x), Math.min(7, Math.floor(x) + 1), x - Math.floor(x)] as const;
    };
    const logit = (y: number, x: number) => {
      const [[t, b, v], [l, r, u]] = [at(y), at(x)];
      const row = (k: number) => h[k]![l]! * (1 - u) + h[k]![r]! * u;
      return row(t) * (1 - v) + row(b) * v;
    };
    let compared = 0;
    for (let i = 0; i < 256; i++) {
      const [y, x] = [i >> 4, i & 15];
      const p = own.fused[0]![8 * (y >> 1) + (x >> 1)]!;
      if (!p || !fused[0]![i]) continue;
      const votes = odds(p) - h[y >> 1]![x >> 1]!;
      expect(odds(fused[0]![i]!)).toBeCloseTo(votes + logit(y, x), 2);
      compared++;
    }
    expect(compared).toBeGreaterThan(40);
    await expect(fuse!(large, { size: 8 } as never)).rejects.toThrow(
      'maxMig: there is no option "size", expected one of image',
    );
    model.dispose();
  });
});
