import { fail, show } from '@diff/checks';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { type CaseBatch, caseBatch } from '../case-batch.js';
import { type DiagnosisNetwork, diagnose, type Judges } from '../diagnose.js';
import { fuseShared } from './fuse-shared.js';
import { type CaseList, caseAt, namesOf, type Survey } from './survey.js';

/** Who judges which case. */
export interface Bench {
  judges: readonly (DiagnosisNetwork | readonly DiagnosisNetwork[])[];
  /** `groupOf[i]`: which judge case `i` has. */
  groupOf: readonly number[];
  mask?: Judges['mask'];
  batchSize: number;
  signal?: AbortSignal;
}

/** Logits over raters, before the softmax, by which a batch is fused. */
export type WeightLogits = (batch: CaseBatch) => Tensor4D;

/** The mean of the judges' logits on each case, fused by the weights given; in the order of `members`. */
export async function judgeCases(
  caller: string,
  cases: CaseList,
  members: readonly number[],
  known: Survey,
  { judges, groupOf, mask, batchSize, signal }: Bench,
  logits: WeightLogits,
): Promise<number[]> {
  const results: number[] = [];
  for (const [g, network] of judges.entries()) {
    const own = members.flatMap((index, position) => (groupOf[index] === g ? [{ index, position }] : []));
    for (let start = 0; start < own.length; start += batchSize) {
      signal?.throwIfAborted();
      const chunk = own.slice(start, start + batchSize);
      const loaded = await Promise.all(chunk.map(({ index }) => caseAt(caller, cases, index)));
      const batch = caseBatch(caller, loaded, { ...namesOf(known), diagnosed: false });
      const opinion = tf.tidy(() => {
        const fused = fuseShared(logits(batch), batch);
        const each = diagnose(caller, batch, fused, { network, mask });
        return tf.div(tf.addN(each), each.length);
      });
      batch.dispose();
      const values = await opinion.data();
      opinion.dispose();
      const odd = values.findIndex((value) => !Number.isFinite(value));
      if (odd >= 0) {
        const id = loaded[odd]!.id ?? chunk[odd]!.index;
        fail(caller, `the network's logit of case ${show(id)} is ${values[odd]}, expected a finite number`);
      }
      chunk.forEach(({ position }, i) => {
        results[position] = values[i]!;
      });
    }
  }
  return results;
}

/** Every rater alike: the mean vote. */
export const alike =
  (raters: number): WeightLogits =>
  () =>
    tf.zeros([1, 1, 1, raters]);

/** One rater alone; where they are missing, the mean of the others. */
export const alone =
  (rater: number, raters: number): WeightLogits =>
  () =>
    tf.tensor4d(oneRater(rater, raters, 0, -ONLY), [1, 1, 1, raters]);

/** What other weights give, without one rater. */
export const without =
  (rater: number, raters: number, logits: WeightLogits): WeightLogits =>
  (batch) =>
    tf.add(logits(batch), tf.tensor4d(oneRater(rater, raters, -ONLY, 0), [1, 1, 1, raters]));

/** e^−1000 is 0, and 1000 is small beside the 1e9 that marks a missing rater. */
export const ONLY = 1000;

export const oneRater = (rater: number, raters: number, own: number, others: number): Float32Array =>
  Float32Array.from({ length: raters }, (_, r) => (r === rater ? own : others));
