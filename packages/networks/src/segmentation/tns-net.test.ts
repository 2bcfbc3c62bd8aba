import { useBackend } from '@diff/backend';
import { bce, diceLoss, randomStream, segmentation } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { carryOver } from '../carry-over.js';
import { segmentationSuite } from '../fixtures/segmentation-suite.js';
import { boundaryOf } from './boundary.js';
import { tnsNet, tnsNetTask } from './tns-net.js';

beforeAll(() => useBackend({ prefer: 'wasm' }));

segmentationSuite('tnsNet', { stride: 16, scale: 2, heart: segmentation({ loss: diceLoss() }) });

const small = { width: 2, imageChannels: 1, size: [16, 16] } as const;
const picture = () => tf.randomUniform<tf.Rank.R4>([1, 16, 16, 1], 0, 1, 'float32', 4);
const outputsOf = (model: tfl.LayersModel) =>
  tf.tidy(() => (model.predict(picture()) as tf.Tensor[]).map((output) => [...output.dataSync()]));

describe('tnsNet', () => {
  it('is a DeepLabV3+ beside another where the blocks are off, and where they carry nothing', () => {
    const [joint, apart] = [tnsNet(small), tnsNet({ ...small, supervision: false, seed: 5 })];
    for (const part of ['region.', 'shape.', 'scores', 'boundary']) carryOver(joint, apart, part);
    const [region, shape] = outputsOf(joint);
    const [alone, sameShape] = outputsOf(apart);
    expect(region).not.toEqual(alone);
    expect(shape).toEqual(sameShape);
    tf.tidy(() => {
      for (const step of [0, 1, 2]) {
        const layer = joint.getLayer(`support.${step}`);
        layer.setWeights([tf.zerosLike(layer.getWeights()[0]!), tf.fill([1], -200)]);
      }
    });
    expect(outputsOf(joint)[0]).toEqual(alone);
    for (const model of [joint, apart]) model.dispose();
  });

  it('gives r + r · σ(c(s)) at each block', () => {
    const model = tnsNet(small);
    const names = ['region.joined', 'support.0', 'support.0.fed'];
    const inside = tfl.model({
      inputs: model.inputs,
      outputs: names.map((name) => model.getLayer(name).output as tfl.SymbolicTensor),
    });
    tf.tidy(() => {
      const [r, score, fed] = (inside.predict(picture()) as tf.Tensor4D[]).map((map) => map.arraySync()[0]!);
      for (const [y, row] of r!.entries())
        for (const [x, pixel] of row.entries())
          for (const [c, value] of pixel.entries())
            expect(fed![y]![x]![c]).toBeCloseTo(value * (1 + 1 / (1 + Math.exp(-score![y]![x]![0]!))), 4);
    });
    model.dispose();
  });

  it('is trained by the loss of the region and that of the boundary', () => {
    tf.tidy(() => {
      const [image, first, second] = [1, 2, 3].map((seed) =>
        tf.randomUniform<tf.Rank.R4>([2, 8, 8, 1], 0, 1, 'float32', seed),
      );
      const masks = tf.cast(tf.greater(image!, 0.5), 'float32') as tf.Tensor4D;
      const batch = {
        ids: [],
        image: image!,
        masks,
        diagnosis: tf.zeros<tf.Rank.R2>([2, 1]),
        random: randomStream(1),
      };
      const want =
        bce()(first!, masks).dataSync()[0]! + bce()(second!, boundaryOf(masks, 2, 1)).dataSync()[0]!;
      expect(
        tnsNetTask()
          .loss(() => [first!, second!], batch)
          .dataSync()[0],
      ).toBeCloseTo(want, 5);
    });
  });
});
