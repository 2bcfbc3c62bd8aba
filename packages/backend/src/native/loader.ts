/**
 * What `diff-native install` writes beside what it downloads. tfjs-node imports `@tensorflow/tfjs` (and, once,
 * `@tensorflow/tfjs-core`), which would bring a second tfjs-core; in their place stand empty modules, filled with
 * the caller's tfjs-core just before tfjs-node loads.
 */
export const standIns = ['@tensorflow/tfjs', '@tensorflow/tfjs-core'];
export const standIn = 'module.exports = {};\n';

/** `require(folder)(tf)` registers the engine `tensorflow` with that `tf`. */
export const loader = `'use strict';
// Node 23 removed this function, which tfjs-node calls; Node 22 warns of it.
require('node:util').isNullOrUndefined = (value) => value === null || value === undefined;

module.exports = (tf) => {
  for (const name of ${JSON.stringify(standIns)}) Object.assign(require(name), tf);
  require('@tensorflow/tfjs-node/dist/register_all_kernels.js');
  const { NodeJSKernelBackend } = require('@tensorflow/tfjs-node/dist/nodejs_kernel_backend.js');
  const { nodeFileSystemRouter } = require('@tensorflow/tfjs-node/dist/io/file_system.js');
  const binding = loadQuietly('./lib/tfjs_binding.node');
  tf.registerBackend('tensorflow', () => new NodeJSKernelBackend(binding, '@tensorflow/tfjs-node'), 3);
  tf.io.registerLoadRouter(nodeFileSystemRouter);
  tf.io.registerSaveRouter(nodeFileSystemRouter);
};

function loadQuietly(path) {
  if (process.env.TF_CPP_MIN_LOG_LEVEL === '0') return require(path);
  const stderr = require('./lib/mute.node');
  stderr.off();
  try {
    return require(path);
  } finally {
    stderr.on();
  }
}
`;

/**
 * An addon that turns standard error off and on. TensorFlow greets from the initializers of its library, before it
 * reads any setting that would silence it.
 */
export const mute = `#include <fcntl.h>
#include <node_api.h>
#include <unistd.h>

static int kept = -1;

static napi_value off(napi_env env, napi_callback_info info) {
  int nowhere = open("/dev/null", O_WRONLY);
  if (kept < 0 && nowhere >= 0 && (kept = dup(2)) >= 0) dup2(nowhere, 2);
  if (nowhere >= 0) close(nowhere);
  return nullptr;
}

static napi_value on(napi_env env, napi_callback_info info) {
  if (kept >= 0) {
    dup2(kept, 2);
    close(kept);
    kept = -1;
  }
  return nullptr;
}

NAPI_MODULE_INIT() {
  napi_value function;
  napi_create_function(env, "off", NAPI_AUTO_LENGTH, off, nullptr, &function);
  napi_set_named_property(env, exports, "off", function);
  napi_create_function(env, "on", NAPI_AUTO_LENGTH, on, nullptr, &function);
  napi_set_named_property(env, exports, "on", function);
  return exports;
}
`;
