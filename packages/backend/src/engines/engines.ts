import * as tf from '@tensorflow/tfjs-core';
import { Trouble } from '../host/trouble.js';
import { startCpu } from './cpu.js';
import type { EngineName, Start, Started, StartOptions } from './engine.js';
import { startNode, startNodeGpu } from './node.js';
import { startWasm } from './wasm.js';
import { startWebgpu } from './webgpu.js';

/** Best first, which is the order in which `useBackend` tries them. */
export const engines: Record<EngineName, { start: Start; install: string }> = {
  'node-gpu': {
    start: startNodeGpu,
    install: 'npm install @tensorflow/tfjs-node-gpu, or npx -p @diff/backend diff-native install --gpu',
  },
  node: {
    start: startNode,
    install: 'npm install @tensorflow/tfjs-node, or npx -p @diff/backend diff-native install',
  },
  webgpu: { start: startWebgpu, install: 'npm install webgpu in Node, or a browser that has WebGPU' },
  wasm: { start: startWasm, install: 'it comes with @diff/backend' },
  cpu: { start: startCpu, install: 'it comes with @diff/backend' },
};

export const engineNames = Object.keys(engines) as EngineName[];

/** Starts an engine, makes `tf` compute on it, and sees to it that `tf` can take gradients. */
export async function startEngine(name: EngineName, options: StartOptions): Promise<Started> {
  // tfjs-core alone has no gradients: it is tfjs-layers that registers them, on import.
  if (!tf.getGradient('Sum')) await import('@tensorflow/tfjs-layers');
  const started = await engines[name].start(options);
  if (!(await tf.setBackend(started.backend)))
    throw new Trouble('TensorFlow.js could not start it', 'the console may say why');
  return started;
}
