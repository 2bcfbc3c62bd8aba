import { createHash } from 'node:crypto';
import type { Case, Dataset } from '@diff/datasets';
import { UserError } from '../user-error.js';
import { type JudgeName, readsMasksAlone } from './judge-for-expertness.js';

export const patientOf = ({ patient, id }: Case) => patient ?? id;

/** The cases that can be learned from: diagnosed, every structure outlined by somebody, and of one kind of image. */
export async function readDiagnosed(
  dataset: Dataset,
  told: readonly string[] | undefined,
  signal: AbortSignal,
) {
  const structures = [...(told ?? dataset.structures)];
  const cases: Case[] = [];
  const skipped: { id: string; reason: string }[] = [];
  for await (const one of dataset.cases({ signal })) {
    const absent = structures.find((name) => Object.keys(one.annotations[name] ?? {}).length === 0);
    if (one.diagnosis === undefined) skipped.push({ id: one.id, reason: 'no diagnosis' });
    else if (absent !== undefined)
      skipped.push({ id: one.id, reason: `nobody outlined the structure ${absent}` });
    else cases.push(one);
  }
  for (const { id, reason, outcome } of dataset.problems)
    if (id !== undefined && outcome === 'skipped') skipped.push({ id, reason });
  const most = Math.max(0, ...cases.map(({ image }) => image.channels));
  const alike = cases.filter(({ id, image }) => {
    if (image.channels === most) return true;
    skipped.push({ id, reason: `its image has ${image.channels} channels, others have ${most}` });
    return false;
  });
  return { cases: alike, structures, skipped };
}

export function checkEnough(root: string, cases: readonly Case[], folds: number): void {
  for (const [diagnosis, name] of ['healthy', 'ill'].entries()) {
    const patients = new Set(cases.filter((one) => one.diagnosis === diagnosis).map(patientOf)).size;
    if (patients < folds)
      throw new UserError(
        `${root} has ${patients} ${name} patients to learn from, expected at least one for each of ${folds} folds: --labels says where diagnoses are`,
      );
  }
}

export function chooseJudge(
  cases: readonly Case[],
  structures: readonly string[],
  judge: JudgeName | undefined,
): JudgeName {
  const pictures = cases[0]!.image.channels > 0;
  const chosen = judge ?? (pictures ? 'dlCat' : 'area');
  if (!pictures && !readsMasksAlone(chosen))
    throw new UserError(`${chosen} looks at images, and there are none: --images says where they are`);
  if (chosen === 'ratio' && structures.length !== 2)
    throw new UserError(
      `ratio is of two structures, the smaller first; the data have ${structures.join(', ')}: --structures cup disc names them`,
    );
  return chosen;
}

/** Stands for everything that judges and weights are made from. */
export function hashOf(settings: object, cases: readonly Case[]): string {
  const hash = createHash('sha256').update(JSON.stringify(settings));
  for (const { id, patient, diagnosis, image, annotations } of cases) {
    hash.update(JSON.stringify([id, patient, diagnosis, image.width, image.height])).update(image.data);
    for (const [structure, masks] of Object.entries(annotations))
      for (const [rater, mask] of Object.entries(masks))
        hash.update(JSON.stringify([structure, rater])).update(mask);
  }
  return hash.digest('hex');
}
