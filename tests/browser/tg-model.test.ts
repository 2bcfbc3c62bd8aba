import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, launch, runInPage, wasmFiles } from '../support/chromium.js';

interface Result {
  outputs: number[][];
  losses: number[];
  unchanged: string[];
  leaked: number;
}

describe.skipIf(!chromiumPath)('@diff/tg-model in headless Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  test.each(['paper', 'released'])('the built Give and Take run and train on wasm: %s', async (variant) => {
    const { outputs, losses, unchanged, leaked } = (await runInPage(
      browser,
      `import { useBackend } from '@diff/backend';
       import { takeAndGive, tgNetwork } from '@diff/tg-model';
       import * as tf from '@tensorflow/tfjs-core';
       import * as tfl from '@tensorflow/tfjs-layers';
       await useBackend({ prefer: 'wasm', wasmPaths: '/' });

       const tower = (channels, seed) => {
         const input = tfl.input({ shape: [16, 16, channels] });
         const conv = (x, name, strides) => tfl.layers.conv2d({
           name, filters: 8, kernelSize: 3, strides, padding: 'same', activation: 'relu',
           kernelInitializer: tfl.initializers.heNormal({ seed: seed + strides }) }).apply(x);
         return tfl.model({ inputs: input, outputs: conv(conv(input, 'B1', 1), 'B2', 2) });
       };
       const model = tgNetwork({
         backbone: tower(1, 1), diagnosisNetwork: tower(2, 5), blocks: ['B1', 'B2'], filters: 8, heads: 2,
         variant: '${variant}' });

       const image = tf.randomUniform([4, 16, 16, 1], 0, 1, 'float32', 1);
       const masks = tf.cast(tf.greater(image, 0.5), 'float32');
       const weights = model.trainableWeights.map((weight) => weight.read());
       const first = weights.map((weight) => weight.dataSync().slice());
       const optimizer = tf.train.adam(0.01);
       const losses = [];
       let before;
       for (let step = 0; step < 30; step++) {
         const loss = optimizer.minimize(
           () => takeAndGive().loss((x) => model.apply(x, { training: true }), { image, masks }), true, weights);
         losses.push((await loss.data())[0]);
         loss.dispose();
         before ??= tf.memory().numTensors;
       }
       const leaked = tf.memory().numTensors - before;
       const unchanged = model.trainableWeights
         .filter((_, i) => weights[i].dataSync().every((x, j) => x === first[i][j]))
         .map((weight) => weight.originalName);
       const outputs = model.predict(image).map((y) => y.shape);
       globalThis.done({ outputs, losses, unchanged, leaked });`,
      wasmFiles(),
    )) as Result;

    expect(outputs).toEqual([
      [4, 16, 16, 1],
      [4, 16, 16, 1],
    ]);
    expect(losses.at(-1)!).toBeLessThan(0.8 * losses[0]!);
    // A bias that all keys share moves no softmax.
    expect(unchanged.filter((name) => !name.endsWith('attention_key_beta'))).toEqual([]);
    expect(leaked).toBe(0);
  });
});
