import { availableParallelism } from 'node:os';
import { type BackendSelection, useBackend } from '@diff/backend';
import type { Config } from '../config/schema.js';
import { UserError } from '../user-error.js';
import { chooseEngine } from './choose-engine.js';

/**
 * Starts the engine here too, where little is computed: a native engine must be loaded by the main thread, or the process
 * crashes when the last worker that has it ends.
 *
 * @param asked How many workers the user wants.
 */
export async function startEngine(
  config: Config,
  asked?: number,
): Promise<{ engine: BackendSelection; workers: number }> {
  const choice = chooseEngine(config, {
    ...(asked !== undefined && { workers: asked }),
    cores: availableParallelism(),
  });
  try {
    const engine = await useBackend({ prefer: choice.prefer, threads: choice.threads });
    return { engine, workers: choice.workersOn(engine.name) };
  } catch (error) {
    throw new UserError((error as Error).message.replace(/^useBackend: /, ''));
  }
}
