import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, expect, it } from 'vitest';
import { segmentationSuite } from '../fixtures/segmentation-suite.js';
import { ceNet } from './ce-net.js';

beforeAll(() => tf.setBackend('cpu'));

segmentationSuite('ceNet', { stride: 8, resnet: true });

it('ceNet has the widths of the official code: 516 channels of context, 64 and 32 before the logits', () => {
  // Of symbolic tensors alone: nothing is computed.
  const model = ceNet({ size: [64, 64] });
  const shape = (name: string) => (model.getLayer(name).output as tfl.SymbolicTensor).shape.slice(1);
  expect(shape('dac')).toEqual([2, 2, 512]);
  expect(shape('rmp')).toEqual([2, 2, 516]);
  expect(['decoder4.skip', 'decoder3.skip', 'decoder2.skip'].map(shape)).toEqual([
    [4, 4, 256],
    [8, 8, 128],
    [16, 16, 64],
  ]);
  expect(shape('decoder1.3.relu')).toEqual([32, 32, 64]);
  expect(shape('final.relu1')).toEqual([64, 64, 32]);
  model.dispose();
});
