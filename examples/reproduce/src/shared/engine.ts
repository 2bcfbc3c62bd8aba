import { availableParallelism } from 'node:os';
import { type EngineName, useBackend } from '@diff/backend';
import { UserError } from 'diff-pipeline';

/** What may compute, the fastest first. */
export const engineNames = ['node-gpu', 'node', 'webgpu', 'wasm', 'cpu'] as const satisfies EngineName[];

/** The side of images up to which an operation is too short to be worth several threads of TensorFlow. */
const SMALL = 128;

/**
 * Starts the engine here too: a native one must be loaded by the main thread, or the process crashes when the last worker that
 * has it ends. A GPU, and TensorFlow on large images, which takes all cores itself, get one worker.
 *
 * @param asked The engine; not given, the best that there is.
 * @param elsewhere Other machines compute: an engine that was asked for need not be here.
 * @returns Also its version, null where it is not here.
 */
export async function startEngine(
  asked: EngineName | undefined,
  { size, workers, elsewhere = false }: { size: number; workers: number; elsewhere?: boolean },
): Promise<{ engine: EngineName; workers: number; version: string | null }> {
  const large = size > SMALL;
  try {
    const { name, version } = await useBackend({
      prefer: asked,
      ...(large ? { threads: availableParallelism() } : { threads: 1 }),
    });
    const alone = name === 'node-gpu' || name === 'webgpu' || (large && name === 'node');
    return { engine: name, workers: alone ? 1 : workers, version };
  } catch (error) {
    if (elsewhere && asked) return { engine: asked, workers, version: null };
    throw new UserError((error as Error).message.replace(/^useBackend: /, ''));
  }
}
