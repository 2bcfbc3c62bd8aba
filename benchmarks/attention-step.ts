/**
 * Attention forward and backward in a process of its own, so that its peak memory is its own:
 * attention-step.ts ENGINE N D BLOCKSIZE RUNS → {"milliseconds", "peak", "heap"}, memory in MiB.
 */
import { type EngineName, useBackend } from '@diff/backend';
import { attention } from '@diff/networks/layers';
import * as tf from '@tensorflow/tfjs-core';

const [engine, n, depth, block, runs] = process.argv.slice(2) as [EngineName, ...string[]];
await useBackend({ prefer: engine });
const inputs = [1, 2, 3].map((seed) =>
  tf.randomNormal<tf.Rank.R3>([1, Number(n), Number(depth)], 0, 1, 'float32', seed),
);
const blockSize = block === 'plain' || block === 'auto' ? block : Number(block);
const step = () => {
  const start = performance.now();
  tf.tidy(() => {
    const gradients = tf.grads((q, k, v) =>
      attention(q as tf.Tensor3D, k as tf.Tensor3D, v as tf.Tensor3D, { blockSize }),
    )(inputs);
    for (const gradient of gradients) gradient.dataSync();
  });
  return performance.now() - start;
};
const times = Array.from({ length: Number(runs) }, step).sort((a, b) => a - b);
const { wasm } = tf.backend() as unknown as { wasm?: { HEAPU8: Uint8Array } };
console.log(
  JSON.stringify({
    milliseconds: times[times.length >> 1],
    peak: process.resourceUsage().maxRSS / 1024,
    heap: wasm ? wasm.HEAPU8.length / 2 ** 20 : undefined,
  }),
);
