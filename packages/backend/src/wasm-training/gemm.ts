import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { four, fourFused } from './assembler.js';
import { gemmModule } from './gemm-module.js';
import { plainGemm } from './gemm-plain.js';

/**
 * Sums products of matrices of 32-bit floats in the memory of the backend: for i < rows and j < columns,
 *
 * c[i, j] = (accumulate ? c[i, j] : 0) + Σ_{s < steps} Σ_{k < inner} a[s, i, k] · b[s, k, j]
 *
 * with a[s, i, k] at byte a + s·aStep + i·aRow + k·aInner, b[s, k, j] at b + s·bStep + k·bInner + 4j, and
 * c[i, j] at c + i·cRow + 4j.
 */
export type Gemm = (
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

const gemms = new WeakMap<BackendWasm, Gemm>();

/**
 * The product that runs inside the memory of `backend`: with fused multiply-add where the machine's WebAssembly
 * has relaxed SIMD, else with SIMD, else in plain JavaScript.
 */
export function gemmOf(backend: BackendWasm): Gemm {
  let gemm = gemms.get(backend);
  if (!gemm) gemms.set(backend, (gemm = instantiate(backend) ?? plainGemm(backend)));
  return gemm;
}

function instantiate(backend: BackendWasm): Gemm | undefined {
  const memory = memoryOf(backend);
  if (!memory) return undefined;
  for (const lanes of [fourFused, four]) {
    const bytes = gemmModule(lanes, memory.buffer instanceof ArrayBuffer === false);
    if (!WebAssembly.validate(bytes)) continue;
    const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
    return instance.exports.run as Gemm;
  }
  return undefined;
}

/** Emscripten keeps the memory it made on the module, and one the module made among its exports. */
function memoryOf(backend: BackendWasm): WebAssembly.Memory | undefined {
  const { wasmMemory, asm } = backend.wasm as {
    wasmMemory?: WebAssembly.Memory;
    asm?: { memory?: WebAssembly.Memory };
  };
  return wasmMemory ?? asm?.memory;
}
