import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { copyRuns, placeOf } from './copy-runs.js';

/** Where in a tensor a block of numbers begins. */
export interface Corner {
  of: tf.TensorInfo;
  begin: readonly number[];
}

/** Copies a block of `size` from one tensor into another of its type. */
export function copyBlock(backend: BackendWasm, from: Corner, to: Corner, size: readonly number[]): void {
  if (tf.util.sizeFromShape([...size]) === 0) return;
  const { heap, start: target } = placeOf(backend, to.of);
  const source = placeOf(backend, from.of).start;
  const [fromSteps, toSteps] = [from, to].map(({ of }) => [...tf.util.computeStrides(of.shape), 1]) as [
    number[],
    number[],
  ];
  // Axes behind the last one that is not whole lie together in both tensors: they make up one run.
  let whole = size.length - 1;
  while (whole > 0 && size[whole] === from.of.shape[whole] && size[whole] === to.of.shape[whole]) whole--;
  const run = (size[whole] ?? 1) * (fromSteps[whole] ?? 1);
  const at = (corner: Corner, steps: number[], axis: number) =>
    (corner.begin[axis] ?? 0) * (steps[axis] ?? 0);
  const visit = (axis: number, first: number, second: number) => {
    first += at(from, fromSteps, axis);
    second += at(to, toSteps, axis);
    if (axis >= whole) {
      copyRuns(backend, heap, { from: first, fromStep: 0, to: second, toStep: 0, length: run, count: 1 });
    } else if (axis === whole - 1) {
      first += at(from, fromSteps, whole);
      second += at(to, toSteps, whole);
      copyRuns(backend, heap, {
        from: first,
        fromStep: fromSteps[axis]!,
        to: second,
        toStep: toSteps[axis]!,
        length: run,
        count: size[axis]!,
      });
    } else {
      for (let i = 0; i < size[axis]!; i++)
        visit(axis + 1, first + i * fromSteps[axis]!, second + i * toSteps[axis]!);
    }
  };
  visit(0, source, target);
}
