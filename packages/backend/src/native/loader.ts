/**
 * What `diff-native install` writes beside what it downloads. tfjs-node imports `@tensorflow/tfjs` (and, once,
 * `@tensorflow/tfjs-core`), which would bring a second tfjs-core; in their place stand empty modules, filled with
 * the caller's tfjs-core just before tfjs-node loads.
 */
export const standIns = ['@tensorflow/tfjs', '@tensorflow/tfjs-core'];
export const standIn = 'module.exports = {};\n';

/** `require(folder)(tf)` registers the engine `tensorflow` with that `tf`. */
export const loader = `'use strict';
const util = require('node:util');
// Node 23 removed this function, which tfjs-node calls.
util.isNullOrUndefined ??= (value) => value === null || value === undefined;

module.exports = (tf) => {
  for (const name of ${JSON.stringify(standIns)}) Object.assign(require(name), tf);
  require('@tensorflow/tfjs-node/dist/register_all_kernels.js');
  const { NodeJSKernelBackend } = require('@tensorflow/tfjs-node/dist/nodejs_kernel_backend.js');
  const { nodeFileSystemRouter } = require('@tensorflow/tfjs-node/dist/io/file_system.js');
  const binding = require('./lib/tfjs_binding.node');
  tf.registerBackend('tensorflow', () => new NodeJSKernelBackend(binding, '@tensorflow/tfjs-node'), 3);
  tf.io.registerLoadRouter(nodeFileSystemRouter);
  tf.io.registerSaveRouter(nodeFileSystemRouter);
};
`;
