/**
 * One engine of the training suite, in a process of its own: builds the U-Net, takes a step for each message and
 * answers with its loss. Arguments: the engine, threads, batch.
 */
import { type EngineName, useBackend } from '@diff/backend';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

const [name, threads, batch] = process.argv.slice(2);
const size = 96;

type Symbolic = tfl.SymbolicTensor;

/** Three levels down and up, two 3 × 3 convolutions with batch normalisation at each; 16 filters at the top. */
function unet(): tfl.LayersModel {
  let seed = 0;
  const kernelInitializer = () => tfl.initializers.glorotUniform({ seed: ++seed });
  const apply = (layer: tfl.layers.Layer, x: Symbolic | Symbolic[]) => layer.apply(x) as Symbolic;
  const conv = (x: Symbolic, filters: number) =>
    apply(
      tfl.layers.conv2d({
        filters,
        kernelSize: 3,
        padding: 'same',
        useBias: false,
        kernelInitializer: kernelInitializer(),
      }),
      x,
    );
  const half = (x: Symbolic, filters: number) =>
    apply(tfl.layers.reLU(), apply(tfl.layers.batchNormalization(), conv(x, filters)));
  const block = (x: Symbolic, filters: number) => half(half(x, filters), filters);
  const input = tfl.input({ shape: [size, size, 3] });
  const skips: Symbolic[] = [];
  let x: Symbolic = input;
  for (const filters of [16, 32, 64]) {
    skips.push(block(x, filters));
    x = apply(tfl.layers.maxPooling2d({ poolSize: 2 }), skips.at(-1)!);
  }
  x = block(x, 128);
  for (const filters of [64, 32, 16]) {
    const layer = { filters, kernelSize: 2, strides: 2, kernelInitializer: kernelInitializer() };
    x = apply(tfl.layers.concatenate(), [skips.pop()!, apply(tfl.layers.conv2dTranspose(layer), x)]);
    x = block(x, filters);
  }
  const last = tfl.layers.conv2d({ filters: 1, kernelSize: 1, kernelInitializer: kernelInitializer() });
  return tfl.model({ inputs: input, outputs: apply(last, x) });
}

const started = await useBackend({ prefer: name as EngineName, threads: Number(threads) || undefined }).catch(
  (error: Error) => {
    process.send!({ absent: error.message.replace(/^.*? started\. [\w-]+: /, '').split(/, and | \(/)[0] });
    process.disconnect();
    process.exit(0);
  },
);
const model = unet();
const shape: [number, number, number, number] = [Number(batch), size, size, 3];
const images = tf.randomUniform(shape, 0, 1, 'float32', 1);
const masks = tf.tidy(() => tf.cast(tf.greater(tf.slice(images, 0, [-1, -1, -1, 1]), 0.5), 'float32'));
const optimizer = tf.train.adam(1e-3);
const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
const weights = variables.reduce((total, variable) => total + variable.size, 0);

process.on('message', async () => {
  const loss = optimizer.minimize(
    () =>
      tf.losses.sigmoidCrossEntropy(masks, model.apply(images, { training: true }) as tf.Tensor) as tf.Scalar,
    true,
    variables,
  )!;
  const [value] = await loss.data();
  loss.dispose();
  process.send!({ loss: value });
});
process.send!({ device: started.device, version: started.version, weights });
