import * as tf from '@tensorflow/tfjs-core';
import * as wasm from './assembler.js';
import { four, get, type Lanes, one, set } from './assembler.js';
import type { GradientReplacement } from './gradient.js';
import { oncePerBackend } from './instantiate.js';
import { kernel } from './kernel.js';

const NAME = 'ReluGrad';

/** dy where x > 0, else 0. */
const reluGradOf = (dy: tf.Tensor, x: tf.Tensor) => tf.engine().runKernel(NAME, { dy, x }) as tf.Tensor;

/**
 * The gradient of relu, by the kernel `ReluGrad` on every engine that has one: a single pass, where that of tfjs-core
 * makes a tensor of zeros and ones (on the TensorFlow engine by four operations) and multiplies by it.
 */
export const reluGradient: GradientReplacement = {
  kernelName: tf.Relu,
  serves: (engine) => tf.getKernel(NAME, engine) !== undefined,
  gradient(dy, [x]) {
    if (x!.dtype !== 'float32') return undefined;
    if (!tf.getGradient(NAME)) tf.registerGradient(secondOrder);
    return { x: () => reluGradOf(dy, x!) };
  },
};

/** `ReluGrad` is linear in dy and flat in x. */
const secondOrder: tf.GradConfig = {
  kernelName: NAME,
  inputsToSave: ['x'],
  gradFunc: (ddy, [x]) => ({ dy: () => reluGradOf(ddy as tf.Tensor, x!), x: () => tf.zerosLike(x!) }),
};

type Run = (x: number, dy: number, dx: number, count: number) => void;
const runOf = oncePerBackend<Run>([four, one], reluGradModule);

export const reluGrad = kernel<{ dy: tf.Tensor; x: tf.Tensor }>(NAME, ({ inputs: { dy, x }, backend }) => {
  const dx = backend.makeOutput(x.shape, 'float32');
  const [from, slope, to] = [x, dy, dx].map(({ dataId }) => backend.getMemoryOffset(dataId));
  runOf(backend)(from!, slope!, to!, x.size);
  return dx;
});

/** The module whose function `run` is the kernel, on `count` numbers at the bytes `x`, `dy` and `dx`. */
function reluGradModule(vector: Lanes, shared: boolean): Uint8Array<ArrayBuffer> {
  const [x, dy, dx, count] = [0, 1, 2, 3];
  const part = (lanes: Lanes) =>
    wasm.loopWhile(
      [get(count), wasm.constant(lanes.count), wasm.atLeast],
      [
        get(dx),
        lanes.whereGreater(
          [get(x), lanes.load(0)],
          lanes.number(0),
          [get(dy), lanes.load(0)],
          lanes.number(0),
        ),
        lanes.store(0),
        [x, dy, dx].map((at) => [get(at), wasm.constant(lanes.count * 4), wasm.add, set(at)]),
        [get(count), wasm.constant(-lanes.count), wasm.add, set(count)],
      ],
    );
  return wasm.moduleOf(4, [], [part(vector), part(one)], shared);
}
