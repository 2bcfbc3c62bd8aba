import type * as tf from '@tensorflow/tfjs-core';
import { RELU_GRAD } from '../../../training/relu-gradient.js';
import * as wasm from '../../codegen/assembler.js';
import { four, get, type Lanes, one, set } from '../../codegen/assembler.js';
import { oncePerBackend } from '../../memory/instantiate.js';
import { kernel } from '../kernel.js';

type Run = (x: number, dy: number, dx: number, count: number) => void;
const runOf = oncePerBackend<Run>([four, one], reluGradModule);

/** dy where x > 0, else 0. */
export const reluGrad = kernel<{ dy: tf.Tensor; x: tf.Tensor }>(
  RELU_GRAD,
  ({ inputs: { dy, x }, backend }) => {
    const dx = backend.makeOutput(x.shape, 'float32');
    const [from, slope, to] = [x, dy, dx].map(({ dataId }) => backend.getMemoryOffset(dataId));
    runOf(backend)(from!, slope!, to!, x.size);
    return dx;
  },
);

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
