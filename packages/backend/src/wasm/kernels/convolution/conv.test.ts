import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compute, expectGradients, expectParity, type Op, uniform } from '../../fixtures/parity.js';
import { conv2d, operands, small, some } from './fixtures/cases.js';

it('conv2d is that of the cpu engine', () => some((c) => expectParity(conv2d(c), operands(c), 1e-5)));

it('conv2d of many pixels, with and without bias, is that of the cpu engine', async () => {
  const inputs = [uniform([2, 23, 17, 5], 1), uniform([3, 3, 5, 11], 2), uniform([11], 3)];
  for (const activation of ['linear', 'relu', 'relu6', 'sigmoid', 'elu', 'leakyrelu'] as const)
    for (const strides of [1, 2])
      await expectParity(
        (x, filter, bias) =>
          tf.fused.conv2d({
            x: x as tf.Tensor4D,
            filter: filter as tf.Tensor4D,
            strides,
            pad: 'same',
            bias,
            activation,
            leakyreluAlpha: 0.2,
          }),
        inputs,
        1e-5,
      );
});

it('conv3d is that of the cpu engine, and has its numerical gradients', () =>
  fc.assert(
    fc.asyncProperty(
      fc.tuple(small(1, 2), small(2, 4), small(2, 4), small(2, 4), small(1, 3)),
      fc.tuple(small(1, 3), small(1, 3), small(1, 2), small(1, 3)),
      fc.tuple(small(1, 2), small(1, 2), small(1, 2)) as fc.Arbitrary<[number, number, number]>,
      fc.constantFrom('same' as const, 'valid' as const),
      async (shape, [depth, height, width, outputs], strides, pad) => {
        const filter = [depth, height, width, shape[4], outputs];
        // There the cpu engine starts a stride late.
        fc.pre(strides.every((stride, axis) => stride <= filter[axis]!));
        fc.pre(pad === 'same' || filter.slice(0, 3).every((length, axis) => length <= shape[axis + 1]!));
        const op: Op = (x, w) => tf.conv3d(x as tf.Tensor5D, w as tf.Tensor5D, strides, pad);
        await expectParity(op, [uniform(shape, 1), uniform(filter, 2)], 1e-5);
        await expectGradients(op, [uniform(shape, 1), uniform(filter, 2)]);
      },
    ),
    { numRuns: 25, seed: 8 },
  ));

it('refuses channels first by name', async () => {
  await compute('wasm', () => tf.scalar(0), []);
  const x = tf.zeros<tf.Rank.R4>([1, 3, 8, 8]);
  expect(() => tf.conv2d(x, tf.zeros<tf.Rank.R4>([1, 1, 3, 2]), 1, 'same', 'NCHW')).toThrow(
    'conv2d: dataFormat is NCHW, expected NHWC on the wasm backend',
  );
  tf.disposeVariables();
  x.dispose();
});
