import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { classifier, segmenter } from '../fixtures/small-networks.js';
import { freeze, freezeOutputs } from './freeze.js';

/** Gives every weight, the batch norms' statistics too, a value that a trained model could have. */
function perturb(model: tfl.LayersModel, seed = 1): void {
  for (const [i, weight] of model.weights.entries())
    tf.tidy(() => {
      const noise = tf.randomUniform(weight.shape as number[], 0.5, 1.5, 'float32', seed + i);
      const name = weight.originalName;
      if (/variance|gamma/.test(name)) weight.write(noise);
      else if (/mean|beta|bias/.test(name)) weight.write(tf.sub(noise, 1));
    });
}

const networks: Record<string, () => tfl.LayersModel> = {
  'a classifier': () => classifier({ channels: 5 }),
  'a segmenter': () => segmenter({ channels: 5, structures: 2 }),
};

beforeAll(() => tf.setBackend('cpu'));

describe('freeze', () => {
  for (const [name, make] of Object.entries(networks)) {
    it(`gives ${name} the outputs and the input gradient that it had`, async () => {
      const model = make();
      perturb(model);
      const before = tf.memory().numTensors;
      const frozen = freeze(model);
      const x = tf.randomNormal<tf.Rank.R4>([2, 12, 12, 5], 0, 1, 'float32', 3);
      const [want, got, wantGradient, gotGradient] = tf.tidy(() => {
        const plain = (input: tf.Tensor4D) => model.apply(input, { training: false }) as tf.Tensor;
        return [plain(x), frozen(x), tf.grad(plain as never)(x), tf.grad(frozen as never)(x)].map((t) =>
          t.dataSync(),
        );
      }) as Float32Array[];
      const close = (a: Float32Array, b: Float32Array) => {
        const scale = Math.max(...b.map(Math.abs));
        expect(scale).toBeGreaterThan(0);
        for (const i of a.keys()) expect(Math.abs(a[i]! - b[i]!)).toBeLessThan(1e-4 * scale);
      };
      close(got!, want!);
      close(gotGradient!, wantGradient!);
      x.dispose();
      frozen.dispose();
      expect(tf.memory().numTensors).toBe(before);
      model.dispose();
    });
  }

  it('computes no gradient by a weight, where tf.layers does', async () => {
    const model = classifier({ channels: 5 });
    const frozen = freeze(model);
    const x = tf.randomNormal<tf.Rank.R4>([1, 8, 8, 5], 0, 1, 'float32', 3);
    const kernels = async (f: (x: tf.Tensor4D) => tf.Tensor) =>
      (await tf.profile(() => tf.tidy(() => tf.grad(f as never)(x)))).kernels.map(({ name }) => name);
    const [ours, theirs] = [
      await kernels(frozen),
      await kernels((input) => model.apply(input, { training: false }) as tf.Tensor),
    ];
    expect(theirs).toContain('Conv2DBackpropFilter');
    expect(ours).not.toContain('Conv2DBackpropFilter');
    expect(ours).not.toContain('FusedBatchNorm');
    const convolutions = model.layers.filter((layer) => layer.getClassName() === 'Conv2D').length;
    expect(ours.filter((kernel) => kernel === 'Conv2D')).toHaveLength(convolutions);
    expect(ours.filter((kernel) => kernel === 'Conv2DBackpropInput')).toHaveLength(convolutions);
    frozen.dispose();
    model.dispose();
    x.dispose();
  });

  it('does not fold where the convolution is read by another layer too, and handles what it cannot fold', () => {
    const input = tfl.input({ shape: [4, 4, 2] });
    const conv = tfl.layers.conv2d({ filters: 2, kernelSize: 3, padding: 'same' }).apply(input);
    const norm = tfl.layers.batchNormalization({}).apply(conv) as tfl.SymbolicTensor;
    const sum = tfl.layers.add().apply([conv as tfl.SymbolicTensor, norm]);
    const again = tfl.layers.batchNormalization({ scale: false, center: false }).apply(sum);
    const tanh = tfl.layers.conv2d({ filters: 3, kernelSize: 1, activation: 'tanh' }).apply(again);
    const last = tfl.layers.batchNormalization({}).apply(tanh);
    const pooled = tfl.layers.globalAveragePooling2d({}).apply(last) as tfl.SymbolicTensor;
    const model = tfl.model({ inputs: input, outputs: pooled });
    perturb(model);
    const frozen = freeze(model);
    tf.tidy(() => {
      const x = tf.randomNormal<tf.Rank.R4>([2, 4, 4, 2], 0, 1, 'float32', 5);
      const want = (model.predict(x) as tf.Tensor).dataSync();
      const got = frozen(x).dataSync();
      for (const i of want.keys()) expect(got[i]).toBeCloseTo(want[i]!, 5);
    });
    frozen.dispose();
    model.dispose();
  });

  it('is a snapshot: later training does not change it, and it refuses to run once disposed', () => {
    const model = classifier({ channels: 5 });
    const frozen = freeze(model);
    const x = tf.ones<tf.Rank.R4>([1, 8, 8, 5]);
    const before = tf.tidy(() => frozen(x).dataSync()[0]);
    perturb(model);
    expect(tf.tidy(() => frozen(x).dataSync()[0])).toBe(before);
    frozen.dispose();
    expect(() => frozen(x)).toThrow('disposed');
    x.dispose();
    model.dispose();
  });

  it('is one of layers with weights of their own too, and outlives its model', () => {
    const input = tfl.input({ shape: [4, 4, 2] });
    const grouped = tfl.layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 }).apply(input);
    const flat = tfl.layers.flatten().apply(tfl.layers.prelu({}).apply(grouped)) as tfl.SymbolicTensor;
    const tensors = tf.memory().numTensors;
    const model = tfl.model({ inputs: input, outputs: flat });
    const frozen = freeze(model);
    const x = tf.randomNormal<tf.Rank.R4>([1, 4, 4, 2], 0, 1, 'float32', 5);
    const ours = () => tf.tidy(() => [...frozen(x).dataSync()]);
    const before = ours();
    expect(before).toEqual(tf.tidy(() => [...(model.predict(x) as tf.Tensor).dataSync()]));
    perturb(model);
    expect(ours()).toEqual(before);
    expect(tf.tidy(() => [...(model.predict(x) as tf.Tensor).dataSync()])).not.toEqual(before);
    model.dispose();
    expect(ours()).toEqual(before);
    frozen.dispose();
    x.dispose();
    expect(tf.memory().numTensors).toBeLessThan(tensors);
  });

  it('refuses what is no model with one input', () => {
    expect(() => freeze({} as never)).toThrow(TypeError);
    const inputs = [tfl.input({ shape: [2] }), tfl.input({ shape: [2] })];
    const model = tfl.model({ inputs, outputs: tfl.layers.add().apply(inputs) as tfl.SymbolicTensor });
    expect(() => freeze(model)).toThrow('2 inputs');
  });
});

