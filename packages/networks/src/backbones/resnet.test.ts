import { readFileSync } from 'node:fs';
import '@tensorflow/tfjs-backend-cpu';
import { readSafetensors } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { importTorch } from '../torch/import-torch.js';
import { type Level, levelStrides, levels, resnet } from './resnet.js';

const fixture = (name: string) =>
  readFileSync(new URL(`../torch/fixtures/${name}.safetensors`, import.meta.url));

beforeAll(() => tf.setBackend('cpu'));

const expectClose = (got: ArrayLike<number>, want: ArrayLike<number>, tolerance: number) => {
  expect(got.length).toBe(want.length);
  let worst = 0;
  for (let i = 0; i < want.length; i++) worst = Math.max(worst, Math.abs(got[i]! - want[i]!));
  expect(worst).toBeLessThan(tolerance);
};

describe('resnet', () => {
  it.each([
    [18, 11_689_512],
    [34, 21_797_672],
    [50, 25_557_032],
  ] as const)('of depth %i has as many trainable weights as torchvision: %i', (depth, count) => {
    const model = resnet({ depth, classes: 1000 });
    const sizes = model.trainableWeights.map(
      ({ shape }) => shape.reduce((product, side) => product! * side!, 1)!,
    );
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(count);
    model.dispose();
  });

  it.each(['resnet18', 'resnet50'])('computes what PyTorch computes (%s), at every level', (name) => {
    const { model, options } = importTorch(fixture(name));
    const expected = readSafetensors(fixture(`${name}.expected`)).tensors;
    const { shape, data } = expected.get('input')!;
    const features = resnet({ ...options, classes: undefined as never });
    for (const weight of features.weights)
      weight.write(model.weights.find(({ originalName }) => originalName === weight.originalName)!.read());
    tf.tidy(() => {
      const x = tf.tensor(data, shape);
      expectClose((model.predict(x) as tf.Tensor).dataSync(), expected.get('logits')!.data, 2e-4);
      const maps = features.predict(x) as tf.Tensor[];
      for (const [i, level] of levels.entries()) {
        const { shape: size, data: want } = expected.get(level)!;
        expect(maps[i]!.shape.slice(0, 3)).toEqual(size);
        expectClose(tf.mean(maps[i]!, 3).dataSync(), want, 2e-4);
      }
    });
    for (const each of [model, features]) each.dispose();
  });

  it.each(['imagenet', 'cifar'] as const)(
    'names its levels, which have the strides of the %s stem',
    (stem) => {
      const model = resnet({ width: 2, stem, size: [64, 64], classes: 1 });
      for (const [level, stride] of Object.entries(levelStrides(stem)) as [Level, number][]) {
        const { shape } = model.getLayer(level).output as { shape: number[] };
        expect(shape.slice(1, 3)).toEqual([64 / stride, 64 / stride]);
      }
      model.dispose();
    },
  );

  it('starts from the same weights for the same seed, and others for another', () => {
    const sums = [1, 1, 2].map((seed) => {
      const model = resnet({ width: 2, classes: 1, seed });
      const sum = tf.tidy(() => tf.addN(model.weights.map((w) => tf.sum(tf.abs(w.read())))).dataSync()[0]!);
      model.dispose();
      return sum;
    });
    expect(sums[1]).toBe(sums[0]);
    expect(sums[2]).not.toBe(sums[0]);
  });

  it('starts with weights of the variance that He et al. ask for, different in every layer', () => {
    const model = resnet({ width: 16 });
    tf.tidy(() => {
      const kernels = ['layer2.0.conv2', 'layer2.1.conv2'].map((name) =>
        model.getLayer(name).weights[0]!.read(),
      );
      for (const kernel of kernels) {
        const { mean, variance } = tf.moments(kernel);
        expect(mean.dataSync()[0]!).toBeCloseTo(0, 2);
        expect(variance.dataSync()[0]! / (2 / (9 * 32))).toBeCloseTo(1, 1);
      }
      expect(tf.max(tf.abs(tf.sub(kernels[0]!, kernels[1]!))).dataSync()[0]).toBeGreaterThan(0.1);
    });
    model.dispose();
  });

  it('refuses what it cannot build, by name', () => {
    expect(() => resnet({ depth: 20 as never })).toThrow(
      'resnet: depth is 20, expected one of 18, 34, 50, 101',
    );
    expect(() => resnet({ stem: 'vgg' as never })).toThrow('stem is "vgg"');
    expect(() => resnet({ width: 0 })).toThrow('width is 0');
    expect(() => resnet({ classes: 1.5 })).toThrow('classes is 1.5');
  });
});
