import * as tf from '@tensorflow/tfjs-core';
import { BATCH_NORM_TRAINING, BATCH_NORM_TRAINING_GRAD } from '../../../training/batch-norm-layer.js';
import { four, fourFused, one } from '../../codegen/assembler.js';
import { type ChannelKind, type ChannelRun, channelModule } from '../../codegen/channel-module.js';
import { oncePerBackend } from '../../memory/instantiate.js';
import { kernel } from '../kernel.js';

type Attrs = { varianceEpsilon: number };

const runOf = (kind: ChannelKind) =>
  oncePerBackend<ChannelRun>([fourFused, four, one], (lanes, shared) => channelModule(kind, lanes, shared));
const squaresOf = runOf('squares');
const slopesOf = runOf('slopes');
const scaledOf = runOf('scaled');
const combinedOf = runOf('combined');

/** Numbers worked on together, few enough to stay in the processor's nearest cache, and to sum with little rounding. */
const BLOCK = 8192;

/** The pixels of x in runs: the first one's bytes from the start of x, and how many. */
function* blocksOf(x: tf.Tensor, channels: number): Generator<[from: number, rows: number]> {
  const pixels = x.size / channels;
  const most = Math.max(1, Math.floor(BLOCK / channels));
  for (let first = 0; first < pixels; first += most)
    yield [first * channels * 4, Math.min(most, pixels - first)];
}

export const batchNormTraining = kernel<Record<'x' | 'scale' | 'offset', tf.Tensor>, Attrs>(
  BATCH_NORM_TRAINING,
  ({ inputs: { x, scale, offset }, attrs, backend }) => {
    const channels = scale.size;
    const mean = tf.mean(x, [0, 1, 2]);
    const y = backend.makeOutput(x.shape, 'float32');
    const variance = backend.makeOutput([channels], 'float32');
    const work = backend.makeOutput([2, channels], 'float32');
    const [from, to, center, a] = [x, y, mean, work].map(({ dataId }) => backend.getMemoryOffset(dataId));
    const [m, v, s, o, numbers] = [mean, variance, scale, offset, work].map((t) =>
      backend.typedArrayFromHeap(t),
    );
    const b = a! + channels * 4;
    const squares = new Float64Array(channels);
    const [addSquares, scaled] = [squaresOf(backend), scaledOf(backend)];
    for (const [at, rows] of blocksOf(x, channels)) {
      numbers!.fill(0);
      addSquares(from! + at, 0, 0, center!, b, a!, rows, channels);
      for (let c = 0; c < channels; c++) squares[c]! += numbers![c]!;
    }
    for (let c = 0; c < channels; c++) {
      v![c] = (squares[c]! * channels) / x.size;
      const factor = s![c]! / Math.sqrt(v![c]! + attrs.varianceEpsilon);
      numbers![c] = factor;
      numbers![channels + c] = o![c]! - m![c]! * factor;
    }
    for (const [at, rows] of blocksOf(x, channels)) scaled(from! + at, 0, to! + at, a!, b, b, rows, channels);
    backend.disposeData(work.dataId);
    return [y, mean, variance];
  },
);

/**
 * With s = 1 / √(variance + ε), p = Σ dy and q = Σ dy · (x − mean) over the n pixels: d offset = p, d scale = s · q,
 * dx = scale · s · (dy − p / n − s² · (x − mean) · q / n).
 */
export const batchNormTrainingGrad = kernel<
  Record<'dy' | 'x' | 'scale' | 'mean' | 'variance', tf.Tensor>,
  Attrs
>(BATCH_NORM_TRAINING_GRAD, ({ inputs: { dy, x, scale, mean, variance }, attrs, backend }) => {
  const channels = scale.size;
  const pixels = x.size / channels;
  const dx = backend.makeOutput(x.shape, 'float32');
  const dScale = backend.makeOutput([channels], 'float32');
  const dOffset = backend.makeOutput([channels], 'float32');
  const work = backend.makeOutput([3, channels], 'float32');
  const [from, slope, to, center, a] = [x, dy, dx, mean, work].map(({ dataId }) =>
    backend.getMemoryOffset(dataId),
  );
  const [m, v, s, toScale, toOffset, numbers] = [mean, variance, scale, dScale, dOffset, work].map((t) =>
    backend.typedArrayFromHeap(t),
  );
  const [b, c] = [a! + channels * 4, a! + 2 * channels * 4];
  const sums = new Float64Array(3 * channels);
  const [addSlopes, combined] = [slopesOf(backend), combinedOf(backend)];
  for (const [at, rows] of blocksOf(x, channels)) {
    numbers!.fill(0);
    addSlopes(from! + at, slope! + at, 0, center!, b, c, rows, channels);
    for (let i = channels; i < sums.length; i++) sums[i]! += numbers![i]!;
  }
  for (let i = 0; i < channels; i++) {
    const [p, q] = [sums[channels + i]!, sums[2 * channels + i]!];
    const inverse = 1 / Math.sqrt(v![i]! + attrs.varianceEpsilon);
    toOffset![i] = p;
    toScale![i] = inverse * q;
    const factor = s![i]! * inverse;
    const tilt = (-factor * inverse * inverse * q) / pixels;
    numbers![i] = factor;
    numbers![channels + i] = tilt;
    numbers![2 * channels + i] = -factor * (p / pixels) - tilt * m![i]!;
  }
  for (const [at, rows] of blocksOf(x, channels))
    combined(from! + at, slope! + at, to! + at, a!, b, c, rows, channels);
  backend.disposeData(work.dataId);
  return [dx, dScale, dOffset];
});
