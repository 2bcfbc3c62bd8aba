import type { EngineName, Started } from './engines/engine.js';
import { engineNames, engines, startEngine } from './engines/engines.js';
import { refuseSecondCore } from './engines/one-core.js';

export interface UseBackendOptions {
  /**
   * The engine to use, or several in the order to try. Without it the environment variable `DIFF_BACKEND`
   * (names separated by commas) says, and without that all engines are tried, best first.
   */
  prefer?: EngineName | readonly EngineName[];
  /**
   * How many threads the engine may use: `node` anywhere, `wasm` in a browser whose page is cross-origin isolated
   * (in Node it has one; see `parallelMap`). It counts only the first time that the engine starts in a process, and
   * for `node` only from the main thread.
   */
  threads?: number;
  /** Where a browser fetches the `.wasm` files of the wasm engine: a URL prefix that ends in a slash. */
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
 * Starts the best TensorFlow.js engine that there is and makes `tf` compute on it. Tried in this order: `node-gpu`,
 * `node`, `webgpu` (unless its device is software), `wasm` (with the kernels that training needs), `cpu`.
 *
 * @throws TypeError or RangeError for an option that makes no sense; Error if no engine starts, of all or of those
 * asked for (it says why each did not, and how to install it), or if two copies of `@tensorflow/tfjs-core` are loaded.
 */
export async function useBackend(options: UseBackendOptions = {}): Promise<BackendSelection> {
  const { threads, wasmPaths, onSelect } = options;
  if (threads !== undefined && !(Number.isInteger(threads) && threads > 0))
    throw new RangeError(`useBackend: threads is ${threads}, expected a positive integer`);
  const asked = wanted(options.prefer);

  const passedOver: BackendSelection['passedOver'] = [];
  for (const name of asked ?? engineNames) {
    let started: Started;
    try {
      started = await startEngine(name, { threads, wasmPaths, asked: !!asked });
    } catch (error) {
      passedOver.push({ name, reason: error instanceof Error ? error.message : String(error) });
      continue;
    }
    refuseSecondCore();
    const selection = { name, device: started.device, version: started.version, passedOver };
    onSelect?.(selection);
    return selection;
  }
  const reasons = passedOver.map(({ name, reason }) => `${name}: ${reason} (${engines[name].install})`);
  throw new Error(`useBackend: no engine started. ${reasons.join('; ')}`);
}

function wanted(prefer: UseBackendOptions['prefer']): readonly EngineName[] | undefined {
  const { process } = globalThis as { process?: NodeJS.Process };
  const source = prefer === undefined ? 'DIFF_BACKEND' : 'prefer';
  const list = prefer ?? (process?.env?.DIFF_BACKEND || undefined)?.split(',').map((name) => name.trim());
  if (list === undefined) return undefined;
  const names = (typeof list === 'string' ? [list] : list) as readonly EngineName[];
  if (!Array.isArray(names))
    throw new TypeError(`useBackend: ${source} is ${names}, expected a name or a list of names`);
  if (!names.length)
    throw new RangeError(`useBackend: ${source} is empty, expected ${engineNames.join(', ')}`);
  for (const name of names)
    if (!engineNames.includes(name))
      throw new RangeError(
        `useBackend: ${source} names ${JSON.stringify(name)}, expected ${engineNames.join(', ')}`,
      );
  return names;
}
