import { availableParallelism } from 'node:os';
import { type BackendSelection, type EngineName, useBackend } from '@diff/backend';
import type { Config } from '../config/schema.js';
import { UserError } from '../user-error.js';
import { chooseEngine } from './choose-engine.js';

/** Versions of engines; null where one could not be started here. */
export type EngineVersions = Partial<Record<EngineName, string | null>>;

/**
 * Starts the engine here too, where little is computed: a native engine must be loaded by the main thread, or the process
 * crashes when the last worker that has it ends.
 *
 * @param asked How many workers the user wants.
 * @param elsewhere Other machines compute: an engine that was asked for need not be here.
 */
export async function startEngine(
  config: Config,
  asked?: number,
  { elsewhere = false } = {},
): Promise<{ engine: BackendSelection; workers: number; versions: EngineVersions }> {
  const choice = chooseEngine(config, {
    ...(asked !== undefined && { workers: asked }),
    cores: availableParallelism(),
  });
  const start = async (prefer: EngineName | undefined): Promise<BackendSelection> => {
    try {
      return await useBackend({ prefer, threads: choice.threads });
    } catch (error) {
      if (elsewhere && prefer) return { name: prefer, device: 'of its workers', version: '', passedOver: [] };
      throw new UserError((error as Error).message.replace(/^useBackend: /, ''));
    }
  };
  const versions: EngineVersions = {};
  for (const name of new Set(Object.values(config.engines ?? {})))
    if (name) versions[name] = (await start(name)).version || null;
  const engine = await start(choice.prefer);
  versions[engine.name] = engine.version || null;
  return { engine, workers: choice.workersOn(engine.name), versions };
}
