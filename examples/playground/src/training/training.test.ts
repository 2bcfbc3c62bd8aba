import { readFileSync } from 'node:fs';
import { useBackend } from '@diff/backend';
import '@diff/networks';
import { deserializeModel } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { phantomOf } from '../cases/phantom-of.js';
import { STEPS_PER_EPOCH } from './length.js';
import { type Prediction, takeAndGiveTraining } from './training.js';

test('a training that was stopped goes on as if it had not been, and what is saved predicts the same', async () => {
  await useBackend({ prefer: 'wasm' });
  const { model: judge } = await deserializeModel(
    readFileSync(new URL('../diagnosis/judge.safetensors', import.meta.url)),
  );
  const shown = await phantomOf({ kind: 'fundus', seed: 1, index: 0, size: 64 });
  /** Stops after each of these numbers of steps. */
  async function run(...stops: number[]) {
    const training = await takeAndGiveTraining(judge, shown);
    const losses: number[] = [];
    const predictions: Prediction[] = [];
    for (const end of stops) {
      const stop = new AbortController();
      await training.go(
        stop.signal,
        (loss) => {
          losses.push(loss);
          if (losses.length === end) stop.abort();
        },
        (prediction) => predictions.push(prediction),
      );
    }
    return { training, losses, predictions };
  }
  const steps = STEPS_PER_EPOCH + 1;
  const [whole, parts] = [await run(steps), await run(2, steps)];
  expect(whole.losses).toHaveLength(steps);
  expect(parts.losses).toEqual(whole.losses);
  expect(whole.predictions.map(({ step }) => step)).toEqual([STEPS_PER_EPOCH]);
  expect(parts.predictions).toEqual(whole.predictions);
  expect(whole.losses.at(-1)!).toBeLessThan(whole.losses[0]!);
  const layers = Object.values(whole.predictions[0]!.attention);
  expect(layers.length).toBe(4);
  for (const map of layers) expect(Math.max(...map)).toBe(1);

  const { model } = await deserializeModel(await whole.training.save(), { structures: ['cup', 'disc'] });
  const now = await whole.training.predict(steps);
  const [logits] = [
    model.predict(tf.tensor4d(shown.image.data, [1, 64, 64, 3])) as tf.Tensor | tf.Tensor[],
  ].flat();
  const values = tf.sigmoid(logits!).dataSync();
  expect(values.filter((_, i) => i % 2 === 0)).toEqual(now.maps.cup);
}, 120_000);
