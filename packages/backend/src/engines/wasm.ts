import * as tf from '@tensorflow/tfjs-core';
import { registerWasmTraining } from '../wasm-training/index.js';
import type { Start } from './engine.js';

export const startWasm: Start = async ({ threads, wasmPaths }) => {
  const wasm = await import('@tensorflow/tfjs-backend-wasm');
  if (!tf.engine().registry.wasm) {
    if (wasmPaths !== undefined) wasm.setWasmPaths(wasmPaths);
    if (threads !== undefined) wasm.setThreadsCount(threads);
  }
  registerWasmTraining();
  if (!(await tf.setBackend('wasm')))
    throw new Error('its .wasm file did not load; see the option wasmPaths');
  const inUse = Math.max(1, wasm.getThreadsCount());
  return {
    backend: 'wasm',
    device: `CPU, WebAssembly, ${inUse} thread${inUse > 1 ? 's' : ''}`,
    version: wasm.version_wasm,
  };
};
