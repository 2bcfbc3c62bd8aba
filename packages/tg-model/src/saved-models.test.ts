import { readFileSync } from 'node:fs';
import { useBackend } from '@diff/backend';
import { deserializeModel } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import './index.js';

beforeAll(() => useBackend({ prefer: 'cpu' }));

it.each(['paper', 'released'])(
  'a %s model saved before the layers moved loads, and gives what it gave',
  async (name) => {
    const bytes = readFileSync(new URL(`./fixtures/saved-${name}.safetensors`, import.meta.url));
    const { model, meta } = await deserializeModel(bytes);
    const [, ...shape] = model.inputs[0]!.shape as number[];
    const outputs = tf.tidy(() =>
      [model.predict(tf.tensor(meta.input as number[], [1, ...shape]))].flat().map((y) => [...y.dataSync()]),
    );
    for (const [i, want] of (meta.outputs as number[][]).entries())
      for (const [j, value] of want.entries()) expect(outputs[i]![j]).toBeCloseTo(value, 5);
    model.dispose();
  },
);
