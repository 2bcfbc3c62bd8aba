import { createHash } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dataset } from '@diff/datasets';
import { adam, cosine, type Example, startAtPrior, train } from '@diff/train';
import { fileStorage, loadModel, saveModel } from '@diff/train/node';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { FusionMethod, NetworkLabel } from '../config/fusions.js';
import { makeFusionNetwork } from '../steps/fusion-network.js';
import { withoutDamaged } from '../steps/train-network.js';
import { UserError } from '../user-error.js';

export interface LearnFusionSettings {
  /** The side of what the network sees. */
  size: number;
  /** Channels of its encoder, a ResNet, after the stem. */
  width: number;
  /** Training steps, of 16 cases each. */
  steps: number;
  seed: number;
}

/** What is learned, from which cases, into which folder. */
export interface NetworkFusion extends LearnFusionSettings {
  out: string;
  method: FusionMethod<'network'>;
  dataset: Dataset;
  signal: AbortSignal;
  onStep: (step: number, steps: number) => void;
}

/** What `fuse` takes where nothing else is told. */
export const learnFusionDefaults: LearnFusionSettings = { size: 64, width: 8, steps: 400, seed: 0 };

const BATCH = 16;
const CHECKPOINT_EVERY = 20;

/**
 * The network that fuses, as the folder holds it, or trained on the examples from where it was stopped. Once learned it stays:
 * cases that come later are fused by it.
 *
 * @throws UserError where there is nothing to learn from, or settings that no network can have.
 */
export async function learnFusion(
  { out, method, dataset, signal, onStep, size, width, steps, seed }: NetworkFusion,
  label: NetworkLabel,
  examplesOf: () => AsyncIterable<Example>,
): Promise<tfl.LayersModel> {
  const path = join(out, `${method}.safetensors`);
  // Absent or damaged: it is learned, to the same numbers.
  const kept = await loadModel(path).catch(() => undefined);
  if (kept) return kept.model;
  const examples: Example[] = [];
  for await (const example of examplesOf()) examples.push(example);
  if (examples.length === 0)
    throw new UserError(
      `${method} looks at images with their masks, and there are none: --images says where they are`,
    );
  const { structures, raters } = dataset;
  const { model, task } = makeFusionNetwork(label, {
    ...{ width, imageChannels: 3, structures: structures.length, raters: raters.length, seed },
    size: [size, size],
  });
  try {
    startAtPrior(model, examples);
    const settings = { size, width, steps, seed, structures, raters };
    const storage = await checkpointsOf(join(out, '.checkpoints'), [
      method,
      settings,
      examples.map(({ id }) => id),
    ]);
    const batchSize = Math.min(BATCH, examples.length);
    await train(model, examples, {
      ...{ task, batchSize, seed, signal, storage, checkpointEvery: CHECKPOINT_EVERY },
      epochs: Math.max(1, Math.round(steps / Math.floor(examples.length / batchSize))),
      optimizer: adam({ learningRate: 3e-3 }),
      schedule: cosine({ warmup: 0.1 }),
      augmentation: { flip: 'both', shift: 0.05, rotate: 10 },
      onStep: (progress) => onStep(progress.step, progress.steps),
    });
    await saveModel(model, path, {
      network: label,
      structures: [...structures],
      preprocessing: { height: size, width: size, channels: 3 },
      seed,
    });
    await rm(join(out, '.checkpoints'), { recursive: true, force: true });
    return model;
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/** Where this training keeps its checkpoints; those of other cases are swept. */
async function checkpointsOf(root: string, key: unknown) {
  const own = createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 16);
  for (const other of await readdir(root).catch(() => []))
    if (other !== own) await rm(join(root, other), { recursive: true });
  return withoutDamaged(fileStorage(join(root, own)));
}
