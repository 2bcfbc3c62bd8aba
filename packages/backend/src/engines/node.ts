import * as tf from '@tensorflow/tfjs-core';
import { find, type Host, host } from '../host/host.js';
import { Absent, Trouble } from '../host/trouble.js';
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
  if (!loaded()!.isUsingGpuDevice)
    throw new Absent(
      'TensorFlow finds no GPU with CUDA and cuDNN here',
      '`nvidia-smi` must list the GPU, and LD_LIBRARY_PATH hold the folders of CUDA 12 and cuDNN 9; ' +
        'with TF_CPP_MIN_LOG_LEVEL=0 TensorFlow says which library it misses; see docs/gpu.md',
    );
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
  const install = `npx -p @diff/backend diff-native install${gpu ? ' --gpu' : ''}`;
  if (find(node.require, name)) {
    try {
      refuseOtherCore(node, name);
      node.require(name);
      return;
    } catch (error) {
      if (error instanceof Trouble && !built) throw error;
      if (!built)
        throw new Trouble(
          `${name} is installed but does not start: ${firstLine(error)}`,
          `its install did not fetch or build its library: \`npm rebuild ${name}\` shows why; or \`${install}\`, which takes its place`,
        );
      // It registers its kernels first and looks for its addon then.
      for (const { kernelName } of tf.getKernelsForBackend('tensorflow'))
        tf.unregisterKernel(kernelName, 'tensorflow');
    }
  }
  if (!built)
    throw new Absent(
      `${name} is not installed, and ${folder} not built`,
      `npm install ${name}, or ${install}`,
    );
  try {
    node.require(folder)(node.require('@tensorflow/tfjs-core'));
  } catch (error) {
    throw new Trouble(firstLine(error), `delete ${folder} and build it again: ${install}`);
  }
}

const firstLine = (error: unknown) =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0]!.trim();

function refuseOtherCore({ require }: Host, name: string): void {
  const { createRequire } = require('node:module') as typeof import('node:module');
  const union = createRequire(require.resolve(name)).resolve('@tensorflow/tfjs');
  const theirs = createRequire(union).resolve('@tensorflow/tfjs-core');
  const ours = require.resolve('@tensorflow/tfjs-core');
  if (theirs !== ours)
    throw new Trouble(
      `it uses another copy of @tensorflow/tfjs-core, ${theirs}, than ${ours}`,
      '`npm ls @tensorflow/tfjs-core` shows who brought them, `npm dedupe` may help',
    );
}

function prepare({ process, require }: Host, threads?: number): void {
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  if (threads !== undefined)
    process.env.TF_NUM_INTRAOP_THREADS = process.env.TF_NUM_INTEROP_THREADS = String(threads);
  // Node 23 removed this function, which the last tfjs-node (4.22) calls; Node 22 warns of it.
  const util = require('node:util') as { isNullOrUndefined?: (value: unknown) => boolean };
  util.isNullOrUndefined = (value) => value === null || value === undefined;
}
