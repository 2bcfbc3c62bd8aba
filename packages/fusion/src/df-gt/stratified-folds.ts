import { check, checkInteger, checkObject, checkOneOf, checkSeed, checkString, fail } from '@diff/checks';
import { streamSeed, uniform } from './random.js';

/** Whose case it is, and whether they are ill. */
interface Member {
  id?: string;
  patient?: string;
  diagnosis?: number;
}

/**
 * Shares cases out over folds, whole patients, the ill and the healthy patients each as evenly as they go. A patient is ill
 * where any case of theirs is.
 *
 * @param cases Of a patient (`patient`, else `id`, else each case is a patient of its own).
 * @param folds From 2 to the number of patients.
 * @throws RangeError, TypeError for other arguments.
 */
export const stratifiedFolds = <C extends Member>(cases: readonly C[], folds: number, seed: number): C[][] =>
  shareOut('stratifiedFolds', cases, { folds, seed });

export function shareOut<C extends Member>(
  who: string,
  cases: readonly C[],
  { folds, seed }: { folds: number; seed: number },
): C[][] {
  check(Array.isArray(cases), who, 'cases', cases, 'an array of cases', 'other');
  checkSeed(who, seed);
  const patients = new Map<string, C[]>();
  for (const [index, one] of cases.entries()) {
    checkMember(`${who}: cases[${index}]`, one);
    const name = one.patient ?? one.id ?? `case ${index}`;
    patients.set(name, [...(patients.get(name) ?? []), one]);
  }
  checkInteger(who, 'folds', folds, 2);
  if (folds > patients.size)
    fail(who, `folds is ${folds}, expected at most ${patients.size}, as many as there are patients in cases`);
  const ill = (group: C[]) => Number(group.some(({ diagnosis }) => diagnosis === 1));
  const random = uniform(streamSeed(seed, 0));
  const order = [...patients.values()]
    .map((group) => ({ group, key: ill(group) + random() }))
    .sort((a, b) => a.key - b.key);
  const shares: C[][] = Array.from({ length: folds }, () => []);
  order.forEach(({ group }, index) => void shares[index % folds]!.push(...group));
  return shares;
}

function checkMember(who: string, one: Member): void {
  checkObject(who, 'the case', one);
  for (const name of ['patient', 'id'] as const)
    if (one[name] !== undefined) checkString(who, name, one[name]);
  if (one.diagnosis !== undefined) checkOneOf(who, 'diagnosis', one.diagnosis, [0, 1]);
}
