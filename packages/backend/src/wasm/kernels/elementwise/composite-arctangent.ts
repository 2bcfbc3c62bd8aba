import type * as tf from '@tensorflow/tfjs-core';
import { type ArctangentKind, arctangentModule } from '../../codegen/arctangent-module.js';
import { four, fourFused, one } from '../../codegen/assembler.js';
import { oncePerBackend } from '../../memory/instantiate.js';
import { kernel } from '../kernel.js';

type Run = (
  x: number,
  bias: number,
  out: number,
  dy: number,
  dx: number,
  rows: number,
  columns: number,
) => void;

const runOf = (kind: ArctangentKind) =>
  oncePerBackend<Run>([fourFused, four, one], (lanes, shared) => arctangentModule(kind, lanes, shared));
const forwardOf = runOf('forward');
const backwardOf = runOf('backward');

/** concat(a / 0.67, a² / 0.6) along the last axis, a = arctan(x + bias): x [B, N, C], bias [B, 1, C] → [B, N, 2C]. */
export const compositeArctangent = kernel<{ x: tf.Tensor3D; bias: tf.Tensor3D }>(
  'CompositeArctangent',
  ({ inputs: { x, bias }, backend }) => {
    const [batch, rows, columns] = x.shape;
    const out = backend.makeOutput([batch, rows, 2 * columns], 'float32');
    const run = forwardOf(backend);
    const [from, add, to] = [x, bias, out].map(({ dataId }) => backend.getMemoryOffset(dataId as object));
    for (let b = 0; b < batch; b++) {
      const size = rows * columns * 4;
      run(from! + b * size, add! + b * columns * 4, to! + 2 * b * size, 0, 0, rows, columns);
    }
    return out;
  },
);

/** Its gradient by x from that by `out`, which is what it returned: [B, N, C]. */
export const compositeArctangentGrad = kernel<Record<'x' | 'bias' | 'out' | 'dy', tf.Tensor3D>>(
  'CompositeArctangentGrad',
  ({ inputs: { x, bias, out, dy }, backend }) => {
    const [batch, rows, columns] = x.shape;
    const dx = backend.makeOutput(x.shape, 'float32');
    const run = backwardOf(backend);
    const at = [x, bias, out, dy, dx].map(({ dataId }) => backend.getMemoryOffset(dataId as object));
    for (let b = 0; b < batch; b++) {
      const size = rows * columns * 4;
      const steps = [size, columns * 4, 2 * size, 2 * size, size];
      const [from, add, value, slope, to] = at.map((start, i) => start + b * steps[i]!);
      run(from!, add!, value!, slope!, to!, rows, columns);
    }
    return dx;
  },
);
