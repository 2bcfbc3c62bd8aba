import type { Settings } from '../settings.js';
import type { FitState } from './fit.js';

/** By what the fusion was told, the states of the latest run. */
export type Runs = Readonly<Partial<Record<Settings['told'], readonly FitState[]>>>;

/** A diagnosis in a word. */
export const named = (diagnosis: 0 | 1) => (diagnosis ? 'ill' : 'healthy');
/** A logit with its sign. */
export const signed = (logit: number) => `${logit < 0 ? '−' : '+'}${Math.abs(logit).toFixed(2)}`;

/** In words, what the runs of a case came to, and what that means. */
export function verdictOf(truth: 0 | 1, runs: Runs): string[] {
  const start = (runs.truth ?? runs.opposite)?.[0];
  if (!start) return [];
  const sentences = [
    `The patient is ${named(truth)}; with the raters' mean vote the network says ${named(start.logit > 0 ? 1 : 0)} (logit ${signed(start.logit)}).`,
  ];
  for (const told of ['truth', 'opposite'] as const) {
    const last = runs[told]?.at(-1);
    if (!last || last.step === 0) continue;
    const diagnosis = told === 'truth' ? truth : ((1 - truth) as 0 | 1);
    sentences.push(
      `Told “${named(diagnosis)}”, the fused label brings it to ${signed(last.logit)} after ${last.step} ${last.step === 1 ? 'step' : 'steps'}.`,
    );
  }
  if (runs.truth?.at(-1)?.step && runs.opposite?.at(-1)?.step)
    sentences.push(
      'The same picture and the same masks moved it both ways: a fused label follows the diagnosis that it is told. It must never be used to find a diagnosis, and what a network diagnoses from it says nothing of new patients. It is a label to learn from, for patients whose diagnosis is settled.',
    );
  return sentences;
}
