import { check, checkFunction, checkInteger, checkNumber, checkOptions, checkSeed, fail } from '@diff/checks';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { type CaseBatch, caseBatch, type DiagnosedCase } from '../case-batch.js';
import { checkNames } from '../check-fit.js';
import type { DiagnosisNetwork } from '../diagnose.js';
import { streamSeed, uniform } from '../random.js';
import { adamState, adamStep } from './adam-step.js';
import type { Biomarker } from './biomarkers.js';
import { fuseShared } from './fuse-shared.js';
import { type CaseList, caseAt, namesOf, survey } from './survey.js';

export interface BiomarkerJudgeOptions {
  /** Structures in the order in which biomarkers see them. Needed where the first case has several; default: the only one. */
  structures?: readonly string[];
  raters?: readonly string[];
  /** Random fusions of each case that the judge is fitted to. Default: 8. */
  fusions?: number;
  /** Strength of the penalty on the squared weights, in cases, at most 10⁶. Default: 1. */
  ridge?: number;
  /** Default: 0. */
  seed?: number;
}

/** A judge, and what it makes of a biomarker. */
export interface BiomarkerJudge {
  network: DiagnosisNetwork;
  /** Of each biomarker, in standard deviations. */
  weights: number[];
}

/**
 * A judge that sees no picture: a logistic regression on biomarkers of the fused mask, z = b + Σ wₖ (xₖ − mean) / deviation,
 * fitted to random fusions of the cases (convex combinations of the raters, −log u squared and normalised, as a network
 * judge should be trained), so that it reads every rater alike. A weight shrinks by `ridge`.
 *
 * @param biomarkers From the fused mask [B, H, W, structures]; one is enough.
 * @throws as `learnExpertness` for cases that make no sense.
 */
export async function biomarkerJudge(
  cases: CaseList<DiagnosedCase & { patient?: string }>,
  biomarkers: readonly Biomarker[],
  options: BiomarkerJudgeOptions = {},
): Promise<BiomarkerJudge> {
  const caller = 'biomarkerJudge';
  checkOptions(caller, options, ['structures', 'raters', 'fusions', 'ridge', 'seed']);
  const { fusions = 8, ridge = 1, seed = 0 } = options;
  check(Array.isArray(biomarkers), caller, 'biomarkers', biomarkers, 'an array of functions', 'other');
  if (biomarkers.length === 0) fail(caller, 'biomarkers is empty, expected at least one');
  for (const [k, biomarker] of biomarkers.entries()) checkFunction(caller, `biomarkers[${k}]`, biomarker);
  checkNames(caller, options);
  checkInteger(caller, 'fusions', fusions, 1);
  checkNumber(caller, 'ridge', ridge, 0, 1e6);
  checkSeed(caller, seed);
  const known = await survey(caller, cases, options);
  const read = (fused: Tensor4D) =>
    tf.concat(
      biomarkers.map((biomarker) => biomarker(fused)),
      1,
    );
  const rows: number[][] = [];
  const labels: number[] = [];
  for (let i = 0; i < cases.length; i++) {
    const one = await caseAt(caller, cases, i);
    const batch = caseBatch(caller, [one], namesOf(known));
    for (let n = 0; n < fusions; n++) {
      const random = uniform(streamSeed(streamSeed(seed, i), n));
      const values = tf.tidy(() => read(randomlyFused(batch, random)));
      rows.push([...(await values.data())]);
      values.dispose();
      labels.push(known.diagnoses[i]!);
    }
    batch.dispose();
  }
  const means = biomarkers.map((_, k) => rows.reduce((sum, row) => sum + row[k]!, 0) / rows.length);
  const deviations = biomarkers.map((_, k) => {
    const squares = rows.reduce((sum, row) => sum + (row[k]! - means[k]!) ** 2, 0);
    // A biomarker that never changes says nothing: it stays 0.
    return Math.sqrt(squares / rows.length) || 1;
  });
  const standard = rows.map((row) => row.map((value, k) => (value - means[k]!) / deviations[k]!));
  const [intercept, ...weights] = logisticRegression(standard, labels, ridge * fusions);
  return {
    weights,
    network: (input) =>
      tf.tidy(() => {
        const structures = known.structures.length;
        const fused = tf.slice(input, [0, 0, 0, input.shape[3] - structures], [-1, -1, -1, structures]);
        const x = tf.div(
          tf.sub(read(fused), tf.tensor2d(means, [1, means.length])),
          tf.tensor2d(deviations, [1, means.length]),
        );
        return tf.add(tf.sum(tf.mul(x, tf.tensor2d(weights, [1, weights.length])), 1, true), intercept!);
      }),
  };
}

/** Weights −log u, squared, over the raters: often near one of them, always a convex combination. */
function randomlyFused(batch: CaseBatch, random: () => number): Tensor4D {
  return tf.tidy(() => {
    const logits = batch.raters.map(() => 2 * Math.log(-Math.log(1 - random()) + 1e-12));
    return fuseShared(tf.tensor4d(logits, [1, 1, 1, logits.length]), batch);
  });
}

/** Intercept, then weights, that minimise Σ BCE + ridge · |w|² / 2, by Adam on all rows. */
function logisticRegression(
  rows: readonly (readonly number[])[],
  labels: readonly number[],
  ridge: number,
): number[] {
  const count = rows[0]!.length + 1;
  const state = adamState(new Float32Array(count));
  for (let step = 1; step <= 1000; step++) {
    const gradient = new Float64Array(count);
    const w = state.values;
    rows.forEach((row, i) => {
      const z = row.reduce((sum, value, k) => sum + value * w[k + 1]!, w[0]!);
      const error = 1 / (1 + Math.exp(-z)) - labels[i]!;
      gradient[0]! += error;
      row.forEach((value, k) => {
        gradient[k + 1]! += error * value;
      });
    });
    for (let k = 1; k < count; k++) gradient[k]! += ridge * w[k]!;
    adamStep(state, gradient, step, 0.1 * 0.5 * (1 + Math.cos((Math.PI * step) / 1000)));
  }
  return [...state.values];
}
