/** What a product reads and writes. Addresses and strides are bytes in the memory of the backend. */
export interface ProductCall {
  a: { address: number; rowStride: number; innerStride: number; stepStride: number };
  b: { address: number; innerStride: number; stepStride: number };
  c: { address: number; rowStride: number };
  rows: number;
  columns: number;
  inner: number;
  steps: number;
  /** Whether the sums are added to what `c` holds. */
  accumulate: boolean;
}

/**
 * Sums of products of 32-bit floats in the memory of the backend. For i < rows and j < columns a `matrix` product is
 *
 * c[i, j] = (accumulate ? c[i, j] : 0) + Σ_{s < steps} Σ_{k < inner} a[s, i, k] · b[s, k, j]
 *
 * with a[s, i, k] at a.address + s·a.stepStride + i·a.rowStride + k·a.innerStride, b[s, k, j] at
 * b.address + s·b.stepStride + k·b.innerStride + 4j, and c[i, j] at c.address + i·c.rowStride + 4j. A `channelwise`
 * product has a[s, i, k, j], 4j bytes further, in the place of a[s, i, k].
 */
export type Product = (call: ProductCall) => void;
