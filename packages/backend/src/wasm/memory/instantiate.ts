import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { Lanes } from '../codegen/assembler.js';

/**
 * The function of the module made for the first of these lanes that the machine's WebAssembly can run, inside the
 * memory of `backend`; `undefined` where it can run none.
 */
export function instantiate<Run>(
  backend: BackendWasm,
  choices: readonly Lanes[],
  moduleFor: (lanes: Lanes, shared: boolean) => Uint8Array<ArrayBuffer>,
): Run | undefined {
  const memory = memoryOf(backend);
  if (!memory) return undefined;
  for (const lanes of choices) {
    const bytes = moduleFor(lanes, !(memory.buffer instanceof ArrayBuffer));
    if (!WebAssembly.validate(bytes)) continue;
    const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
    return instance.exports.run as Run;
  }
  return undefined;
}

/** `instantiate`, the first time that it is asked for a backend's function. Throws where the machine can run none. */
export function oncePerBackend<Run extends object>(
  choices: readonly Lanes[],
  moduleFor: (lanes: Lanes, shared: boolean) => Uint8Array<ArrayBuffer>,
): (backend: BackendWasm) => Run {
  const known = new WeakMap<BackendWasm, Run>();
  return (backend) => {
    const made = known.get(backend);
    if (made) return made;
    const run = instantiate<Run>(backend, choices, moduleFor);
    if (!run) throw new Error('wasm: the memory of the backend is not where it was in 4.22');
    known.set(backend, run);
    return run;
  };
}

/** Emscripten keeps the memory it made on the module, and one the module made among its exports. */
function memoryOf(backend: BackendWasm): WebAssembly.Memory | undefined {
  const { wasmMemory, asm } = backend.wasm as {
    wasmMemory?: WebAssembly.Memory;
    asm?: { memory?: WebAssembly.Memory };
  };
  return wasmMemory ?? asm?.memory;
}
