import * as tf from '@tensorflow/tfjs-core';
import type { Start, StartOptions } from './engine.js';
import { found, type Host, host } from './host.js';

interface TensorFlowBackend extends tf.KernelBackend {
  isUsingGpuDevice: boolean;
  binding: { TF_Version: string };
}

export const startNode: Start = (options) => start('@tensorflow/tfjs-node', options);

export const startNodeGpu: Start = async (options) => {
  const started = await start('@tensorflow/tfjs-node-gpu', options);
  if (!(tf.findBackend('tensorflow') as TensorFlowBackend).isUsingGpuDevice)
    throw new Error('TensorFlow sees no GPU here');
  return started;
};

async function start(name: string, { threads }: StartOptions) {
  const node = host();
  if (!tf.findBackend('tensorflow')) {
    if (!found(node.require, name)) throw new Error(`${name} is not installed`);
    prepare(node, threads);
    node.require(name);
  }
  const { binding, isUsingGpuDevice } = tf.findBackend('tensorflow') as TensorFlowBackend;
  return {
    backend: 'tensorflow',
    device: isUsingGpuDevice ? 'GPU, TensorFlow' : 'CPU, TensorFlow',
    version: binding.TF_Version,
  };
}

function prepare({ process, require }: Host, threads?: number): void {
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  if (threads !== undefined)
    process.env.TF_NUM_INTRAOP_THREADS = process.env.TF_NUM_INTEROP_THREADS = String(threads);
  // Node 23 removed this function, which the last tfjs-node (4.22) still calls.
  const util = require('node:util') as { isNullOrUndefined?: (value: unknown) => boolean };
  util.isNullOrUndefined ??= (value) => value === null || value === undefined;
}
