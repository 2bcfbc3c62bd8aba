// Which engine computes, and what it is worth here. `DIFF_BACKEND=wasm npx tsx gpu.ts` asks for another.
import { useBackend } from '@diff/backend';
import * as tf from '@tensorflow/tfjs-core';

const { name, device, passedOver } = await useBackend(); // the best there is: a GPU first
console.log(`${name} computes, on ${device}`);
for (const { name, reason } of passedOver) console.log(`passed over ${name}: ${reason.split('\n')[0]}`);

const a = tf.randomNormal([512, 512], 0, 1, 'float32', 1);
const multiply = async () => {
  const product = tf.matMul(a, a);
  await product.data(); // waits until it is there: GPUs compute behind the program's back
  product.dispose();
};
await multiply(); // compiles, warms up
const start = performance.now();
for (let i = 0; i < 10; i++) await multiply();
const seconds = (performance.now() - start) / 1000;
console.log(`${((10 * 2 * 512 ** 3) / seconds / 1e9).toFixed(0)} billion operations per second`);
