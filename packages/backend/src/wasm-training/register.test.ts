import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { registerWasmTraining } from './index.js';

const cpuKernels = tf.getKernelsForBackend('cpu');
const names = (backend: string) => tf.getKernelsForBackend(backend).map(({ kernelName }) => kernelName);

/** What the cpu engine has and wasm has not, with `registerWasmTraining` too: complex numbers, strings, ragged tensors. */
const lacking = [
  ...[tf.Complex, tf.ComplexAbs, tf.FFT, tf.IFFT, tf.Imag, tf.Real],
  ...[tf.Draw, tf.RaggedGather, tf.RaggedRange, tf.RaggedTensorToTensor, tf.StaticRegexReplace],
];

it('gives wasm every kernel of the cpu engine but the listed ones, and twice is as once', () => {
  registerWasmTraining();
  const kernels = tf.getKernelsForBackend('wasm');
  const missing = names('cpu').filter((name) => !names('wasm').includes(name));
  expect(missing.sort()).toEqual(lacking.sort());
  registerWasmTraining();
  expect(tf.getKernelsForBackend('wasm')).toEqual(kernels);
});

it('leaves the other engines as they are', () => {
  registerWasmTraining();
  expect(tf.getKernelsForBackend('cpu')).toEqual(cpuKernels);
});
