import { readFile } from 'node:fs/promises';
import type * as tfl from '@tensorflow/tfjs-layers';
import { deserializeModel, type LoadedModel, type ModelMeta, serializeModel } from '../files/model-file.js';
import { writeAtomically } from './file-storage.js';

/** Writes a model with what made it into one file, atomically. See `serializeModel`. */
export async function saveModel(model: tfl.LayersModel, path: string, meta: ModelMeta = {}): Promise<void> {
  await writeAtomically(path, await serializeModel(model, meta));
}

/** Reads what `saveModel` wrote, and refuses what differs from `expected`. See `deserializeModel`. */
export async function loadModel(path: string, expected: Partial<ModelMeta> = {}): Promise<LoadedModel> {
  return deserializeModel(await readFile(path), expected, path);
}
