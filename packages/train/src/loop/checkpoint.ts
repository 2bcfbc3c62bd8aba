import type { Weights } from '../files/safetensors.js';
import { seal, unseal } from '../files/sealed.js';
import type { Storage } from '../files/storage.js';

/** What one epoch came to. */
export interface EpochRecord {
  /** Counted from 0. */
  epoch: number;
  /** Mean over the epoch's steps. */
  loss: number;
  /** The validation metric after the epoch, where there is one. */
  validation?: number;
}

/** All that a run needs to go on as if it had never stopped. */
export interface Checkpoint {
  /** What made the run: it goes on only under the same. */
  fingerprint: Record<string, unknown>;
  /** Steps done. Random numbers are functions of (seed, epoch, step), so this is the state of every stream. */
  step: number;
  /** Sum of the losses of the epoch's steps so far. */
  lossSum: number;
  history: EpochRecord[];
  best?: { epoch: number; value: number };
  /** By name: `weight/…`, `<slot>/…`, `best/…`. */
  tensors: Map<string, Weights>;
}

const pattern = /^checkpoint-(\d{9})\.safetensors$/;
const nameOf = (step: number) => `checkpoint-${String(step).padStart(9, '0')}.safetensors`;

const checkpointsIn = async (storage: Storage) =>
  (await storage.list()).filter((name) => pattern.test(name)).sort();

/** Writes a checkpoint, then removes all but it and the one before it. */
export async function writeCheckpoint(storage: Storage, checkpoint: Checkpoint): Promise<void> {
  const { tensors, ...state } = checkpoint;
  for (const [name, { data }] of tensors)
    if (!data.every(Number.isFinite))
      throw new Error(
        `train: ${name} is no longer finite after step ${state.step}; the last good checkpoint stays`,
      );
  await storage.write(
    nameOf(state.step),
    await seal({ tensors, metadata: { train: JSON.stringify(state) } }),
  );
  const older = (await checkpointsIn(storage)).slice(0, -2);
  for (const name of older) await storage.remove(name);
}

/**
 * The newest checkpoint, or `undefined` where there is none.
 *
 * @throws Error if it is damaged: it names the file, and the older one that is whole if there is one.
 */
export async function readCheckpoint(storage: Storage): Promise<Checkpoint | undefined> {
  const names = await checkpointsIn(storage);
  const newest = names.at(-1);
  if (!newest) return undefined;
  try {
    return await load(storage, newest);
  } catch (error) {
    const whole = await firstWhole(storage, names.slice(0, -1).reverse());
    throw new Error(
      `train: ${(error as Error).message}. ${whole ? `Delete it to go on from ${whole}, which is whole` : 'No older checkpoint is whole: delete it to start again'}`,
      { cause: error },
    );
  }
}

async function load(storage: Storage, name: string): Promise<Checkpoint> {
  const path = `${storage.location}/${name}`;
  const { tensors, metadata } = await unseal(await storage.read(name), path);
  if (!metadata.train) throw new Error(`${path} is not a training checkpoint`);
  return { ...JSON.parse(metadata.train), tensors };
}

async function firstWhole(storage: Storage, names: string[]): Promise<string | undefined> {
  for (const name of names)
    if (
      await load(storage, name).then(
        () => true,
        () => false,
      )
    )
      return name;
  return undefined;
}

/** @throws Error naming every setting in which two fingerprints differ. */
export function checkFingerprint(
  location: string,
  stored: Record<string, unknown>,
  now: Record<string, unknown>,
): void {
  const keys = [...new Set([...Object.keys(stored), ...Object.keys(now)])];
  const differing = keys.filter((key) => JSON.stringify(stored[key]) !== JSON.stringify(now[key]));
  if (differing.length)
    throw new Error(
      `train: the checkpoint in ${location} was made with other settings: ${differing
        .map((key) => `${key} was ${JSON.stringify(stored[key])}, is ${JSON.stringify(now[key])}`)
        .join('; ')}`,
    );
}
