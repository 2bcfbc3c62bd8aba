import { type Case, phantom } from '@diff/datasets/phantom';
import { meanVote } from '@diff/fusion';
import { softDice } from '@diff/metrics';
import { resnet } from '@diff/networks';
import { attentionMaps, takeAndGive, tgNetwork } from '@diff/tg-model';
import {
  adam,
  bce,
  diceLoss,
  type Example,
  memoryStorage,
  serializeModel,
  startAtPrior,
  sumOfLosses,
  toExamples,
  train,
} from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { judgeStructures, judgeWorld } from '../diagnosis/judge-world.js';
import { EPOCHS, STEPS_PER_EPOCH } from './length.js';

/** Of another seed than any that the page draws. */
const SEED = 1_000_004;
const BATCH = 8;
const structures = [...judgeStructures];

/** What the network makes of a case that it does not learn from. */
export interface Prediction {
  /** After so many steps. */
  step: number;
  /** By structure, how much each pixel belongs to it. */
  maps: Record<string, Float32Array>;
  /** Soft Dice with the raters' mean vote, by structure. */
  dice: Record<string, number>;
  /** By layer, where the tokens look on average; at most 1, at the place that most is looked at. */
  attention: Record<string, Float32Array>;
}

export interface Training {
  /** Trains until the end, or until it is stopped, and goes on from there when it is called again. */
  go(signal: AbortSignal, onStep: (loss: number) => void, onEpoch: (now: Prediction) => void): Promise<void>;
  predict(step: number): Promise<Prediction>;
  /** The model as the bytes of a file that `loadModel` of @diff/train reads. */
  save(): Promise<Uint8Array>;
}

/** Take and Give, which learns the mean vote of phantoms from their pictures alone, beside a diagnosis network. */
export async function takeAndGiveTraining(judge: LayersModel, shown: Case): Promise<Training> {
  const { size } = judgeWorld;
  const cases: Case[] = [];
  const drawn = phantom('fundus', { ...judgeWorld, cases: BATCH * STEPS_PER_EPOCH, seed: SEED });
  for await (const one of drawn.cases()) cases.push(one);
  const examples: Example[] = await toExamples(cases, { structures });
  const model = tgNetwork({
    backbone: resnet({ width: 6, size: [size, size], seed: 1 }),
    diagnosisNetwork: judge,
    blocks: ['B2', 'B3'],
    ...{ variant: 'balanced', structures: structures.length, filters: 16, heads: 2, seed: 1 },
  });
  startAtPrior(model, examples);
  const task = takeAndGive({ loss: sumOfLosses([1, bce()], [1, diceLoss()]) });
  const options = {
    task,
    epochs: EPOCHS,
    batchSize: BATCH,
    optimizer: adam({ learningRate: 3e-3 }),
    seed: 1,
  };
  const storage = memoryStorage();

  /** What is predicted now, though it is read later: a GPU must not be waited for. */
  async function predict(step: number): Promise<Prediction> {
    const { data, height, width, channels } = shown.image;
    const input = tf.tensor4d(data, [1, height, width, channels]);
    const probability = tf.tidy(() =>
      tf.sigmoid([model.apply(input, { training: false }) as tf.Tensor | tf.Tensor[]].flat()[0]!),
    );
    const looked = Object.entries(attentionMaps(model, input)).map(([layer, { affinities, keyGrid }]) => {
      const mean = tf.tidy(() => tf.mean(affinities, [0, 1, 2]));
      affinities.dispose();
      return { layer, mean, keyGrid };
    });
    const values = await probability.data();
    const maps = Object.fromEntries(
      structures.map((name, s) => [
        name,
        Float32Array.from({ length: height * width }, (_, i) => values[i * structures.length + s]!),
      ]),
    );
    const attention: Prediction['attention'] = {};
    for (const { layer, mean, keyGrid } of looked)
      attention[layer] = spread(await mean.data(), keyGrid, [height, width]);
    tf.dispose([input, probability, ...looked.map(({ mean }) => mean)]);
    const dice = Object.fromEntries(
      structures.map((name) => [
        name,
        softDice(maps[name]!, meanVote(Object.values(shown.annotations[name]!))),
      ]),
    );
    return { step, maps, dice, attention };
  }

  return {
    predict,
    save: () => serializeModel(model, { structures, data: { ...judgeWorld, seed: SEED } }),
    async go(signal, onStep, onEpoch) {
      let told = Promise.resolve();
      try {
        await train(model, examples, {
          ...{ ...options, storage, signal },
          onStep: ({ loss }) => onStep(loss),
          onEpoch: ({ epoch }) => {
            const now = predict((epoch + 1) * STEPS_PER_EPOCH);
            told = told.then(async () => onEpoch(await now));
          },
        });
      } catch (error) {
        if (!signal.aborted || error !== signal.reason) throw error;
      }
      await told;
    },
  };
}

/** Values of a coarse grid at each pixel of a fine one, divided by the largest. */
function spread(
  values: ArrayLike<number>,
  [rows, columns]: readonly [number, number],
  [height, width]: readonly [number, number],
): Float32Array {
  const most = Math.max(...Array.from(values));
  return Float32Array.from({ length: height * width }, (_, i) => {
    const row = Math.floor((Math.floor(i / width) * rows) / height);
    const column = Math.floor(((i % width) * columns) / width);
    return values[row * columns + column]! / most;
  });
}
