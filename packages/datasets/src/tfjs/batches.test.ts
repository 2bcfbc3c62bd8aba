import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { generator } from '@tensorflow/tfjs-data';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeEach, expect, test } from 'vitest';
import type { Case, Diagnosis } from '../dataset/case.js';
import { createDataset, type Dataset } from '../dataset/dataset.js';
import { phantom } from '../phantom/phantom.js';
import { batches } from './batches.js';

beforeEach(() => tf.setBackend('cpu'));

/** Case i has an image of i's, raters a and b with masks that differ in one pixel, and b absent from every third. */
function numbered(count: number, more: Partial<Case> = {}): Dataset {
  return createDataset({
    name: 'numbered',
    entries: Array.from({ length: count }, (_, i) => ({
      id: `${i}`,
      diagnosis: (i % 2) as Diagnosis,
      annotated: { disc: i % 3 === 2 ? ['a'] : ['a', 'b'] },
    })),
    load: ({ id, diagnosis, annotated }) => ({
      id,
      diagnosis,
      image: { data: new Float32Array(12).fill(Number(id)), width: 2, height: 2, channels: 3 },
      annotations: {
        disc: {
          a: Uint8Array.of(1, 0, 0, 1),
          ...(annotated.disc!.includes('b') && { b: Uint8Array.of(1, 1, 0, 0) }),
        },
      },
      ...more,
    }),
  });
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

test('images come in batches, the last one smaller or left out', async () => {
  const shapes = async (dropLast: boolean) => {
    const all = batches(numbered(5), { batchSize: 2, dropLast });
    const found = (await collect(all)).map(({ xs, ys }) => {
      const shape = xs.shape;
      tf.dispose([xs, ys]);
      return shape;
    });
    expect(found).toHaveLength(all.size);
    return found;
  };
  expect(await shapes(false)).toEqual([
    [2, 2, 2, 3],
    [2, 2, 2, 3],
    [1, 2, 2, 3],
  ]);
  expect(await shapes(true)).toEqual([
    [2, 2, 2, 3],
    [2, 2, 2, 3],
  ]);
});

test('the mean is over the raters who outlined the case', async () => {
  const [batch] = await collect(batches(numbered(3), { batchSize: 3 }));
  expect(batch!.ys.shape).toEqual([3, 2, 2, 1]);
  expect([...(await batch!.ys.data())]).toEqual([1, 0.5, 0, 0.5, 1, 0.5, 0, 0.5, 1, 0, 0, 1]);
  expect([...(await batch!.xs.data())].filter((_, i) => i % 12 === 0)).toEqual([0, 1, 2]);
  tf.dispose([batch!.xs, batch!.ys]);
});

test("each rater's mask has a channel of its own, structures first", async () => {
  const [batch] = await collect(batches(numbered(1), { target: 'raters', raters: ['b', 'a'] }));
  expect(batch!.ys.shape).toEqual([1, 2, 2, 2]);
  expect([...(await batch!.ys.data())]).toEqual([1, 1, 1, 0, 0, 0, 0, 1]);
  tf.dispose([batch!.xs, batch!.ys]);
});

test('the diagnosis, or whatever a function makes of the cases, can be the target', async () => {
  const [diagnosed] = await collect(batches(numbered(3), { target: 'diagnosis' }));
  expect(diagnosed!.ys.shape).toEqual([3, 1]);
  expect([...(await diagnosed!.ys.data())]).toEqual([0, 1, 0]);
  const target = (cases: readonly Case[]) => ({ ids: tf.tensor1d(cases.map(({ id }) => Number(id))) });
  const [own] = await collect(batches(numbered(3), { target }));
  expect([...(await own!.ys.ids.data())]).toEqual([0, 1, 2]);
  tf.dispose([diagnosed!.xs, diagnosed!.ys, own!.xs, own!.ys.ids]);
});

test('a seed gives every epoch an order of its own, and the same ones again', async () => {
  const order = async (of: AsyncIterable<{ xs: tf.Tensor; ys: tf.Tensor }>) =>
    (await collect(of)).map(({ xs, ys }) => {
      const first = xs.dataSync()[0];
      tf.dispose([xs, ys]);
      return first;
    });
  const [one, again] = [0, 1].map(() => batches(numbered(8), { batchSize: 1, shuffle: 3 }));
  const epochs = [await order(one!), await order(one!)];
  expect(epochs[0]).not.toEqual(epochs[1]);
  expect([...epochs[0]!].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect([await order(again!), await order(again!)]).toEqual(epochs);
});

test('no tensor outlives its batch, nor a case that cannot be in one', async () => {
  const before = tf.memory().numTensors;
  for await (const { xs, ys } of batches(numbered(9), { batchSize: 2 })) {
    expect(tf.memory().numTensors).toBe(before + 2);
    tf.dispose([xs, ys]);
  }
  const faults: [Dataset, Parameters<typeof batches>[1], string][] = [
    [numbered(3), { target: 'raters' }, 'batches: rater b did not outline the disc of case 2'],
    [numbered(2), { structures: ['cup'] }, 'batches: nobody outlined the cup of case 0'],
    [
      numbered(2, { diagnosis: undefined }),
      { target: 'diagnosis' },
      'batches: the diagnosis of case 0 is not known',
    ],
    [
      numbered(2).map((one) =>
        one.id === '1' ? { ...one, image: { ...one.image, height: 1, width: 4 } } : one,
      ),
      {},
      'batches: case 1 is 1×4×3, case 0 of its batch 2×2×3',
    ],
  ];
  for (const [dataset, options, message] of faults) {
    await expect(collect(batches(dataset, options))).rejects.toThrow(message);
  }
  expect(() => batches(numbered(1), { batchSize: 0 })).toThrow('batches: batchSize is 0');
  expect(tf.memory().numTensors).toBe(before);
});

test('tf.data takes batches from its generator', async () => {
  const data = generator(() => batches(numbered(4), { batchSize: 2 })[Symbol.asyncIterator]() as never);
  const shapes: number[][] = [];
  await data.forEachAsync((batch) => {
    const { xs, ys } = batch as unknown as { xs: tf.Tensor; ys: tf.Tensor };
    shapes.push(xs.shape);
    tf.dispose([xs, ys]);
  });
  expect(shapes).toEqual([
    [2, 2, 2, 3],
    [2, 2, 2, 3],
  ]);
});

test('fitDataset trains on batches as they are, and leaves no tensor behind', async () => {
  const model = tfl.sequential({
    layers: [
      tfl.layers.conv2d({
        inputShape: [16, 16, 1],
        filters: 1,
        kernelSize: 3,
        padding: 'same',
        activation: 'sigmoid',
        kernelInitializer: tfl.initializers.glorotUniform({ seed: 1 }),
      }),
    ],
  });
  model.compile({ optimizer: tf.train.adam(0.1), loss: 'binaryCrossentropy' });
  const data = batches(phantom('lung', { cases: 8, size: 16, seed: 1 }), { batchSize: 4, shuffle: 1 });
  const fit = (epochs: number) => model.fitDataset(data as never, { epochs, verbose: 0 });
  await fit(1);
  const before = tf.memory().numTensors;
  const { history } = await fit(4);
  expect(history.loss!.at(-1)!).toBeLessThan(history.loss![0] as number);
  expect(tf.memory().numTensors).toBe(before);
});
