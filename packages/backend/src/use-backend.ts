import * as tf from '@tensorflow/tfjs-core';
import { startCpu } from './engines/cpu.js';
import type { EngineName, Start } from './engines/engine.js';
import { startNode, startNodeGpu } from './engines/node.js';
import { startWasm } from './engines/wasm.js';
import { startWebgpu } from './engines/webgpu.js';

/** Best first: the order in which `useBackend` tries them. */
const engines: Record<EngineName, { start: Start; install: string }> = {
  'node-gpu': {
    start: startNodeGpu,
    install: 'npm install @tensorflow/tfjs-node-gpu, or npx diff-native install --gpu',
  },
  node: { start: startNode, install: 'npm install @tensorflow/tfjs-node, or npx diff-native install' },
  webgpu: { start: startWebgpu, install: 'npm install webgpu (in Node), or use a browser that has WebGPU' },
  wasm: { start: startWasm, install: 'npm install @tensorflow/tfjs-backend-wasm' },
  cpu: { start: startCpu, install: 'npm install @tensorflow/tfjs-backend-cpu' },
};
const names = Object.keys(engines) as EngineName[];

export interface UseBackendOptions {
  /**
   * The engine to use, or several in the order to try. Without it the environment variable `DIFF_BACKEND`
   * (names separated by commas) says, and without that all engines are tried, best first.
   */
  prefer?: EngineName | readonly EngineName[];
  /**
   * How many threads the engine may use. `node` and `node-gpu` heed it in Node, `wasm` in a browser whose page is
   * cross-origin isolated; it counts only until the engine has first started.
   */
  threads?: number;
  /** Where the browser fetches the `.wasm` files of the wasm engine: a URL prefix that ends in a slash. */
  wasmPaths?: string;
  /** Called with what was chosen, and why the engines before it were not. */
  onSelect?: (selection: BackendSelection) => void;
}

export interface BackendSelection {
  name: EngineName;
  /** What it computes on, in words. */
  device: string;
  /** The engine's own version. */
  version: string;
  passedOver: { name: EngineName; reason: string }[];
}

/**
 * Starts the best TensorFlow.js engine that there is and makes it the one that `tf` computes on. Tried in this
 * order: `node-gpu`, `node`, `webgpu`, `wasm` (with the kernels that training needs), `cpu`.
 *
 * @throws TypeError or RangeError for an option that makes no sense; Error if none of the engines asked for
 * starts (it says why, and how to install them), or if two copies of `@tensorflow/tfjs-core` are loaded.
 */
export async function useBackend(options: UseBackendOptions = {}): Promise<BackendSelection> {
  const { threads, wasmPaths, onSelect } = options;
  if (threads !== undefined && !(Number.isInteger(threads) && threads > 0))
    throw new RangeError(`useBackend: threads is ${threads}, expected a positive integer`);
  const asked = wanted(options.prefer);

  const passedOver: BackendSelection['passedOver'] = [];
  for (const name of asked ?? names) {
    try {
      const { backend, device, version } = await engines[name].start({ threads, wasmPaths, asked: !!asked });
      if (!(await tf.setBackend(backend))) throw new Error('TensorFlow.js could not start it');
      refuseSecondCopy();
      const selection = { name, device, version, passedOver };
      onSelect?.(selection);
      return selection;
    } catch (error) {
      if (error instanceof TwoCopies) throw error;
      passedOver.push({ name, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  const reasons = passedOver.map(({ name, reason }) => `${name}: ${reason} (${engines[name].install})`);
  throw new Error(`useBackend: no engine started. ${reasons.join('; ')}`);
}

function wanted(prefer: UseBackendOptions['prefer']): readonly EngineName[] | undefined {
  const { process } = globalThis as { process?: NodeJS.Process };
  const fromEnvironment = process?.env?.DIFF_BACKEND?.split(',').map((name) => name.trim());
  const list = prefer === undefined ? fromEnvironment : typeof prefer === 'string' ? [prefer] : prefer;
  if (list === undefined) return undefined;
  const source = prefer === undefined ? 'DIFF_BACKEND' : 'prefer';
  if (!list.length) throw new RangeError(`useBackend: ${source} is empty, expected ${names.join(', ')}`);
  for (const name of list)
    if (!names.includes(name as EngineName))
      throw new RangeError(
        `useBackend: ${source} names ${JSON.stringify(name)}, expected ${names.join(', ')}`,
      );
  return list as EngineName[];
}

class TwoCopies extends Error {}

/** Copies of tfjs-core share one engine through a global, which then makes the tensors of the copy loaded first. */
function refuseSecondCopy(): void {
  const made = tf.engine().makeTensor(new Float32Array(1), [1], 'float32');
  const ours = made instanceof tf.Tensor;
  made.dispose();
  if (!ours)
    throw new TwoCopies(
      'useBackend: two copies of @tensorflow/tfjs-core are loaded, and tensors of one are none to the other; ' +
        'see `npm ls @tensorflow/tfjs-core`, then `npm dedupe`',
    );
}
