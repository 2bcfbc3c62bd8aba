import { adam, type Example, type Task, train } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';

/** What one step of training takes. */
export interface StepCost {
  milliseconds: number;
  /** The most that tensors hold at once: weights, moments of the optimiser, features, gradients. */
  bytes: number;
}

const STEPS = 6;

/**
 * A step of training a network on a batch: the shortest of six, since whatever else the machine does can only lengthen one, and the
 * memory of tensors in one before, beyond what was there. The network is trained by it, and thrown away.
 */
export async function costOfStep(
  make: () => { model: tfl.LayersModel; task: Task },
  batch: readonly Example[],
): Promise<StepCost> {
  const before = tf.memory().numBytes;
  const { model, task } = make();
  const steps = async (epochs: number, onStep?: () => void) => {
    await train(model, batch, { task, epochs, batchSize: batch.length, optimizer: adam(), onStep });
    return [];
  };
  const { peakBytes } = await tf.profile(() => steps(1));
  let [shortest, last] = [Number.POSITIVE_INFINITY, Number.NaN];
  await steps(STEPS + 1, () => {
    const now = performance.now();
    if (now - last < shortest) shortest = now - last;
    last = now;
  });
  model.dispose();
  return { milliseconds: shortest, bytes: peakBytes - before };
}
