import type { Case } from '@diff/datasets/phantom';
import { fuse } from '@diff/fusion';
import {
  type DiagnosisNetwork,
  diagnosisFirstSteps,
  diagnosisObjective,
  type ExpertnessParameters,
  expG,
  fourier,
  pixels,
  softmaxOverRaters,
} from '@diff/fusion/df-gt';
import * as tf from '@tensorflow/tfjs-core';
import type { Settings } from '../settings.js';
import { ITERATIONS } from './iterations.js';
import { judgeStructures } from './judge-world.js';

const ways = { ExpG: expG, pixels, Fourier: fourier };

/** A fusion after some steps. Maps are row-major. */
export interface FitState {
  step: number;
  /** The network's logit on image ⊕ fused label: above 0 it says ill. */
  logit: number;
  /** The smaller, the more the network says what the fusion was told. */
  objective: number;
  /** The fused label of each structure. */
  fused: Record<string, Float32Array>;
  /** How much each rater counts at each pixel; over the raters it sums to 1. */
  expertness: Record<string, Float32Array>;
}

/** Diagnosis-first fusion of a case that is told a diagnosis, step by step, from the mean vote on. */
export async function* fitSteps(
  one: Case,
  diagnosis: 0 | 1,
  way: Settings['maps'],
  network: DiagnosisNetwork,
): AsyncGenerator<FitState> {
  const raters = Object.keys(one.annotations[judgeStructures[0]]!);
  const pixelCount = one.image.height * one.image.width;
  const written = ways[way]();
  // The maps are looked at between two steps.
  let maps: ExpertnessParameters | undefined;
  const expertness = {
    ...written,
    create(...shape: Parameters<typeof written.create>) {
      maps = written.create(...shape);
      return maps;
    },
  };
  const settings = { network, expertness, raters, structures: judgeStructures, iterations: ITERATIONS };
  const steps = diagnosisFirstSteps([{ ...one, diagnosis }], settings);

  async function stateAt(step: number, weights: Float32Array): Promise<FitState> {
    const byRater = raters.map((_, r) =>
      Float32Array.from({ length: pixelCount }, (_, i) => weights[i * raters.length + r]!),
    );
    const fused = Object.fromEntries(
      judgeStructures.map((structure) => {
        const masks = raters.map((rater) => one.annotations[structure]![rater]!);
        return [structure, Float32Array.from(fuse(masks, byRater))];
      }),
    );
    const [logit, objective] = await judged(one, fused, diagnosis, network);
    return {
      ...{ step, logit, objective, fused },
      expertness: Object.fromEntries(raters.map((rater, r) => [rater, byRater[r]!])),
    };
  }

  try {
    yield await stateAt(0, new Float32Array(pixelCount * raters.length).fill(1 / raters.length));
    for (;;) {
      const { done, value } = await steps.next();
      if (done) return;
      const weights = tf.tidy(() =>
        softmaxOverRaters(maps!.logits(), tf.ones<tf.Rank.R4>([1, 1, 1, raters.length])),
      );
      const values = (await weights.data()) as Float32Array;
      weights.dispose();
      yield await stateAt(value.step + 1, values);
    }
  } finally {
    await steps.return([]);
  }
}

/** The network's logit on an image with a label, and how far it is from a diagnosis. */
async function judged(
  { image }: Case,
  fused: Record<string, Float32Array>,
  diagnosis: 0 | 1,
  network: DiagnosisNetwork,
): Promise<[logit: number, objective: number]> {
  const { height, width, channels, data } = image;
  const both = tf.tidy(() => {
    const labels = judgeStructures.map((name) => tf.tensor4d(fused[name]!, [1, height, width, 1]));
    const input = tf.concat([tf.tensor4d(data, [1, height, width, channels]), ...labels], -1);
    const logit = network(input as tf.Tensor4D) as tf.Tensor2D;
    return tf.concat([logit, diagnosisObjective('bce', logit, tf.tensor2d([[diagnosis]]))]);
  });
  const [logit, objective] = await both.data();
  both.dispose();
  return [logit!, objective!];
}
