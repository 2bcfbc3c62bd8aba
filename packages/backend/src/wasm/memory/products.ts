import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { four, fourFused } from '../codegen/assembler.js';
import { type ProductKind, type ProductRun, productModule } from '../codegen/product-module.js';
import { instantiate } from './instantiate.js';
import { plainProduct } from './plain-products.js';
import type { Product } from './product.js';

export type Products = Record<ProductKind, Product>;

const known = new WeakMap<BackendWasm, Products>();

/**
 * The products that run inside the memory of `backend`: with fused multiply-add where the machine's WebAssembly has
 * relaxed SIMD, else with SIMD, else in JavaScript.
 */
export function productsOf(backend: BackendWasm): Products {
  let products = known.get(backend);
  if (!products) {
    products = { matrix: productOf(backend, 'matrix'), channelwise: productOf(backend, 'channelwise') };
    known.set(backend, products);
  }
  return products;
}

function productOf(backend: BackendWasm, kind: ProductKind): Product {
  const run = instantiate<ProductRun>(backend, [fourFused, four], (lanes, shared) =>
    productModule(kind, lanes, shared),
  );
  return run ? named(run) : plainProduct(kind, backend);
}

/** An object of names costs nothing here: V8 takes it apart again where it compiles the caller's loop. */
function named(run: ProductRun): Product {
  return ({ a, b, c, rows, columns, inner, steps, accumulate }) =>
    run(
      a.address,
      b.address,
      c.address,
      rows,
      columns,
      inner,
      steps,
      a.rowStride,
      a.innerStride,
      a.stepStride,
      b.innerStride,
      b.stepStride,
      c.rowStride,
      accumulate,
    );
}
