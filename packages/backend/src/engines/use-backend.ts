import { check, checkFunction, checkInteger, checkOptions, checkString, show } from '@diff/checks';
import { Trouble } from '../host/trouble.js';
import { dilatedConv2dGradient, dilatedDepthwiseGradient } from '../training/dilated-conv-gradients.js';
import { replaceGradient } from '../training/gradient.js';
import type { EngineName, Started } from './engine.js';
import { engineNames, engines, startEngine } from './engines.js';
import { refuseSecondCore } from './one-core.js';

/** What `useBackend` can be asked for. */
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
  /**
   * Where a browser fetches the `.wasm` files of the wasm engine: a URL prefix that ends in a slash. Default: where Vite or
   * webpack has put them, else the package's folder beside this one (on a CDN, in `node_modules`), else beside the page.
   */
  wasmPaths?: string;
  /** Called with what was chosen, and why the engines before it were not. */
  onSelect?: (selection: BackendSelection) => void;
}

/** The engine that `useBackend` chose. */
export interface BackendSelection {
  name: EngineName;
  /** What it computes on, in words. */
  device: string;
  /** The engine's own version. */
  version: string;
  /** The engines that were tried before it: why each did not start, and what to do about it. */
  passedOver: { name: EngineName; reason: string; remedy: string }[];
}

/**
 * Starts the best TensorFlow.js engine that there is and makes `tf` compute on it. Tried in this order: `node-gpu`,
 * `node`, `webgpu` (unless its device is software), `wasm` (with the kernels that training needs), `cpu`. A fall to `cpu`
 * is warned of on the console, once.
 *
 * @throws TypeError or RangeError for an option that makes no sense; Error if no engine starts, of all or of those
 * asked for (it says why each did not, and how to install it), or if two copies of `@tensorflow/tfjs-core` are loaded.
 */
export async function useBackend(options: UseBackendOptions = {}): Promise<BackendSelection> {
  checkOptions('useBackend', options, ['prefer', 'threads', 'wasmPaths', 'onSelect']);
  const { threads, wasmPaths, onSelect } = options;
  if (threads !== undefined) checkInteger('useBackend', 'threads', threads, 1);
  if (wasmPaths !== undefined) checkString('useBackend', 'wasmPaths', wasmPaths);
  if (onSelect !== undefined) checkFunction('useBackend', 'onSelect', onSelect);
  const asked = wanted(options.prefer);

  const passedOver: BackendSelection['passedOver'] = [];
  for (const name of asked ?? engineNames) {
    let started: Started;
    try {
      started = await startEngine(name, { threads, wasmPaths, asked: !!asked });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const remedy = (error instanceof Trouble && error.remedy) || engines[name].install;
      passedOver.push({ name, reason, remedy });
      continue;
    }
    refuseSecondCore();
    [dilatedConv2dGradient, dilatedDepthwiseGradient].forEach(replaceGradient);
    if (name === 'cpu' && passedOver.length) warnOfCpu(passedOver);
    const selection = { name, device: started.device, version: started.version, passedOver };
    onSelect?.(selection);
    return selection;
  }
  const reasons = passedOver.map(({ name, reason, remedy }) => `${name}: ${reason} (${remedy})`);
  throw new Error(`useBackend: no engine started. ${reasons.join('; ')}`);
}

function wanted(prefer: UseBackendOptions['prefer']): readonly EngineName[] | undefined {
  const { process } = globalThis as { process?: NodeJS.Process };
  const source = prefer === undefined ? 'DIFF_BACKEND' : 'prefer';
  const asked = (process?.env?.DIFF_BACKEND || undefined)?.split(',').map((name) => name.trim());
  const list = prefer === undefined ? asked : prefer;
  if (list === undefined) return undefined;
  const names = (typeof list === 'string' ? [list] : list) as readonly EngineName[];
  check(Array.isArray(names), 'useBackend', source, prefer, 'a name or a list of names', 'other');
  const expected = engineNames.join(', ');
  if (!names.length) throw new RangeError(`useBackend: ${source} is empty, expected ${expected}`);
  for (const name of names)
    if (!engineNames.includes(name))
      throw new RangeError(`useBackend: ${source} names ${show(name)}, expected ${expected}`);
  return names;
}

let warned = false;

/** Once in a process. Training that seems to hang is worse than a line on the console. */
function warnOfCpu(passedOver: BackendSelection['passedOver']): void {
  if (warned) return;
  warned = true;
  const lines = passedOver.map(({ name, reason, remedy }) => `  ${name}: ${reason}\n    → ${remedy}`);
  // biome-ignore lint/suspicious/noConsole: the one thing that this package prints by itself
  console.warn(
    `@diff/backend: NO FAST ENGINE STARTED. TensorFlow.js computes in plain JavaScript, hundreds of times slower.\n${lines.join('\n')}`,
  );
}
