import * as tf from '@tensorflow/tfjs-core';
import { inNode } from '../host/host.js';
import { Trouble } from '../host/trouble.js';
import { registerWasmTraining } from '../wasm/index.js';
import type { Start } from './engine.js';
import { findWasmFiles } from './wasm-files.js';

export const startWasm: Start = async ({ threads, wasmPaths }) => {
  const wasm = await import('@tensorflow/tfjs-backend-wasm');
  if (!tf.engine().registry.wasm) {
    const files = wasmPaths ?? (inNode() ? undefined : await findWasmFiles(wasm.version_wasm));
    if (files !== undefined) wasm.setWasmPaths(files);
    if (threads !== undefined) wasm.setThreadsCount(threads);
  }
  registerWasmTraining();
  const started = await withoutRethrowing(() => tf.setBackend('wasm'));
  if (!started)
    throw new Trouble(
      `its .wasm file did not load${wasmPaths === undefined ? '' : ` from ${wasmPaths}`}`,
      'serve the folder dist of @tensorflow/tfjs-backend-wasm, and name its address in wasmPaths',
    );
  const inUse = Math.max(1, wasm.getThreadsCount());
  return {
    backend: 'wasm',
    device: `CPU, WebAssembly, ${inUse} thread${inUse > 1 ? 's' : ''}`,
    version: wasm.version_wasm,
  };
};

/**
 * Emscripten's glue listens in Node to whatever goes uncaught and throws it again from there, so that Node prints the
 * minified line it stands on, 40 kB long, above the user's own error. Its listeners are taken away again.
 */
async function withoutRethrowing<T>(start: () => Promise<T>): Promise<T> {
  const { process } = globalThis as { process?: NodeJS.Process };
  if (!process?.versions?.node) return start();
  const listeners = (event: string) => process.listeners(event as 'uncaughtException');
  const events = ['uncaughtException', 'unhandledRejection'];
  const before = new Set(events.flatMap(listeners));
  const result = await start();
  for (const event of events) {
    for (const listener of listeners(event)) {
      if (!before.has(listener) && /ExitStatus|throw reason/.test(String(listener)))
        process.off(event, listener);
    }
  }
  return result;
}
