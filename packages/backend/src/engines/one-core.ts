import * as tf from '@tensorflow/tfjs-core';
import { host, inNode } from '../host/host.js';

/**
 * Throws if another copy of tfjs-core is loaded beside this one. They share an engine and its kernels through
 * globals, but not their tensors' class, custom layers, nor ways to load and save.
 */
export function refuseSecondCore(): void {
  const copies = inNode() ? loadedCores() : [];
  if (copies.length < 2 && makesOurTensors()) return;
  throw new Error(
    `useBackend: more than one copy of @tensorflow/tfjs-core is loaded${copies.length ? `, ${copies.join(' and ')}` : ''}; ` +
      '`npm ls @tensorflow/tfjs-core` shows who brought them, `npm dedupe` may help',
  );
}

/** The engine was made by the first copy to load. tfjs-core's `instanceof` would take another's tensor for its own. */
function makesOurTensors(): boolean {
  const made = tf.engine().makeTensor(new Float32Array(1), [1], 'float32');
  made.dispose();
  return made.constructor === tf.Tensor;
}

function loadedCores(): string[] {
  try {
    const files = Object.keys(host().require.cache);
    return files.filter((file) => /[\\/]tfjs-core[\\/]dist[\\/]tf-core\.node(\.min)?\.js$/.test(file));
  } catch {
    return [];
  }
}
