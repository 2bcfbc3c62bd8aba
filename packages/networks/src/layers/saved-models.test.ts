import { readFileSync } from 'node:fs';
import { deserializeModel } from '@diff/train';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import './index.js';

beforeAll(() => tf.setBackend('cpu'));

it('a model saved before the layers moved loads, and gives what it gave', async () => {
  const bytes = readFileSync(new URL('../fixtures/saved-layers.safetensors', import.meta.url));
  const { model, meta } = await deserializeModel(bytes);
  const [, ...shape] = model.inputs[0]!.shape as number[];
  const outputs = tf.tidy(() =>
    [model.predict(tf.tensor(meta.input as number[], [1, ...shape]))].flat().map((y) => [...y.dataSync()]),
  );
  for (const [i, want] of (meta.outputs as number[][]).entries())
    for (const [j, value] of want.entries()) expect(outputs[i]![j]).toBeCloseTo(value, 5);
  model.dispose();
});
