import { join } from 'node:path';
import type { Case } from '@diff/datasets';
import {
  bestRater,
  crossFit,
  type HeldOutCase,
  type LearnExpertnessStep,
  learnExpertness,
  perPlace,
  perRater,
  type RaterAuc,
} from '@diff/fusion/df-gt';
import { fileCache } from '@diff/fusion/df-gt/node';
import { delongTest, rocAuc } from '@diff/metrics';
import { makeFolder, writeAtomically } from '@diff/train/node';
import { type DataFlags, openData } from '../data/open-data.js';
import { csvOf } from '../folder/csv.js';
import { lockFolder } from '../jobs/lock-folder.js';
import { checkEnough, chooseJudge, hashOf, patientOf, readDiagnosed } from './diagnosed-cases.js';
import { EXPERTNESS } from './fusion.js';
import { type JudgeName, judgeFor } from './judge-for-expertness.js';

/** How expertness is written, by the name of what may have a weight of its own. */
const forms = {
  rater: () => perRater(),
  structure: () => perRater({ byStructure: true }),
  place: () => perPlace(),
};
export type FormName = keyof typeof forms;
export const formNames = Object.keys(forms) as FormName[];

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
  raters: { rater: string; weight: number; interval?: [number, number]; alone?: RaterAuc }[];
  /** AUC of cases that were held out. */
  heldOut: {
    learned: number;
    meanVote: number;
    difference: number;
    /** DeLong's, 95 %. */
    interval: [number, number];
  };
  skipped: { id: string; reason: string }[];
}

export interface LearnPlace {
  out: string;
  signal: AbortSignal;
  onJudge(fold: number, folds: number): void;
  onStep(step: LearnExpertnessStep): void;
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
  { out, signal, onJudge, onStep }: LearnPlace,
): Promise<LearnedFromFolder> {
  const { form, folds, resamples, seed, size, steps } = settings;
  const lock = await lockFolder(out);
  try {
    const dataset = await openData(root, flags, { size });
    const { cases, structures, skipped } = await readDiagnosed(dataset, flags.structures, signal);
    const raters = [...dataset.raters];
    checkEnough(root, cases, folds);
    const judge = chooseJudge(cases, structures, settings.judge);
    const key = hashOf({ structures, raters, size, seed, folds }, cases);
    const folder = join(out, '.judges');
    await makeFolder(folder);
    const shared = { structures, raters, seed, signal };
    const judges = await crossFit(cases, {
      ...{ folds, seed },
      train: (others, fold) => {
        onJudge(fold, folds);
        return judgeFor(others, { judge, steps, ...shared }, { folder, key, fold });
      },
    });
    try {
      const learned = await learnExpertness(cases, {
        ...{ network: judges, expertness: forms[form](), folds, resamples, ...shared },
        cache: fileCache(join(out, '.fits')),
        id: JSON.stringify([key, judge, steps]),
        onProgress: onStep,
      });
      const { aucs } = await bestRater(cases, { network: judges, structures, raters, signal });
      const found = {
        cases: cases.length,
        patients: new Set(cases.map(patientOf)).size,
        judge,
        raters: raters
          .map((rater) => ({
            rater,
            weight: learned.weights[rater]!,
            interval: learned.intervals[rater],
            alone: aucs.find((one) => one.rater === rater),
          }))
          .sort((a, b) => b.weight - a.weight),
        heldOut: compare(learned.heldOut),
        skipped,
      };
      lock.lost.throwIfAborted();
      await write(out, found, learned.heldOut, cases, {
        ...settings,
        judge,
        structures,
        data: { root, ...flags },
        expertness: learned.save(),
      });
      return found;
    } finally {
      judges.dispose();
    }
  } finally {
    await lock.release();
  }
}

function compare(heldOut: readonly HeldOutCase[]): LearnedFromFolder['heldOut'] {
  const labels = heldOut.map(({ diagnosis }) => diagnosis);
  const [learned, meanVote] = [heldOut.map((one) => one.learned), heldOut.map((one) => one.meanVote)];
  const { difference, interval } = delongTest(labels, learned, meanVote);
  return { learned: rocAuc(labels, learned), meanVote: rocAuc(labels, meanVote), difference, interval };
}

async function write(
  out: string,
  { raters, heldOut: auc }: LearnedFromFolder,
  heldOut: readonly HeldOutCase[],
  cases: readonly Case[],
  { expertness, ...settings }: { expertness: string; [setting: string]: unknown },
): Promise<void> {
  const put = (name: string, text: string) =>
    writeAtomically(join(out, name), new TextEncoder().encode(text));
  const rows = raters.map(({ rater, weight, interval, alone }) => ({
    ...{ rater, weight, low: interval?.[0], high: interval?.[1] },
    ...{
      auc: alone?.auc,
      'auc low': alone?.interval[0],
      'auc high': alone?.interval[1],
      cases: alone?.cases,
    },
  }));
  const columns = ['rater', 'weight', 'low', 'high', 'auc', 'auc low', 'auc high', 'cases'];
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
  await put(EXPERTNESS, `${expertness}\n`);
}
