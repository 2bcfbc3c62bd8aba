import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { uniform } from '../wasm/fixtures/parity.js';
import { registerWasmTraining } from '../wasm/index.js';

/** Longer and shorter than what is joined, of every rank, one that gets no gradient and one that gets it late. */
const shapes = [[5], [3, 4], [120, 90], [2, 2, 3, 4], [], [7], [10_000], [4], [3, 4], [], [120, 90]];
const without = (step: number, i: number) => i === 5 || (i === 7 && step < 2);

/** All variables and moments after five steps, by the layout that tfjs-core has for storing them. */
async function trained(engine: string): Promise<{ name: string; data: number[] }[]> {
  registerWasmTraining();
  await tf.setBackend(engine);
  const before = tf.memory().numTensors;
  const optimizer = tf.train.adam(0.01);
  const variables = shapes.map((shape, i) =>
    tf.tidy(() => tf.variable(tf.tensor(uniform(shape, i + 1).data, shape), true, `variable ${i}`)),
  );
  for (let step = 0; step < 5; step++) {
    const gradients = shapes.map((shape, i) => ({
      name: `variable ${i}`,
      tensor: without(step, i) ? undefined : tf.tensor(uniform(shape, 10 * step + i).data, shape),
    }));
    if (step % 2) optimizer.applyGradients(gradients as never);
    else {
      const map = Object.fromEntries(gradients.map(({ name, tensor }) => [name, tensor]));
      optimizer.applyGradients(map as never);
    }
    for (const { tensor } of gradients) tensor?.dispose();
  }
  const stored = [
    ...variables.map((tensor) => ({ name: tensor.name, tensor })),
    ...(await optimizer.getWeights()),
  ];
  const values = stored.map(({ name, tensor }) => ({ name, data: Array.from(tensor.dataSync()) }));
  stored.find(({ name }) => name === 'iter')?.tensor.dispose();
  tf.dispose(variables);
  optimizer.dispose();
  expect(tf.memory().numTensors).toBe(before);
  return values;
}

it('adam on wasm moves every variable as on cpu, whose updates are apart, and stores the same', async () => {
  const expected = await trained('cpu');
  const actual = await trained('wasm');
  expect(actual.map(({ name }) => name)).toEqual(expected.map(({ name }) => name));
  for (const [k, { name, data }] of expected.entries())
    for (const [i, value] of data.entries())
      if (!(Math.abs(actual[k]!.data[i]! - value) <= 1e-6 * Math.max(1, Math.abs(value))))
        expect.fail(`${name}[${i}] is ${actual[k]!.data[i]}, expected ${value}`);
  expect(expected.find(({ name }) => name === 'variable 5')!.data).toEqual(
    Array.from(Float32Array.from(uniform([7], 6).data)),
  );
});
