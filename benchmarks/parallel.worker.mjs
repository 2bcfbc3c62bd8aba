import * as tf from '@tensorflow/tfjs-core';
// The packages' sources are TypeScript, which a worker reads only so.
import { register } from 'tsx/esm/api';

register();
const { unshareTensors, useBackend } = await import('@diff/backend');

let start;
export async function setup(shared) {
  await useBackend({ prefer: 'wasm' });
  start = unshareTensors(shared);
}

/** Fits the filters of a small convolutional network to one image, from the shared start, and returns the loss. */
export default function fit({ seed, size, steps }) {
  return tf.tidy(() => {
    const weights = start.map((tensor) => tf.variable(tensor));
    const image = tf.randomUniform([1, size, size, 8], 0, 1, 'float32', seed);
    const target = tf.mean(image, 3, true);
    const loss = () => {
      const [first, second, last] = weights;
      const hidden = tf.relu(tf.conv2d(tf.relu(tf.conv2d(image, first, 1, 'same')), second, 1, 'same'));
      return tf.mean(tf.squaredDifference(tf.conv2d(hidden, last, 1, 'same'), target));
    };
    const optimizer = tf.train.adam(1e-3);
    for (let step = 0; step < steps; step++) optimizer.minimize(loss, false, weights);
    const [end] = loss().dataSync();
    optimizer.dispose();
    for (const variable of weights) variable.dispose();
    return end;
  });
}
