import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { four } from '../codegen/assembler.js';
import { type ProductKind, productModule } from '../codegen/product-module.js';
import { plainProduct } from './plain-products.js';
import type { Product } from './product.js';
import { productsOf } from './products.js';

const dims = fc.record({
  rows: fc.integer({ min: 1, max: 11 }),
  columns: fc.integer({ min: 1, max: 21 }),
  inner: fc.integer({ min: 1, max: 7 }),
  steps: fc.integer({ min: 1, max: 3 }),
  gap: fc.integer({ min: 0, max: 3 }),
  accumulate: fc.boolean(),
});

/** Runs a product on fresh numbers in the backend's memory and gives back all of that memory. */
function run(
  backend: BackendWasm,
  product: Product,
  kind: ProductKind,
  d: typeof dims extends fc.Arbitrary<infer T> ? T : never,
) {
  const { rows, columns, inner, steps, gap, accumulate } = d;
  const width = kind === 'matrix' ? inner : inner * columns;
  const a = backend.makeOutput([steps, rows, width + gap], 'float32');
  const b = backend.makeOutput([steps, inner, columns + gap], 'float32');
  const c = backend.makeOutput([rows, columns + gap], 'float32');
  for (const [i, info] of [a, b, c].entries())
    backend
      .typedArrayFromHeap(info)
      .set(
        tf.util.sizeFromShape(info.shape)
          ? Array.from({ length: tf.util.sizeFromShape(info.shape) }, (_, j) => Math.sin(j * 12.9898 + i))
          : [],
      );
  const [aRow, bInner] = [(width + gap) * 4, (columns + gap) * 4];
  const [atA, atB, atC] = [a, b, c].map(({ dataId }) => backend.getMemoryOffset(dataId));
  product({
    a: {
      address: atA!,
      rowStride: aRow,
      innerStride: kind === 'matrix' ? 4 : columns * 4,
      stepStride: rows * aRow,
    },
    b: { address: atB!, innerStride: bInner, stepStride: inner * bInner },
    c: { address: atC!, rowStride: bInner },
    rows,
    columns,
    inner,
    steps,
    accumulate,
  });
  const result = Array.from(backend.typedArrayFromHeap(c));
  for (const { dataId } of [a, b, c]) backend.disposeData(dataId);
  return result;
}

describe('products in the memory of the wasm backend', () => {
  let backend: BackendWasm;
  beforeAll(async () => {
    await tf.setBackend('wasm');
    backend = tf.backend() as BackendWasm;
  });

  it.each(['matrix', 'channelwise'] as const)(
    'the %s product is its definition and writes nothing else',
    (kind) => {
      const plain = plainProduct(kind, backend);
      const fast = productsOf(backend)[kind];
      expect(String(fast)).not.toBe(String(plain));
      fc.assert(
        fc.property(dims, (d) => {
          const [expected, actual] = [run(backend, plain, kind, d), run(backend, fast, kind, d)];
          expected.forEach((value, i) => expect(actual[i]).toBeCloseTo(value, 4));
        }),
        { numRuns: 300, seed: 1 },
      );
    },
  );

  it('the modules are small enough to be compiled at once on a browser page', () => {
    for (const kind of ['matrix', 'channelwise'] as const)
      for (const shared of [false, true]) expect(productModule(kind, four, shared).length).toBeLessThan(4096);
  });

  it('the module for a shared memory is valid', () => {
    expect(WebAssembly.validate(productModule('matrix', four, true))).toBe(true);
  });
});
