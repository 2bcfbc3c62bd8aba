import { checkFunction, checkOptions, fail, show } from '@diff/checks';
import type { DiagnosedCase } from '../case-batch.js';
import type { DiagnosisNetwork } from '../diagnose.js';
import { shareOut } from '../stratified-folds.js';

/** A judge for each fold, trained on the other folds. */
export interface CrossFitted {
  networks: readonly (DiagnosisNetwork | readonly DiagnosisNetwork[])[];
  /** Whose judge never saw the case's patient. */
  foldOf(one: { id?: string; patient?: string }): number;
  dispose(): void;
}

export interface CrossFitOptions<C> {
  /** At least 2. Default: 5. */
  folds?: number;
  /** Default: 0. */
  seed?: number;
  /** Trains a judge on cases: with `randomFusion` labels, so that it does not come to know one fusion only. */
  train: (
    cases: C[],
    fold: number,
  ) => Promise<{ network: DiagnosisNetwork | readonly DiagnosisNetwork[]; dispose?: () => void }>;
}

/**
 * Trains judges so that none fits expertness to cases on which it was trained itself: folds are of whole patients
 * (`stratifiedFolds`), and the judge of a fold is trained on the others.
 *
 * @throws RangeError where a case has neither `patient` nor `id`, or there are fewer patients than folds.
 */
export async function crossFit<C extends DiagnosedCase & { patient?: string }>(
  cases: readonly C[],
  options: CrossFitOptions<C>,
): Promise<CrossFitted> {
  const who = 'crossFit';
  checkOptions(who, options, ['folds', 'seed', 'train']);
  const { folds = 5, seed = 0, train } = options ?? {};
  checkFunction(who, 'train', train);
  const nameOf = (one: { id?: string; patient?: string }) => {
    const name = one.patient ?? one.id;
    if (name === undefined) fail(who, 'a case has no patient and no id, expected one of them');
    return name;
  };
  const parts = shareOut(who, cases, { folds, seed });
  const fold = new Map(parts.flatMap((part, k) => part.map((one) => [nameOf(one), k] as const)));
  const trained: Awaited<ReturnType<CrossFitOptions<C>['train']>>[] = [];
  const dispose = () => {
    for (const one of trained) one.dispose?.();
  };
  try {
    for (const [k, part] of parts.entries())
      trained.push(
        await train(
          parts.flatMap((other) => (other === part ? [] : other)),
          k,
        ),
      );
  } catch (error) {
    dispose();
    throw error;
  }
  return {
    networks: trained.map(({ network }) => network),
    foldOf(one) {
      const found = fold.get(nameOf(one));
      if (found === undefined)
        fail(who, `${show(nameOf(one))} is in no fold, expected a patient of the cases`);
      return found;
    },
    dispose,
  };
}
