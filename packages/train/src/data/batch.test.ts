import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkExample, disposeBatch, makeBatch } from './batch.js';
import type { Example } from './example.js';
import { randomStream } from './random.js';

beforeAll(() => tf.setBackend('cpu'));

const random = randomStream(0);
/** Two pixels, two structures, three raters; rater r's mask of structure s at pixel p of case b is b + s/10 + r/100 + p/1000. */
const value = (b: number, p: number, s: number, r: number) => b + s / 10 + r / 100 + p / 1000;
const example = (b: number, missing: [s: number, r: number][] = []): Example => {
  const raters = [0, 1].map((s) =>
    [0, 1, 2].map((r) =>
      missing.some(([ms, mr]) => ms === s && mr === r)
        ? null
        : Float32Array.from([0, 1], (p) => value(b, p, s, r)),
    ),
  );
  return {
    id: `case ${b}`,
    image: { data: Float32Array.of(b, b), height: 1, width: 2, channels: 1 },
    masks: [Float32Array.of(0, b), Float32Array.of(b, 0)],
    raters,
    ...(b && { diagnosis: 1 }),
  };
};

describe('makeBatch', () => {
  it('stacks images, masks and diagnoses, and no raters unless asked', () => {
    const batch = makeBatch('test', [example(0), example(1)], random);
    expect(batch.ids).toEqual(['case 0', 'case 1']);
    expect(batch.image.arraySync()).toEqual([[[[0], [0]]], [[[1], [1]]]]);
    expect(batch.masks.arraySync()[1]).toEqual([
      [
        [0, 1],
        [1, 0],
      ],
    ]);
    expect(batch.diagnosis.arraySync()).toEqual([[-1], [1]]);
    expect(batch.raters).toBeUndefined();
    disposeBatch(batch);
  });

  it("stacks every rater's mask [B, H, W, S, R] and who was there [B, S, R]", () => {
    const before = tf.memory().numTensors;
    const batch = makeBatch('test', [example(0), example(1, [[1, 2]])], random, true);
    expect(batch.raters!.shape).toEqual([2, 1, 2, 2, 3]);
    const values = batch.raters!.arraySync();
    for (const b of [0, 1])
      for (const p of [0, 1])
        for (const s of [0, 1])
          for (const r of [0, 1, 2]) {
            const there = !(b === 1 && s === 1 && r === 2);
            expect(values[b]![0]![p]![s]![r]).toBeCloseTo(there ? value(b, p, s, r) : 0, 6);
            expect(batch.present!.arraySync()[b]![s]![r]).toBe(Number(there));
          }
    disposeBatch(batch);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('names the case that lacks raters, or has another number of them', () => {
    const { raters: _, ...none } = example(1);
    expect(() => makeBatch('test', [example(0), none], random, true)).toThrow(
      `test: case "case 1" carries no raters' masks`,
    );
    const two = { ...example(1), raters: example(1).raters!.map((masks) => masks.slice(0, 2)) };
    expect(() => makeBatch('test', [example(0), two], random, true)).toThrow(
      'test: case "case 1" has 2 raters, but case "case 0" of the same batch has 3',
    );
  });
});

describe('checkExample', () => {
  it("looks at raters' masks too, by structure and rater", () => {
    const good = example(1);
    const broken = (mask: Float32Array) => ({ ...good, raters: [good.raters![0]!, [null, mask, null]] });
    expect(() => checkExample('test', broken(Float32Array.of(0, Number.NaN)))).toThrow(
      'test: case "case 1": mask 1 of rater 1[1] is NaN, expected a finite number',
    );
    expect(() => checkExample('test', broken(Float32Array.of(0)))).toThrow('mask 1 of rater 1 has 1 values');
    expect(() => checkExample('test', { ...good, raters: [good.raters![0]!] })).toThrow(
      'raters is 3 raters, expected as many for each of 2 structures',
    );
  });
});
