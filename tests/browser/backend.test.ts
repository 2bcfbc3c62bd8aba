import type { BackendSelection } from '@diff/backend';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, launch, runInPage, wasmFiles } from '../support/chromium.js';

describe.skipIf(!chromiumPath)('@diff/backend in headless Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  test('the built package passes over what only Node has, and trains on wasm', async () => {
    const { selection, losses } = (await runInPage(
      browser,
      `import { useBackend } from '@diff/backend';
       import * as tf from '@tensorflow/tfjs-core';
       const selection = await useBackend({ wasmPaths: '/' });
       const image = tf.randomUniform([2, 16, 16, 1], 0, 1, 'float32', 1);
       const target = tf.avgPool(image, 3, 1, 'same');
       const filter = tf.variable(tf.randomNormal([3, 3, 1, 1], 0, 0.1, 'float32', 2));
       const optimizer = tf.train.adam(0.05);
       const losses = [];
       for (let step = 0; step < 40; step++) {
         const loss = optimizer.minimize(
           () => tf.mean(tf.squaredDifference(tf.conv2d(image, filter, 1, 'same'), target)), true, [filter]);
         losses.push((await loss.data())[0]);
         loss.dispose();
       }
       globalThis.done({ selection, losses });`,
      wasmFiles(),
    )) as { selection: BackendSelection; losses: number[] };

    expect(selection.name).toBe('wasm');
    expect(selection.passedOver.map(({ name }) => name)).toEqual(['node-gpu', 'node', 'webgpu']);
    expect(selection.passedOver.slice(0, 2).map(({ reason }) => reason)).toEqual([
      'it needs Node',
      'it needs Node',
    ]);
    expect(losses.at(-1)!).toBeLessThan(losses[0]! / 10);
  });
});
