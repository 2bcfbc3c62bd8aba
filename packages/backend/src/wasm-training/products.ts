import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { four, fourFused } from './assembler.js';
import { instantiate } from './instantiate.js';
import { plainProduct } from './plain-products.js';
import { productModule } from './product-module.js';

/**
 * Sums of products of 32-bit floats in the memory of the backend. For i < rows and j < columns a `matrix` product is
 *
 * c[i, j] = (accumulate ? c[i, j] : 0) + Σ_{s < steps} Σ_{k < inner} a[s, i, k] · b[s, k, j]
 *
 * with a[s, i, k] at byte a + s·aStep + i·aRow + k·aInner, b[s, k, j] at b + s·bStep + k·bInner + 4j, and
 * c[i, j] at c + i·cRow + 4j. A `channelwise` product has a[s, i, k, j], 4j bytes further, in the place of
 * a[s, i, k].
 */
export type Product = (
  a: number,
  b: number,
  c: number,
  rows: number,
  columns: number,
  inner: number,
  steps: number,
  aRow: number,
  aInner: number,
  aStep: number,
  bInner: number,
  bStep: number,
  cRow: number,
  accumulate: boolean,
) => void;

export type ProductKind = 'matrix' | 'channelwise';
export type Products = Record<ProductKind, Product>;

const known = new WeakMap<BackendWasm, Products>();

/**
 * The products that run inside the memory of `backend`: with fused multiply-add where the machine's WebAssembly has
 * relaxed SIMD, else with SIMD, else in JavaScript.
 */
export function productsOf(backend: BackendWasm): Products {
  let products = known.get(backend);
  if (!products) {
    const make = (kind: ProductKind) =>
      instantiate<Product>(backend, [fourFused, four], (lanes, shared) =>
        productModule(kind, lanes, shared),
      ) ?? plainProduct(kind, backend);
    products = { matrix: make('matrix'), channelwise: make('channelwise') };
    known.set(backend, products);
  }
  return products;
}
