import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { TensorInfo } from '@tensorflow/tfjs-core';

export type Words = Int32Array | Uint8Array;

/** The elements of a tensor where they lie, as words to copy: of one byte for booleans, else of four. */
export function wordsOf(backend: BackendWasm, info: TensorInfo): Words {
  const { buffer, byteOffset, byteLength } = backend.typedArrayFromHeap(info);
  return info.dtype === 'bool'
    ? new Uint8Array(buffer, byteOffset, byteLength)
    : new Int32Array(buffer, byteOffset, byteLength / 4);
}

/** A call of `set` costs as much as copying this many words one by one. */
const LONG = 64;

/** Copies `count` runs of `length` words: run i from `from` + i·fromStep to `to` + i·toStep. */
export function copyRuns(
  source: Words,
  from: number,
  fromStep: number,
  target: Words,
  to: number,
  toStep: number,
  length: number,
  count: number,
): void {
  if (length === fromStep && length === toStep) {
    target.set(source.subarray(from, from + length * count), to);
    return;
  }
  for (let i = 0; i < count; i++, from += fromStep, to += toStep) {
    if (length < LONG) for (let j = 0; j < length; j++) target[to + j] = source[from + j]!;
    else target.set(source.subarray(from, from + length), to);
  }
}
