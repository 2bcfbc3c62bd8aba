import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Problem } from '@diff/datasets';
import {
  crossFit,
  type HeldOutCase,
  type LearnExpertnessStep,
  type RaterWorth,
  raterWorth,
} from '@diff/fusion/df-gt';
import { fileCache } from '@diff/fusion/df-gt/node';
import { delongTest } from '@diff/metrics';
import { makeFolder, writeAtomically } from '@diff/train/node';
import { checkConfig } from '../config/read-config.js';
import { type FormName, formNamed } from '../config/shared-forms.js';
import type { DataFlags } from '../data/open-data.js';
import { csvOf } from '../folder/csv.js';
import type { DataSummary } from '../folder/results.js';
import { lockFolder } from '../jobs/lock-folder.js';
import { loadData, type UsableCase } from '../steps/load-data.js';
import { UserError } from '../user-error.js';
import { PROBLEMS, problemTable } from './case-by-case.js';
import { EXPERTNESS } from './fusion.js';
import { chooseJudge, type JudgeName, judgeFor } from './judge-for-expertness.js';

export interface LearnSettings {
  form: FormName;
  /** Default: `dlCat` where cases have images, else `area`. */
  judge?: JudgeName;
  /** The side of what is judged. */
  size: number;
  steps: number;
  folds: number;
  resamples: number;
  seed: number;
}

export interface LearnedFromFolder {
  cases: number;
  patients: number;
  judge: JudgeName;
  /** The heaviest first. */
  raters: RaterWorth[];
  /** AUC of cases that were held out. */
  heldOut: {
    learned: number;
    meanVote: number;
    difference: number;
    /** DeLong's, 95 %. */
    interval: [number, number];
  };
  /** Of the data: what was left out, and why. */
  problems: Problem[];
}

export interface LearnPlace {
  out: string;
  signal: AbortSignal;
  onJudge(fold: number, folds: number): void;
  onStep(step: LearnExpertnessStep): void;
  /** Gets a sentence for each kept file that is damaged, and made again. */
  onDamage(sentence: string): void;
}

/**
 * Learns whom to trust from the diagnosed cases of a folder, by judges that are each trained without the patients of a
 * fold, and writes it down with what it does for held-out cases. It goes on where it was stopped.
 *
 * @throws UserError where there are too few cases, or nothing to judge them by.
 */
export async function learnFromFolder(
  root: string,
  flags: DataFlags,
  settings: LearnSettings,
  { out, signal, onJudge, onStep, onDamage }: LearnPlace,
): Promise<LearnedFromFolder> {
  const { form, folds, resamples, seed, size, steps } = settings;
  const lock = await lockFolder(out);
  try {
    const { data } = checkConfig({ data: { root: resolve(root), ...flags, size } });
    const { cases, summary, hash } = await loadData({ data, seed }, { signal });
    const { structures, raters } = summary;
    checkEnough(root, cases, folds);
    const judge = chooseJudge(cases, structures, settings.judge);
    const key = JSON.stringify({ hash, structures, raters, size, seed, folds, judge, steps });
    const folder = join(out, '.judges');
    await makeFolder(folder);
    const shared = { structures, raters, seed, signal };
    const judges = await crossFit(cases, {
      ...{ folds, seed },
      train: (others, fold) => {
        onJudge(fold, folds);
        return judgeFor(others, { judge, steps, onDamage, ...shared }, { folder, key, fold });
      },
    });
    try {
      const { learned, ...worth } = await raterWorth(cases, {
        ...{ network: judges, expertness: formNamed(form), folds, resamples, ...shared },
        cache: fileCache(join(out, '.fits')),
        id: key,
        onProgress: onStep,
      });
      const { heldOut } = learned;
      const found = {
        cases: cases.length,
        patients: new Set(cases.map(({ patient }) => patient)).size,
        judge,
        raters: worth.raters,
        heldOut: { ...worth.heldOut, ...difference(heldOut) },
        problems: problemsOf(summary),
      };
      lock.lost.throwIfAborted();
      const told = { ...settings, judge, structures, data: { ...flags, root: resolve(root) } };
      await write(out, found, cases, heldOut, { ...told, expertness: await learned.save() });
      return found;
    } finally {
      judges.dispose();
    }
  } finally {
    await lock.release();
  }
}

/** What is wrong with files, and the cases that are left out. */
function problemsOf({ description: { problems }, skipped }: DataSummary): Problem[] {
  const told = new Set(problems.flatMap(({ id, outcome }) => (outcome === 'skipped' ? [id] : [])));
  const others = skipped.filter(({ id }) => !told.has(id));
  return [...problems, ...others.map((one): Problem => ({ ...one, path: one.id, outcome: 'skipped' }))];
}

function checkEnough(root: string, cases: readonly UsableCase[], folds: number): void {
  for (const [diagnosis, name] of ['healthy', 'ill'].entries()) {
    const own = cases.filter((one) => one.diagnosis === diagnosis);
    const patients = new Set(own.map(({ patient }) => patient)).size;
    if (patients < folds)
      throw new UserError(
        `${root} has ${patients} ${name} patients to learn from, expected at least one for each of ${folds} folds: --labels says where diagnoses are`,
      );
  }
}

const difference = (heldOut: readonly HeldOutCase[]) => {
  const [labels, learned, meanVote] = (['diagnosis', 'learned', 'meanVote'] as const).map((name) =>
    heldOut.map((one) => one[name]),
  ) as [number[], number[], number[]];
  const { difference, interval } = delongTest(labels, learned, meanVote);
  return { difference, interval };
};

async function write(
  out: string,
  { raters, heldOut: auc, problems }: LearnedFromFolder,
  cases: readonly UsableCase[],
  heldOut: readonly HeldOutCase[],
  { expertness, ...settings }: { expertness: string; [setting: string]: unknown },
): Promise<void> {
  const put = (name: string, text: string) =>
    writeAtomically(join(out, name), new TextEncoder().encode(text));
  const rows = raters.map(({ rater, weight, interval, alone, drop }) => ({
    ...{ rater, weight, low: interval?.[0], high: interval?.[1] },
    ...{
      auc: alone?.auc,
      'auc low': alone?.interval[0],
      'auc high': alone?.interval[1],
      cases: alone?.cases,
      drop,
    },
  }));
  const columns = ['rater', 'weight', 'low', 'high', 'auc', 'auc low', 'auc high', 'cases', 'drop'];
  await put('raters.csv', csvOf(rows, columns));
  const judged = heldOut.map(({ index, fold, diagnosis, learned, meanVote }) => {
    const { id, patient } = cases[index]!;
    return { case: id, patient, fold, diagnosis, learned, 'mean vote': meanVote };
  });
  await put('held-out.csv', csvOf(judged, ['case', 'patient', 'fold', 'diagnosis', 'learned', 'mean vote']));
  await put(
    'settings.json',
    `${JSON.stringify({ command: 'learn-expertness', ...settings, auc }, undefined, 2)}\n`,
  );
  if (problems.length) await put(PROBLEMS, problemTable(problems));
  else await rm(join(out, PROBLEMS), { force: true });
  await put(EXPERTNESS, `${expertness}\n`);
}
