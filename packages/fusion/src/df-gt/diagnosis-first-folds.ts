import { check, checkFunction, checkInteger, checkOneOf, checkOptions } from '@diff/checks';
import type { DiagnosedCase } from './case-batch.js';
import { checkCase } from './check-case.js';
import type { DiagnosisNetwork } from './diagnose.js';
import type { DiagnosisFirstResult } from './diagnosis-first.js';
import {
  checkAll,
  type DiagnosisFirstAllOptions,
  diagnosisFirstAllOptions,
  fuseAll,
} from './diagnosis-first-all.js';
import type { DiagnosisFirstOptions } from './diagnosis-first-options.js';
import { shareOut } from './stratified-folds.js';

export interface DiagnosisFirstFoldsOptions<C> extends Omit<DiagnosisFirstAllOptions, 'network'> {
  /**
   * Which network fuses a case.
   *
   * - `'crossfit'` (default): one trained on the other folds, that never saw the case or its patient.
   * - `'paper'`: one network, trained on all the cases, and so on the very diagnosis that it is then asked for.
   */
  protocol?: 'crossfit' | 'paper';
  /** For `'crossfit'`, at least 2. Default: 5. */
  folds?: number;
  /** Trains a diagnosis network on cases; called once a fold (once for `'paper'`, with fold 0). */
  train: (
    cases: C[],
    fold: number,
  ) => Promise<{ network: DiagnosisFirstOptions['network']; id?: string; dispose?: () => void }>;
}

const names = [
  ...diagnosisFirstAllOptions.filter((name) => name !== 'network'),
  'protocol',
  'folds',
  'train',
] as const satisfies readonly (keyof DiagnosisFirstFoldsOptions<unknown>)[];

/**
 * DF-GT for cases that the diagnosis network is trained on too: yields each case once, fold by fold, with its result, its
 * fold and the network that fused it.
 *
 * Folds are of whole patients (`case.patient`, else `id`), alike in how many are ill, and drawn from `seed`.
 *
 * What each protocol can show: under both, a case's fused label was made with its diagnosis in hand, so a diagnosis made
 * from that label is not a prediction, and its AUC is not what a new patient would get. `'paper'` also lets the network's
 * memory of the case in. `'crossfit'` shows what of the fusion is common to networks that share no training case: judge a
 * fold's labels by a network that was not trained on that fold either. To see what a fused label is worth without the
 * diagnosis, learn to predict it from the image (`@diff/tg-model`) and judge the prediction.
 */
export async function* diagnosisFirstFolds<C extends DiagnosedCase & { patient?: string }>(
  cases: readonly C[],
  settings: DiagnosisFirstFoldsOptions<C>,
): AsyncGenerator<
  {
    case: C;
    fold: number;
    result: DiagnosisFirstResult;
    network: DiagnosisNetwork | readonly DiagnosisNetwork[];
  },
  void
> {
  const who = 'diagnosisFirstFolds';
  checkOptions(who, settings, names);
  const { protocol = 'crossfit', folds = 5, train, id, ...options } = settings ?? {};
  checkFunction(who, 'train', train);
  checkOneOf(who, 'protocol', protocol, ['crossfit', 'paper']);
  checkInteger(who, 'folds', folds, 2);
  // Before anything is trained; the networks are yet to come.
  checkAll(who, { ...options, id, network: (input) => input });
  check(Array.isArray(cases), who, 'cases', cases, 'an array of cases', 'other');
  for (const [index, one] of cases.entries()) checkCase(who, one, { place: `cases[${index}]` });
  const { seed = 0 } = options;
  const groups = protocol === 'paper' ? [[...cases]] : shareOut(who, cases, { folds, seed });
  for (const [fold, group] of groups.entries()) {
    const others = protocol === 'paper' ? group : groups.flatMap((other) => (other === group ? [] : other));
    const trained = await train(others, fold);
    try {
      const run = { ...options, network: trained.network, id: trained.id ?? id };
      for await (const { case: one, result } of fuseAll(who, group, run)) {
        yield { case: one, fold, result, network: trained.network };
      }
    } finally {
      trained.dispose?.();
    }
  }
}
