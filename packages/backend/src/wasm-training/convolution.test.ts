import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { convAxes } from './conv-geometry.js';
import {
  compute,
  expectClose,
  expectGradients,
  expectParity,
  type Op,
  uniform,
  type Values,
} from './fixtures/parity.js';
import { stockServes } from './threads.js';

type Pad = 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;

interface Case {
  x: [number, number, number, number];
  filter: [number, number, number, number];
  strides: [number, number];
  dilations: [number, number];
  pad: Pad;
}

const small = (min: number, max: number) => fc.integer({ min, max });

const explicit = fc.tuple(small(0, 4), small(0, 4), small(0, 4), small(0, 4)).map(
  ([top, bottom, left, right]): Pad => [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ],
);

/** Convolutions of odd sizes whose output is not empty; a stride or a dilation other than 1, not both. */
const cases = fc
  .record({
    x: fc.tuple(small(1, 3), small(3, 13), small(3, 13), small(1, 10)),
    filter: fc.tuple(small(1, 5), small(1, 4), fc.constant(0), small(1, 19)),
    steps: fc.tuple(small(1, 3), small(1, 3)),
    dilated: fc.boolean(),
    pad: fc.oneof(fc.constantFrom<Pad>('valid', 'same'), small(0, 4), explicit),
  })
  .map(({ x, filter, steps, dilated, pad }): Case => {
    const ones: [number, number] = [1, 1];
    return {
      x,
      filter: [filter[0], filter[1], x[3], filter[3]],
      strides: dilated ? ones : steps,
      dilations: dilated ? steps : ones,
      pad,
    };
  })
  .filter((c) => outShape(c).every((length) => length > 0));

function outShape({ x, filter, strides, dilations, pad }: Case, depthwise = false) {
  return tf.backend_util.computeConv2DInfo(x, filter, strides, dilations, pad, undefined, depthwise).outShape;
}

const conv2d =
  ({ strides, dilations, pad }: Case): Op =>
  (x, filter) =>
    tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, strides, pad as 'same', 'NHWC', dilations);

const depthwise =
  ({ strides, dilations, pad }: Case): Op =>
  (x, filter) =>
    tf.depthwiseConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, strides, pad as 'same', 'NHWC', dilations);

const depthwiseCase = (c: Case): Case => ({
  ...c,
  filter: [c.filter[0], c.filter[1], c.x[3], (c.filter[3] % 3) + 1],
});

const operands = (c: Case): [Values, Values] => [uniform(c.x, 1), uniform(c.filter, 2)];

/** By the definition: Σ over the taps k of the output o that reads input i, o·stride + k·dilation − before = i. */
function reference(c: Case, isDepthwise: boolean) {
  const [x, filter] = operands(c);
  const info = tf.backend_util.computeConv2DInfo(
    c.x,
    c.filter,
    c.strides,
    c.dilations,
    c.pad,
    undefined,
    isDepthwise,
  );
  const dy = uniform(info.outShape, 3);
  const dx = x.data.map(() => 0);
  const dw = filter.data.map(() => 0);
  const [, height, width, channels] = c.x;
  const outputs = c.filter[3];
  let o = 0;
  for (let b = 0; b < c.x[0]; b++)
    for (let r = 0; r < info.outHeight; r++)
      for (let q = 0; q < info.outWidth; q++)
        for (let d = 0; d < info.outChannels; d++, o++)
          for (let i = 0; i < c.filter[0]; i++)
            for (let j = 0; j < c.filter[1]; j++) {
              const row = r * c.strides[0] + i * c.dilations[0] - info.padInfo.top;
              const column = q * c.strides[1] + j * c.dilations[1] - info.padInfo.left;
              if (row < 0 || row >= height || column < 0 || column >= width) continue;
              for (let k = 0; k < channels; k++) {
                if (isDepthwise && k !== Math.floor(d / outputs)) continue;
                const from = ((b * height + row) * width + column) * channels + k;
                const weight =
                  ((i * c.filter[1] + j) * channels + k) * outputs + (isDepthwise ? d % outputs : d);
                dx[from]! += dy.data[o]! * filter.data[weight]!;
                dw[weight]! += dy.data[o]! * x.data[from]!;
              }
            }
  return { dy, dx: { shape: c.x, data: dx }, dw: { shape: c.filter, data: dw } };
}

