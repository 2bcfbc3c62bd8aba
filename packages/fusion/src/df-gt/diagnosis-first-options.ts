import {
  checkCallbacks,
  checkInteger,
  checkNumber,
  checkObject,
  checkOptions,
  checkSeed,
  checkSignal,
  nearest,
} from '@diff/checks';
import type { Optimizer, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { DiagnosedCase } from './case-batch.js';
import { checkFit, checkNames } from './check-fit.js';
import { checkNetwork, type DiagnosisNetwork } from './diagnose.js';
import { expG } from './exp-g.js';
import { checkExpertness, type Expertness } from './expertness.js';
import { checkObjective, type Objective } from './objective.js';

export interface DiagnosisFirstOptions {
  /** The frozen judge. Several: their objectives are averaged, so that the fusion fits no single one of them. */
  network: DiagnosisNetwork | readonly DiagnosisNetwork[];
  /** How the maps are written. Default `expG()`. */
  expertness?: Expertness;
  /** Default `'bce'`. */
  objective?: Objective;
  /** Default: what the parametrisation asks for. */
  iterations?: number;
  /** From a learning rate to an optimiser. Default `tf.train.adam`. */
  optimizer?: (learningRate: number) => Optimizer;
  /** Default: what the parametrisation asks for. */
  learningRate?: number;
  /** What the network sees of the fused structures [B, H, W, structures]. Default: each is a channel. */
  mask?: (fused: Tensor4D) => Tensor4D;
  /** Structures in the order of the network's input. Needed where the first case has several; default: the only one. */
  structures?: readonly string[];
  /** Raters to fuse. Default: all of the cases. */
  raters?: readonly string[];
  /** Default 0. */
  seed?: number;
  /**
   * A case stops once its objective has changed by less than `tolerance` over its last `patience` steps. Off by default.
   */
  settle?: { tolerance: number; patience: number };
  /** Stops between two steps, with the signal's reason. */
  signal?: AbortSignal;
}

export const diagnosisFirstOptions = [
  'network',
  'expertness',
  'objective',
  'iterations',
  'optimizer',
  'learningRate',
  'mask',
  'structures',
  'raters',
  'seed',
  'settle',
  'signal',
] as const satisfies readonly (keyof DiagnosisFirstOptions)[];

/** What a case of a data set bears besides. */
const caseNames = ['id', 'patient', 'split', 'image', 'annotations', 'diagnosis', 'meta'];

/**
 * The options among the names of a case. A case may bear any other name, but one that is nearly an option's is taken for a
 * slip.
 *
 * @throws TypeError for such a name.
 */
export function optionsBeside(one: DiagnosedCase & DiagnosisFirstOptions): DiagnosisFirstOptions {
  checkObject('diagnosisFirst', 'one', one, 'a case with options beside it');
  const known: readonly string[] = [...diagnosisFirstOptions, ...caseNames];
  const mayBeSlips = Object.keys(one).filter((name) => known.includes(name) || nearest(name, known));
  checkOptions('diagnosisFirst', Object.fromEntries(mayBeSlips.map((name) => [name, 0])), known);
  return Object.fromEntries(
    diagnosisFirstOptions.map((name) => [name, one[name]]),
  ) as unknown as DiagnosisFirstOptions;
}

/** The options with their defaults, checked. */
export function settingsOf(who: string, options: DiagnosisFirstOptions) {
  checkOptions(who, options, diagnosisFirstOptions);
  const { network, expertness = expG(), objective = 'bce', settle, seed = 0, signal } = options ?? {};
  checkNetwork(who, network);
  checkExpertness(who, expertness);
  const { iterations = expertness.iterations, learningRate = expertness.learningRate } = options;
  const { optimizer = (rate: number) => tf.train.adam(rate) } = options;
  checkObjective(who, objective);
  checkFit(who, { learningRate, iterations });
  checkCallbacks(who, options, ['optimizer', 'mask']);
  checkNames(who, options);
  if (settle !== undefined) {
    checkObject(who, 'settle', settle);
    checkOptions(`${who}: settle`, settle, ['tolerance', 'patience']);
    checkNumber(who, 'settle.tolerance', settle.tolerance, 0);
    checkInteger(who, 'settle.patience', settle.patience, 1);
  }
  checkSeed(who, seed);
  checkSignal(who, signal);
  return { expertness, iterations, learningRate, optimizer, seed, settle, signal };
}
