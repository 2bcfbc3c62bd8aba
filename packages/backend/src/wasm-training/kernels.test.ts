import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-layers';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { registerWasmTraining } from './index.js';

beforeAll(() => registerWasmTraining());

async function on<T extends tf.Tensor>(backend: string, f: () => T): Promise<Float32Array> {
  await tf.setBackend(backend);
  const before = tf.memory().numTensors;
  const t = tf.tidy(f);
  const data = (await t.data()) as Float32Array;
  t.dispose();
  expect(tf.memory().numTensors).toBe(before);
  return data;
}

async function agree(f: () => tf.Tensor, tolerance = 1e-4) {
  const a = await on('cpu', f);
  const b = await on('wasm', f);
  expect(b.length).toBe(a.length);
  const scale = Math.max(1, ...a.map(Math.abs));
  for (let i = 0; i < a.length; i++) expect(Math.abs(a[i]! - b[i]!) / scale).toBeLessThan(tolerance);
}
const r = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, 'float32', seed);

describe('conv', () => {
  for (const [h, w, ci, co, kh, kw, s, pad] of [
    [7, 9, 3, 5, 3, 3, 1, 'same'],
    [8, 8, 2, 3, 3, 3, 2, 'same'],
    [7, 9, 2, 3, 3, 2, 2, 'valid'],
    [9, 10, 3, 4, 1, 1, 2, 'same'],
    [9, 10, 3, 4, 2, 2, 2, 'valid'],
    [9, 10, 1, 4, 5, 3, 3, 'same'],
    [9, 10, 3, 1, 3, 3, 1, 2],
    [9, 10, 3, 2, 3, 3, 2, 1],
    [9, 10, 3, 2, 2, 2, 1, 4],
    [11, 10, 3, 2, 2, 2, 2, 5],
  ] as const) {
    it(`${[h, w, ci, co, kh, kw, s, pad]}`, async () => {
      const dyShape = tf.backend_util.computeConv2DInfo(
        [2, h, w, ci],
        [kh, kw, ci, co],
        s,
        1,
        pad,
        undefined,
      ).outShape;
      await agree(() =>
        tf.conv2dTranspose(
          r(dyShape, 1) as tf.Tensor4D,
          r([kh, kw, ci, co], 2) as tf.Tensor4D,
          [2, h, w, ci],
          s,
          pad as 'same',
        ),
      );
      await agree(
        () =>
          tf.grads((x: tf.Tensor, f: tf.Tensor) =>
            tf.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, s, pad as 'same'),
          )([r([2, h, w, ci], 1), r([kh, kw, ci, co], 2)], r(dyShape, 3))[1]!,
      );
      const dd = tf.backend_util.computeConv2DInfo(
        [2, h, w, ci],
        [kh, kw, ci, 2],
        s,
        1,
        pad,
        undefined,
        true,
      ).outShape;
      for (const i of [0, 1])
        await agree(
          () =>
            tf.grads((x: tf.Tensor, f: tf.Tensor) =>
              tf.depthwiseConv2d(x as tf.Tensor4D, f as tf.Tensor4D, s, pad as 'same'),
            )([r([2, h, w, ci], 1), r([kh, kw, ci, 2], 2)], r(dd, 3))[i]!,
        );
    });
  }
});
describe('matmul', () => {
  for (const ta of [false, true])
    for (const tb of [false, true])
      for (const [ba, bb] of [
        [[], []],
        [[1], [1]],
        [[3], [3]],
        [[2, 3], []],
      ] as const)
        it(`${[ta, tb, ba, bb]}`, async () => {
          await agree(() =>
            tf.matMul(
              r([...ba, ...(ta ? [5, 7] : [7, 5])], 1),
              r([...bb, ...(tb ? [4, 5] : [5, 4])], 2),
              ta,
              tb,
            ),
          );
        });
});