describe('freezeOutputs', () => {
  it('gives every output of a model of several inputs, a nested model among its layers', () => {
    const nested = segmenter({ channels: 3 });
    const inner = tfl.model({
      inputs: nested.inputs,
      outputs: ['first.relu', 'second.relu', 'add'].map(
        (name) => nested.getLayer(name).output as tfl.SymbolicTensor,
      ),
    });
    const inputs = [3, 1].map((channels) => tfl.input({ shape: [8, 8, channels] }));
    const features = inner.apply(inputs[0]!) as tfl.SymbolicTensor[];
    const outputs = [
      features[2]!,
      tfl.layers.multiply().apply([features[0]!, inputs[1]!]) as tfl.SymbolicTensor,
    ];
    const model = tfl.model({ inputs, outputs });
    perturb(model);
    const frozen = freezeOutputs(model);
    tf.tidy(() => {
      const x = [3, 1].map((channels) => tf.randomNormal([1, 8, 8, channels], 0, 1, 'float32', channels));
      const want = (model.predict(x) as tf.Tensor[]).map((t) => t.dataSync());
      for (const [i, output] of frozen(x).entries()) {
        const got = output.dataSync();
        for (const j of want[i]!.keys()) expect(got[j]).toBeCloseTo(want[i]![j]!, 4);
      }
    });
    frozen.dispose();
    expect(() => frozen([])).toThrow('disposed');
  });
});
