import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { TensorInfo } from '@tensorflow/tfjs-core';

/** The backend's memory as words to copy, of one byte for booleans, else of four, and where a tensor begins in it. */
export interface Place {
  heap: Int32Array | Uint8Array;
  start: number;
}

/** Valid until the backend allocates: its memory may move then. */
export function placeOf(backend: BackendWasm, info: TensorInfo): Place {
  const { buffer, byteOffset } = backend.typedArrayFromHeap(info);
  const heap = info.dtype === 'bool' ? new Uint8Array(buffer) : new Int32Array(buffer);
  return { heap, start: byteOffset / heap.BYTES_PER_ELEMENT };
}

/** A call of `copyWithin` takes as long as copying this many words one by one. */
const SHORT = 12;

/** Copies `count` runs of `length` words within the heap: run i from `from` + i·fromStep to `to` + i·toStep. */
export function copyRuns(
  heap: Int32Array | Uint8Array,
  from: number,
  fromStep: number,
  to: number,
  toStep: number,
  length: number,
  count: number,
): void {
  if (length === fromStep && length === toStep) {
    heap.copyWithin(to, from, from + length * count);
    return;
  }
  for (let i = 0; i < count; i++, from += fromStep, to += toStep) {
    if (length < SHORT) for (let j = 0; j < length; j++) heap[to + j] = heap[from + j]!;
    else heap.copyWithin(to, from, from + length);
  }
}
