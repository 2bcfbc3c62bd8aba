import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { TensorInfo } from '@tensorflow/tfjs-core';

/** The images of a batch, or the slices of its volumes, with zeros around each. */
export interface PaddedImages {
  /** The byte where an image begins; a further call may overwrite what an earlier one gave. */
  address(image: number): number;
  /** Bytes of a row and of a pixel. */
  row: number;
  pixel: number;
  dispose(): void;
}

/**
 * The images of `x`, […, h, w, c], each with `rows` and `columns` of zeros before and after it, and with each channel
 * `times` over.
 */
export function padImages(
  backend: BackendWasm,
  x: TensorInfo,
  rows: readonly [number, number],
  columns: readonly [number, number],
  times = 1,
): PaddedImages {
  const [height, width, channels] = x.shape.slice(-3) as [number, number, number];
  const pixel = channels * times * 4;
  const row = (width + columns[0] + columns[1]) * pixel;
  if (times === 1 && ![...rows, ...columns].some(Boolean)) {
    const start = backend.getMemoryOffset(x.dataId);
    return { address: (image) => start + image * height * row, row, pixel, dispose() {} };
  }
  const scratch = backend.makeOutput([height + rows[0] + rows[1], row / 4], 'float32');
  const { buffer } = backend.typedArrayFromHeap(scratch).fill(0);
  const heap = new Float32Array(buffer);
  const start = backend.getMemoryOffset(scratch.dataId);
  const source = backend.getMemoryOffset(x.dataId) / 4;
  const length = width * channels;
  return {
    address(image) {
      for (let r = 0; r < height; r++) {
        const from = source + (image * height + r) * length;
        let to = (start + (r + rows[0]) * row + columns[0] * pixel) / 4;
        if (times === 1) heap.copyWithin(to, from, from + length);
        else for (let i = from; i < from + length; i++, to += times) heap.fill(heap[i]!, to, to + times);
      }
      return start;
    },
    row,
    pixel,
    dispose: () => void backend.disposeData(scratch.dataId),
  };
}

/** Where the results of an image go: the first byte, how many, and the bytes from one to the next. */
export interface Target {
  address: number;
  rows: number;
  columns: number;
  row: number;
  pixel: number;
}
