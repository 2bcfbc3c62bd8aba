import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { ProductKind } from '../codegen/product-module.js';
import type { Product } from './product.js';

/** A product by its definition, for a WebAssembly without SIMD. */
export function plainProduct(kind: ProductKind, backend: BackendWasm): Product {
  const { wasm } = backend as unknown as { wasm: { HEAPU8: Uint8Array } };
  const aColumn = kind === 'channelwise' ? 1 : 0;
  return ({ a, b, c, rows, columns, inner, steps, accumulate }) => {
    const heap = new Float32Array(wasm.HEAPU8.buffer);
    for (let i = 0; i < rows; i++) {
      const to = (c.address + i * c.rowStride) / 4;
      if (!accumulate) heap.fill(0, to, to + columns);
      for (let s = 0; s < steps; s++) {
        for (let k = 0; k < inner; k++) {
          const left = (a.address + s * a.stepStride + i * a.rowStride + k * a.innerStride) / 4;
          const right = (b.address + s * b.stepStride + k * b.innerStride) / 4;
          for (let j = 0; j < columns; j++) heap[to + j]! += heap[left + j * aColumn]! * heap[right + j]!;
        }
      }
    }
  };
}
