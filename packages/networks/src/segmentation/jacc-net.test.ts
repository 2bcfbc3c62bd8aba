import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { segmentationSuite } from '../fixtures/segmentation-suite.js';
import { jaccNet } from './jacc-net.js';

beforeAll(() => tf.setBackend('cpu'));

segmentationSuite('jaccNet', { stride: 16 });

it('jaccNet has 19 layers of convolution and deconvolution, and no skip', () => {
  const model = jaccNet({ width: 2 });
  const kinds = model.layers.map((layer) => layer.getClassName());
  expect(kinds.filter((kind) => /^Conv2D(Transpose)?$/.test(kind))).toHaveLength(19);
  expect(kinds.filter((kind) => /Concatenate|Add/.test(kind))).toEqual([]);
  model.dispose();
});
