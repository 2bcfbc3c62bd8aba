import * as tf from '@tensorflow/tfjs-core';
import { Absent } from '../host/absent.js';
import { find, type Host, host } from '../host/host.js';
import { nativeFolder } from '../native/cache.js';
import { registerNodeTraining } from '../node/register.js';
import type { Start, StartOptions } from './engine.js';

interface TensorFlowBackend extends tf.KernelBackend {
  isUsingGpuDevice: boolean;
  binding: { TF_Version: string };
}

export const startNode: Start = (options) => start(options, false);

export const startNodeGpu: Start = async (options) => {
  const started = await start(options, true);
  if (!loaded()!.isUsingGpuDevice) throw new Absent('TensorFlow finds no GPU with CUDA and cuDNN here');
  return started;
};

const loaded = () => tf.findBackend('tensorflow') as TensorFlowBackend | null;

/** A process holds one TensorFlow: whichever was loaded first serves `node` and `node-gpu` alike. */
async function start({ threads }: StartOptions, gpu: boolean) {
  const node = host();
  if (!loaded()) {
    prepare(node, threads);
    load(node, gpu);
  }
  registerNodeTraining();
  const { binding, isUsingGpuDevice } = loaded()!;
  const device = `${isUsingGpuDevice ? 'GPU' : 'CPU'}, TensorFlow`;
  return { backend: 'tensorflow', device, version: binding.TF_Version };
}

/** The installed package, or else what `diff-native install` has built. */
function load(node: Host, gpu: boolean): void {
  const name = gpu ? '@tensorflow/tfjs-node-gpu' : '@tensorflow/tfjs-node';
  const folder = nativeFolder(node, gpu);
  const built = find(node.require, folder);
  if (find(node.require, name)) {
    try {
      refuseOtherCore(node, name);
      node.require(name);
      return;
    } catch (error) {
      if (!built) throw new Error(`${name} is installed but does not start: ${firstLine(error)}`);
      // It registers its kernels first and looks for its addon then.
      for (const { kernelName } of tf.getKernelsForBackend('tensorflow'))
        tf.unregisterKernel(kernelName, 'tensorflow');
    }
  }
  if (!built) throw new Absent(`${name} is not installed, and ${folder} not built`);
  node.require(folder)(node.require('@tensorflow/tfjs-core'));
}

const firstLine = (error: unknown) =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0]!.trim();

function refuseOtherCore({ require }: Host, name: string): void {
  const { createRequire } = require('node:module') as typeof import('node:module');
  const union = createRequire(require.resolve(name)).resolve('@tensorflow/tfjs');
  const theirs = createRequire(union).resolve('@tensorflow/tfjs-core');
  const ours = require.resolve('@tensorflow/tfjs-core');
  if (theirs !== ours)
    throw new Error(`it uses another copy of @tensorflow/tfjs-core, ${theirs}, than ${ours}`);
}

function prepare({ process, require }: Host, threads?: number): void {
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  if (threads !== undefined)
    process.env.TF_NUM_INTRAOP_THREADS = process.env.TF_NUM_INTEROP_THREADS = String(threads);
  // Node 23 removed this function, which the last tfjs-node (4.22) calls; Node 22 warns of it.
  const util = require('node:util') as { isNullOrUndefined?: (value: unknown) => boolean };
  util.isNullOrUndefined = (value) => value === null || value === undefined;
}
