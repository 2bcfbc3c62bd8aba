import type { EngineName } from '@diff/backend';
import type { Config } from '../config/schema.js';

export interface EngineChoice {
  /** The engine to ask for; `undefined` takes the best one there is, or that of DIFF_BACKEND. */
  prefer?: EngineName;
  /** Threads of TensorFlow in each worker. */
  threads: number;
  /** How many workers go side by side on the engine that was started. */
  workersOn(engine: EngineName): number;
}

/**
 * The side of images up to which an operation is too short to be worth several threads of TensorFlow: there every worker has
 * one, and beyond, the workers share the cores.
 */
const SMALL = 128;

/** What wasm, which is always there, does about as fast as TensorFlow, which takes longer to start so small an operation. */
const isTiny = ({ data, diagnosis, segmentation }: Config) =>
  data.size <= 64 && Math.max(diagnosis.width, segmentation.width) <= 16;

/** Which engine a run is to start, and how it shares the cores. `workers` are those that the user asked for. */
export function chooseEngine(
  config: Config,
  { workers, cores, environment = process.env.DIFF_BACKEND }: Machine,
): EngineChoice {
  const large = config.data.size > SMALL;
  return {
    prefer: config.engine ?? (isTiny(config) && !environment ? 'wasm' : undefined),
    threads: large ? Math.max(1, Math.floor(cores / (workers ?? 1))) : 1,
    workersOn(engine) {
      // A second worker on a GPU would only be in the way.
      if (engine === 'node-gpu' || engine === 'webgpu') return 1;
      return workers ?? (large && engine === 'node' ? 1 : cores);
    },
  };
}

interface Machine {
  workers?: number;
  cores: number;
  /** What DIFF_BACKEND says. */
  environment?: string;
}
