import { readFile } from 'node:fs/promises';
import type * as tfl from '@tensorflow/tfjs-layers';
import {
  deserializeModel,
  hasEngine,
  type LoadedModel,
  type ModelMeta,
  serializeModel,
} from '../files/model-file.js';
import { writeAtomically } from './file-storage.js';

/** Writes a model with what made it into one file, atomically. See `serializeModel`. */
export async function saveModel(model: tfl.LayersModel, path: string, meta: ModelMeta = {}): Promise<void> {
  await writeAtomically(path, await serializeModel(model, meta));
}

/**
 * Reads what `saveModel` wrote, and refuses what differs from `expected`. See `deserializeModel`. Where TensorFlow.js has no engine,
 * it starts the best there is by `@diff/backend`.
 */
export async function loadModel(path: string, expected: Partial<ModelMeta> = {}): Promise<LoadedModel> {
  const bytes = await readFile(path);
  if (!hasEngine()) await startEngine(path);
  return deserializeModel(bytes, expected, path);
}

async function startEngine(path: string): Promise<void> {
  const { useBackend } = await import('@diff/backend').catch((cause) => {
    throw new Error(
      `${path}: TensorFlow.js has no engine; npm install @diff/backend, which is then started, or start another first`,
      { cause },
    );
  });
  await useBackend();
}
