import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { bce } from './bce.js';
import { diceLoss } from './dice-loss.js';
import { jaccardLoss } from './jaccard-loss.js';

beforeAll(() => tf.setBackend('cpu'));

it.each([
  ['bce', bce()],
  ['diceLoss', diceLoss()],
  ['jaccardLoss', jaccardLoss()],
])('%s refuses one structure against the masks of two, which the engine would stretch', (name, loss) =>
  tf.tidy(() => {
    expect(() => loss(tf.zeros([2, 4, 4, 1]), tf.zeros([2, 4, 4, 2]))).toThrow(
      new RangeError(
        `${name}: the network gives [2,4,4,1] and the masks are [2,4,4,2], expected one shape: as many structures as masks`,
      ),
    );
  }),
);
