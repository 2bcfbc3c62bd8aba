import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { Gemm } from './gemm.js';

/** The same product in JavaScript, for a WebAssembly without SIMD. */
export function plainGemm(backend: BackendWasm): Gemm {
  return (a, b, c, rows, columns, inner, steps, aRow, aInner, aStep, bInner, bStep, cRow, accumulate) => {
    const { buffer } = (backend.wasm as unknown as { HEAPU8: Uint8Array }).HEAPU8;
    const heap = new Float32Array(buffer);
    for (let i = 0; i < rows; i++) {
      const to = (c + i * cRow) / 4;
      if (!accumulate) heap.fill(0, to, to + columns);
      for (let s = 0; s < steps; s++) {
        for (let k = 0; k < inner; k++) {
          const left = heap[(a + s * aStep + i * aRow + k * aInner) / 4]!;
          const from = (b + s * bStep + k * bInner) / 4;
          for (let j = 0; j < columns; j++) heap[to + j]! += left * heap[from + j]!;
        }
      }
    }
  };
}
