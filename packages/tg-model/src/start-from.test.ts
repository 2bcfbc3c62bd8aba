import { useBackend } from '@diff/backend';
import { resnet } from '@diff/networks';
import { baselineDia, dlCat } from '@diff/networks/diagnosis';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, expect, it } from 'vitest';
import { tgNetwork } from './tg-network.js';

beforeAll(() => useBackend({ prefer: 'cpu' }));

const small = { width: 4, stem: 'cifar', size: [16, 16] } as const;
const diagnosis = { ...small, imageChannels: 2, structures: 1, seed: 9 };
const backbone = () => resnet({ ...small, inputChannels: 2, seed: 1 });
const weightsOf = (model: tfl.LayersModel, name: string) =>
  model
    .getLayer(name)
    .getWeights()
    .map((w) => [...w.dataSync()]);

it.each([
  ['image ⊕ mask into one convolution', dlCat],
  ['a stem for the image alone', baselineDia],
])('the encoder has the weights of the guide, whose input is %s', (_, make) =>
  tf.tidy(() => {
    const guide = make(diagnosis);
    const moving = guide.getLayer('bn1');
    moving.setWeights(moving.getWeights().map((w, i) => tf.fill(w.shape, 0.25 * (i + 1))));
    const model = tgNetwork({ backbone: backbone(), blocks: [], filters: 8, startFrom: guide });
    for (const name of ['bn1', 'layer1.0.conv1', 'layer4.1.conv2', 'layer2.0.downsample.0'])
      expect(weightsOf(model, name), name).toEqual(weightsOf(guide, name));
    const own = guide.getLayer('conv1').getWeights()[0]!;
    const image = tf.slice(own, [0, 0, 0, 0], [-1, -1, 2, -1]);
    expect(weightsOf(model, 'conv1')).toEqual([[...image.dataSync()]]);
    const plain = tgNetwork({ backbone: backbone(), blocks: [], filters: 8 });
    expect(weightsOf(model, 'decoder.B1.up')).toEqual(weightsOf(plain, 'decoder.B1.up'));
    expect(weightsOf(plain, 'layer4.1.conv2')).not.toEqual(weightsOf(guide, 'layer4.1.conv2'));
  }),
);

it('is refused where nothing fits', () => {
  const guide = tfl.sequential({ name: 'tiny', layers: [tfl.layers.dense({ units: 1, inputShape: [3] })] });
  const make = () => tgNetwork({ backbone: backbone(), blocks: [], startFrom: guide });
  expect(make).toThrow(RangeError);
  const named = () => tgNetwork({ backbone: backbone(), blocks: [], startFrom: 'dlCat' as never });
  expect(named).toThrow(new TypeError('tgNetwork: startFrom is "dlCat", expected a tf.layers model'));
  expect(make).toThrow('tgNetwork: startFrom is tiny, which has no layer with the name and the shapes');
});
