import * as tf from '@tensorflow/tfjs-core';
import type { Start } from './engine.js';

export const startCpu: Start = async () => {
  const { version_cpu } = await import('@tensorflow/tfjs-backend-cpu');
  // Its first write prints an advertisement for tfjs-node.
  (tf.findBackend('cpu') as tf.KernelBackend & { firstUse: boolean }).firstUse = false;
  return { backend: 'cpu', device: 'CPU, plain JavaScript', version: version_cpu };
};
