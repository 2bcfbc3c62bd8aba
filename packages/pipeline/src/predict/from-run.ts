import { type EngineName, useBackend } from '@diff/backend';
import {
  check,
  checkInteger,
  checkNumber,
  checkNumbers,
  checkOneOf,
  checkOptions,
  checkShape,
  checkString,
  checkValues,
  fail,
  show,
} from '@diff/checks';
import type { Image } from '@diff/datasets/phantom';
import * as tf from '@tensorflow/tfjs-core';
import { parse } from 'yaml';
import { armName } from '../config/arm-name.js';
import type { Config } from '../config/schema.js';
import { modelFile, roundName } from '../folder/file-name.js';
import { checkPair, diagnosisNetwork, type Network, segmentationNetwork } from './network.js';
import { predictCase } from './predict-case.js';
import { reader } from './reader.js';
import { registerLayersOf } from './register.js';

export interface FromRunOptions {
  /** The round whose models are taken. Default: 0. */
  round?: number;
  /** The segmentation network, such as 'Baseline-Seg on MV'. Default: the first of the configuration. */
  arm?: string;
  /** The diagnosis network. Default: 'Baseline-Dia'. */
  judge?: string;
  /** What computes. Default: the engine that runs already, or the best there is. */
  engine?: EngineName;
}

/** A segmentation network of a run, and the diagnosis network that judges its masks. */
export interface TrainedModel {
  /** What is outlined. */
  structures: readonly string[];
  /** What diagnosis 0 and 1 mean, where the run says it. */
  classes?: readonly string[];
  /** Height and width that an image is stretched to before the networks see it. */
  size: { height: number; width: number };
  /** How many channels an image must have. */
  channels: 1 | 3;
  /**
   * What the networks say of an image. A mask is where the probability is above `threshold`. Default: 0.5.
   *
   * @throws TypeError or RangeError where the image is none, or has another number of channels.
   */
  predict(image: Image, options?: { threshold?: number }): Promise<ModelPrediction>;
  /** Frees the memory of both networks. */
  dispose(): void;
}

/** What a run's networks say of an image. */
export interface ModelPrediction {
  /** 0 or 1 for each pixel of the image, by structure. */
  masks: Record<string, Uint8Array>;
  /** Probability of being inside, for each pixel of the image, by structure. */
  probability: Record<string, Float32Array>;
  /** 1 where `score` is 0.5 or more, else 0. */
  diagnosis: 0 | 1;
  /** Probability of illness, from the image and its predicted masks. */
  score: number;
}

/**
 * The trained networks of a run folder, ready to predict, in Node and in browsers:
 *
 *     const model = await fromRun('runs/study');
 *     const { masks, probability, diagnosis } = await model.predict(image);
 *
 * Images are stretched to the networks' size, and probabilities back to the image's, as `diff-pipeline predict` does it.
 *
 * @param run A folder; or a URL of one, of which `config.yaml` and two model files are fetched.
 * @throws RangeError for an arm that the run has not. Error where a file is missing or damaged, by its name.
 */
export async function fromRun(run: string | URL, options: FromRunOptions = {}): Promise<TrainedModel> {
  const who = 'fromRun';
  checkOptions(who, options, ['round', 'arm', 'judge', 'engine']);
  const { round = 0, judge = 'Baseline-Dia', engine } = options;
  checkInteger(who, 'round', round, 0);
  if (options.arm !== undefined) checkString(who, 'arm', options.arm);
  checkString(who, 'judge', judge);
  if (engine !== undefined) checkString(who, 'engine', engine);
  check(
    run instanceof URL || (typeof run === 'string' && run !== ''),
    who,
    'run',
    run,
    'a folder or a URL',
    'other',
  );
  const read = reader(run);
  const arms = armsOf(await read('config.yaml'));
  const names = arms.map(armName);
  const arm = options.arm ?? names[0]!;
  checkOneOf(who, 'arm', arm, names);
  await registerLayersOf(arms[names.indexOf(arm)]!.network);

  if (engine || !tf.engine().backendName) await useBackend(engine && { prefer: engine });
  const load = async (name: string, make: typeof segmentationNetwork): Promise<Network> => {
    const path = `${roundName(round)}/${modelFile(name)}`;
    return make(await read(path), path);
  };
  const segmentation = await load(arm, segmentationNetwork);
  try {
    const diagnosis = await load(judge, diagnosisNetwork);
    try {
      checkPair(segmentation, diagnosis);
    } catch (error) {
      diagnosis.model.dispose();
      throw error;
    }
    return trainedModel(segmentation, diagnosis);
  } catch (error) {
    segmentation.model.dispose();
    throw error;
  }
}

/** The segmentation networks of a run's configuration. Its schema would be too heavy for a browser. */
function armsOf(bytes: Uint8Array): Config['segmentation']['arms'] {
  let settings: Partial<Config> | null | undefined;
  try {
    settings = parse(new TextDecoder().decode(bytes));
  } catch {
    // Said below.
  }
  const arms = settings?.segmentation?.arms;
  if (!Array.isArray(arms) || !arms.length) throw new Error('config.yaml is damaged: it names no arm');
  return arms;
}

function trainedModel(segmentation: Network, diagnosis: Network): TrainedModel {
  const { structures, size, imageChannels: channels } = segmentation;
  return {
    structures,
    ...(diagnosis.classes && { classes: diagnosis.classes }),
    size: { height: size.height, width: size.width },
    channels,
    async predict(image, options = {}) {
      const who = 'predict';
      checkOptions(who, options, ['threshold']);
      const { threshold = 0.5 } = options;
      checkNumber(who, 'threshold', threshold, 0, 1);
      checkImage(who, image, channels);
      const { maps, score } = await predictCase(image, segmentation, diagnosis);
      const masks = Object.entries(maps).map(
        ([name, map]) => [name, Uint8Array.from(map, (value) => Number(value > threshold))] as const,
      );
      return {
        masks: Object.fromEntries(masks),
        probability: maps,
        diagnosis: score! >= 0.5 ? 1 : 0,
        score: score!,
      };
    },
    dispose() {
      segmentation.model.dispose();
      diagnosis.model.dispose();
    },
  };
}

function checkImage(who: string, { data, height, width, channels }: Image, expected: 1 | 3): void {
  if (channels !== expected)
    fail(who, `image.channels is ${show(channels)}, expected ${expected} as in training`);
  checkNumbers(who, 'image.data', data);
  checkShape(who, '[height, width, channels] of image', [height, width, channels], data.length);
  checkValues(who, 'image.data', data);
}
