import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import * as wasm from '../codegen/assembler.js';
import { type Code, four, get, type Lanes, one, set } from '../codegen/assembler.js';
import { oncePerBackend } from './instantiate.js';

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

/** Words up to which a run is copied word by word faster than by a call of `copyWithin`. */
const SHORT = 256;

/** `count` runs of `length` words: run i goes from `from` + i·fromStep to `to` + i·toStep. */
export interface Runs {
  from: number;
  fromStep: number;
  to: number;
  toStep: number;
  length: number;
  count: number;
}

/** Copies runs of words within the heap. */
export function copyRuns(backend: BackendWasm, heap: Int32Array | Uint8Array, runs: Runs): void {
  const { fromStep, toStep, length, count } = runs;
  let { from, to } = runs;
  if (length === fromStep && length === toStep) {
    heap.copyWithin(to, from, from + length * count);
  } else if (length <= SHORT && count > 1 && heap instanceof Int32Array) {
    runsOf(backend)(4 * from, 4 * fromStep, 4 * to, 4 * toStep, length, count);
  } else {
    for (let i = 0; i < count; i++, from += fromStep, to += toStep) heap.copyWithin(to, from, from + length);
  }
}

type Run = (
  from: number,
  fromStep: number,
  to: number,
  toStep: number,
  length: number,
  count: number,
) => void;
const runsOf = oncePerBackend<Run>([four, one], runsModule);

/** The module whose function `run` copies `count` runs of `length` words; the places and steps are bytes. */
function runsModule(vector: Lanes, shared: boolean): Uint8Array<ArrayBuffer> {
  const [from, fromStep, to, toStep, length, count, source, target, rest] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  const increase = (local: number, by: Code) => [get(local), by, wasm.add, set(local)];
  const part = (lanes: Lanes) =>
    wasm.loopWhile(
      [get(rest), wasm.constant(lanes.count), wasm.atLeast],
      [
        [get(target), get(source), lanes.load(0), lanes.store(0)],
        [source, target].map((at) => increase(at, wasm.constant(lanes.count * 4))),
        increase(rest, wasm.constant(-lanes.count)),
      ],
    );
  const body = wasm.loopWhile(get(count), [
    [get(from), set(source), get(to), set(target), get(length), set(rest)],
    vector === one ? [] : part(vector),
    part(one),
    increase(from, get(fromStep)),
    increase(to, get(toStep)),
    increase(count, wasm.constant(-1)),
  ]);
  return wasm.moduleOf(6, [wasm.I32, wasm.I32, wasm.I32], body, shared);
}