const gradient =
  (op: Op, which: 0 | 1): Op =>
  (x, filter, dy) =>
    tf.grads(op)([x!, filter!], dy)[which]!;

const some = (check: (c: Case) => Promise<void>, numRuns = 60) =>
  fc.assert(fc.asyncProperty(cases, check), { numRuns, seed: 20240 });

describe('convolutions on wasm, of random shapes, strides, dilations and paddings', () => {
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

  it('depthwise conv2d is that of the cpu engine', () =>
    some((any) => {
      const c = depthwiseCase(any);
      return expectParity(depthwise(c), operands(c), 1e-5);
    }));

  it('conv2d has the gradients of its definition', () =>
    some(async (c) => {
      const { dy, dx, dw } = reference(c, false);
      expectClose(await compute('wasm', gradient(conv2d(c), 0), [...operands(c), dy]), dx, 1e-5);
      expectClose(await compute('wasm', gradient(conv2d(c), 1), [...operands(c), dy]), dw, 1e-5);
    }));

  it('depthwise conv2d has the gradients of its definition', () =>
    some(async (any) => {
      const c = depthwiseCase(any);
      const { dy, dx, dw } = reference(c, true);
      expectClose(await compute('wasm', gradient(depthwise(c), 0), [...operands(c), dy]), dx, 1e-5);
      expectClose(await compute('wasm', gradient(depthwise(c), 1), [...operands(c), dy]), dw, 1e-5);
    }));

  it('the gradients without dilation are those of the cpu engine', () =>
    some(async (any) => {
      const plain: Case = { ...any, dilations: [1, 1] };
      for (const [op, c] of [
        [conv2d, plain],
        [depthwise, depthwiseCase(plain)],
      ] as const) {
        const shape = outShape(c, op === depthwise);
        if (shape.some((length) => length < 1)) continue;
        const inputs = [...operands(c), uniform(shape, 3)];
        for (const which of [0, 1] as const) await expectParity(gradient(op(c), which), inputs, 1e-5);
      }
    }, 25));

  it('conv2dTranspose is that of the cpu engine, and has its numerical gradient', async () => {
    const transposed =
      (strides: number): Op =>
      (x, filter) =>
        tf.conv2dTranspose(
          x as tf.Tensor4D,
          filter as tf.Tensor4D,
          [2, 7 * strides, 5 * strides, 3],
          strides,
          'same',
        );
    for (const strides of [1, 2, 3])
      for (const size of [2, 3]) {
        const inputs = [uniform([2, 7, 5, 4], 1), uniform([size, size, 3, 4], 2)];
        await expectParity(transposed(strides), inputs, 1e-5);
        await expectGradients(transposed(strides), inputs);
      }
  });

  it('conv2d and depthwise conv2d have their numerical gradients', async () => {
    const c: Case = {
      x: [1, 6, 5, 3],
      filter: [3, 2, 3, 2],
      strides: [2, 1],
      dilations: [1, 1],
      pad: 'same',
    };
    await expectGradients(conv2d(c), operands(c));
    await expectGradients(depthwise(c), operands(c));
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

  it('leaves to the stock kernels what their threads do faster, and not what they do wrong', () => {
    const axes = (stride: number) =>
      convAxes('', [1, 8, 8, 1], [2, 2, 1, 1], { strides: stride, pad: 'same' });
    expect(stockServes({ pad: 'same' }, axes(2), 1)).toBe(false);
    expect(stockServes({ pad: 'same' }, axes(2), 4)).toBe(true);
    expect(stockServes({ pad: 'valid' }, axes(3), 4)).toBe(true);
    expect(stockServes({ pad: 'same' }, axes(3), 4)).toBe(false);
    expect(stockServes({ pad: 1 }, axes(1), 4)).toBe(false);
  });

  it('refuses channels first by name', async () => {
    await compute('wasm', () => tf.scalar(0), []);
    const x = tf.zeros<tf.Rank.R4>([1, 3, 8, 8]);
    expect(() => tf.conv2d(x, tf.zeros<tf.Rank.R4>([1, 1, 3, 2]), 1, 'same', 'NCHW')).toThrow(
      'conv2d: dataFormat is NCHW, expected NHWC on the wasm backend',
    );
    tf.disposeVariables();
    x.dispose();
  });
});
