import type { DiagnosedCase } from './case-batch.js';
import type { DiagnosisNetwork } from './diagnose.js';
import type { DiagnosisFirstOptions, DiagnosisFirstResult } from './diagnosis-first.js';
import { type DiagnosisFirstAllOptions, diagnosisFirstAll } from './diagnosis-first-all.js';
import { streamSeed, uniform } from './random.js';

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
  { protocol = 'crossfit', folds = 5, train, id, ...options }: DiagnosisFirstFoldsOptions<C>,
): AsyncGenerator<
  {
    case: C;
    fold: number;
    result: DiagnosisFirstResult;
    network: DiagnosisNetwork | readonly DiagnosisNetwork[];
  },
  void
> {
  if (protocol !== 'crossfit' && protocol !== 'paper') {
    throw new RangeError(`diagnosisFirstFolds: protocol is '${protocol}', expected 'crossfit' or 'paper'`);
  }
  const groups = protocol === 'paper' ? [[...cases]] : stratifiedFolds(cases, folds, options.seed ?? 0);
  for (const [fold, group] of groups.entries()) {
    const others = protocol === 'paper' ? group : groups.flatMap((other) => (other === group ? [] : other));
    const trained = await train(others, fold);
    try {
      const run = { ...options, network: trained.network, id: trained.id ?? id };
      for await (const { case: one, result } of diagnosisFirstAll(group, run)) {
        yield { case: one, fold, result, network: trained.network };
      }
    } finally {
      trained.dispose?.();
    }
  }
}

/**
 * Shares cases out over folds, whole patients, the ill and the healthy patients each as evenly as they go. A patient is ill
 * where any case of theirs is.
 */
export function stratifiedFolds<C extends { id?: string; patient?: string; diagnosis?: number }>(
  cases: readonly C[],
  folds: number,
  seed: number,
): C[][] {
  const patients = new Map<string, C[]>();
  cases.forEach((one, index) => {
    const name = one.patient ?? one.id ?? `case ${index}`;
    patients.set(name, [...(patients.get(name) ?? []), one]);
  });
  if (!Number.isInteger(folds) || folds < 2 || folds > patients.size) {
    throw new RangeError(
      `stratifiedFolds: folds is ${folds}, expected an integer from 2 to the ${patients.size} patients`,
    );
  }
  const ill = (group: C[]) => Number(group.some(({ diagnosis }) => diagnosis === 1));
  const random = uniform(streamSeed(seed, 0));
  const order = [...patients.values()]
    .map((group) => ({ group, key: ill(group) + random() }))
    .sort((a, b) => a.key - b.key);
  const shares: C[][] = Array.from({ length: folds }, () => []);
  order.forEach(({ group }, index) => shares[index % folds]!.push(...group));
  return shares;
}
