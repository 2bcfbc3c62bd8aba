import { describe, expect, it } from 'vitest';
import { chromiumPath, launch, runInPage, wasmFiles } from '../support/chromium.js';

/** Trains a small network on the wasm engine of the page, and says how. */
const program = `
  import * as tf from '@tensorflow/tfjs-core';
  import * as tfl from '@tensorflow/tfjs-layers';
  import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
  import { registerWasmTraining } from '@diff/backend/wasm-training';

  setWasmPaths('/');
  registerWasmTraining();
  await tf.setBackend('wasm');
  let seed = 0;
  const kernelInitializer = () => tfl.initializers.heNormal({ seed: ++seed });
  const conv = (filters, strides) =>
    tfl.layers.conv2d({ filters, kernelSize: 3, strides, padding: 'same', activation: 'relu', kernelInitializer: kernelInitializer() });
  const input = tfl.input({ shape: [16, 16, 2] });
  let x = conv(8, 1).apply(input);
  x = tfl.layers.batchNormalization().apply(x);
  x = tfl.layers.maxPooling2d({ poolSize: 2 }).apply(x);
  x = tfl.layers.separableConv2d({ filters: 8, kernelSize: 3, padding: 'same', depthwiseInitializer: kernelInitializer(), pointwiseInitializer: kernelInitializer() }).apply(x);
  x = tfl.layers.conv2dTranspose({ filters: 8, kernelSize: 2, strides: 2, kernelInitializer: kernelInitializer() }).apply(conv(8, 1).apply(x));
  const model = tfl.model({ inputs: input, outputs: tfl.layers.conv2d({ filters: 1, kernelSize: 1, kernelInitializer: kernelInitializer() }).apply(x) });
  const images = tf.randomUniform([4, 16, 16, 2], 0, 1, 'float32', 5);
  const masks = tf.tidy(() => tf.cast(tf.greater(tf.slice(images, 0, [-1, -1, -1, 1]), 0.5), 'float32'));
  const optimizer = tf.train.adam(0.02);
  const losses = [];
  let tensors;
  for (let step = 0; step < 30; step++) {
    const loss = optimizer.minimize(() => tf.losses.sigmoidCrossEntropy(masks, model.apply(images, { training: true })), true);
    losses.push(loss.dataSync()[0]);
    loss.dispose();
    if (step === 0) tensors = tf.memory().numTensors;
  }
  globalThis.done({
    backend: tf.getBackend(),
    memory: tf.backend().wasm.HEAPU8.buffer.constructor.name,
    losses,
    grown: tf.memory().numTensors - tensors,
  });
`;

interface Trained {
  backend: string;
  memory: string;
  losses: number[];
  grown: number;
}

describe.skipIf(!chromiumPath)('@diff/backend in Chromium', () => {
  // With the feature the engine starts as on a cross-origin isolated page: in its build for threads.
  it.each([
    { memory: 'ArrayBuffer', flags: [] },
    { memory: 'SharedArrayBuffer', flags: ['--enable-features=SharedArrayBuffer'] },
  ])('trains on wasm in memory that is a $memory, and leaves no tensor behind', async ({ memory, flags }) => {
    const browser = await launch(flags);
    try {
      const trained = (await runInPage(browser, program, wasmFiles())) as Trained;
      expect(trained).toMatchObject({ backend: 'wasm', memory, grown: 0 });
      expect(trained.losses.at(-1)!).toBeLessThan(trained.losses[0]! / 2);
    } finally {
      await browser.close();
    }
  });
});
