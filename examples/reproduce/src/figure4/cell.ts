import type { Case } from '@diff/datasets';
import { stratifiedFolds } from '@diff/fusion/df-gt';
import { rocAuc } from '@diff/metrics';
import { vcdrSvm, vcdrThreshold } from '@diff/networks';
import { type Example, toExamples } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import type { Place } from '../shared/cell.js';
import { say } from '../shared/cells.js';
import { cost, costOfJudge } from '../shared/estimate.js';
import {
  diagnosisFirstLabels,
  expertness,
  type Fused,
  matched,
  meanVotes,
  stapled,
} from '../shared/fusions.js';
import {
  type Judge,
  type JudgeName,
  judgeNames,
  type NetworkSettings,
  networkOf,
  trainJudge,
} from '../shared/judges.js';
import { networkLabels, sharedLabels } from '../shared/learned-fusions.js';
import { loadTask, type Task, type TaskSettings } from '../shared/tasks.js';

/**
 * Three ways to ask, on test cases that no network was trained on:
 *
 * - paper: judges and the network that DF-GT was fitted to are trained on the same cases (Baseline-Dia judges itself);
 *   DF-GT is given the case's diagnosis.
 * - crossfit: the network that DF-GT is fitted to and the judges are trained on two halves that share no patient; DF-GT is
 *   still given the case's diagnosis.
 * - blind: as crossfit, but in place of the case's diagnosis DF-GT is given what the fitted network itself diagnoses from
 *   the mean vote. Nothing of the diagnosis can leak into the label. Asked of DF-GT by ExpG, and of fusions that look at no
 *   diagnosis of a test case: shared weights are learned from the judges' cases in `paper`, and from the other half in the others.
 */
export const protocols = ['paper', 'crossfit', 'blind'] as const;

export interface Figure4Settings extends TaskSettings, NetworkSettings {
  epochs: number;
  iterations: number;
  /** Also the other parametrisations at ExpG's step size and with its bound. */
  matched?: true;
  /** Who judges. Default: `firstJudges`. */
  judges?: readonly JudgeName[];
  /** What is judged. Default: `firstFusions`. */
  fusions?: readonly FusionName[];
}

/** What the figure had at first. Cells of these bear no lists, so that those which are done stay done. */
export const firstJudges = ['noMask', 'dlCat', 'dlRoi', 'dlAtt', 'dlSeAt', 'baselineDia'] as const;
export const firstFusions = ['MV', 'STAPLE', 'DF-GT'] as const;
/** Every fusion of the figure; what came later is learned from the training cases. */
export const fusionNames = [...firstFusions, 'AggNet', 'MaxMig', 'shared weights'] as const;
export type FusionName = (typeof fusionNames)[number];

/** What a judge's seed is made of: its place, which those that came later did not change. */
const placeOf = (judge: JudgeName) => {
  const first: readonly string[] = firstJudges;
  return [...first, ...judgeNames.filter((name) => !first.includes(name))].indexOf(judge);
};

const parametrisations = (settings: Figure4Settings) => ({ ...expertness, ...(settings.matched && matched) });

export interface Figure4Row {
  task: string;
  seed: number;
  protocol: (typeof protocols)[number];
  fusion: string;
  /** AUC by judge. */
  auc: Record<string, number>;
}

const fitterNames = ['baselineDia', 'dlCat', 'dlAtt'] as const;

/** Cases that pass through a network in training: all judges on all cases and on half, fitters on half, then every DF-GT. */
export function figure4Passes(settings: Figure4Settings): number {
  const { train, test, epochs, iterations, judges = firstJudges, fusions = firstFusions } = settings;
  const has = (name: FusionName) => Number(fusions.includes(name));
  const trained = judges.reduce((sum, name) => sum + 1.5 * costOfJudge(name), 0);
  const fitted = has('DF-GT') * (fitterNames.length * 0.5 + Number(!judges.includes('baselineDia')));
  const learned = cost.plain * (has('AggNet') + has('MaxMig')) + 0.75 * has('shared weights');
  const fits = 2 * Object.keys(parametrisations(settings)).length + 1 + fitterNames.length;
  const trainings = trained + fitted + learned;
  return cost.judge * trainings * epochs * train + has('DF-GT') * cost.fuse * fits * iterations * test;
}

/** Trains the judges on one task and seed, fuses the test cases in every way, and asks the judges. */
export async function figure4Cell(settings: Figure4Settings, { data }: Place): Promise<Figure4Row[]> {
  const { seed, epochs, iterations, judges: asked = firstJudges, fusions = firstFusions } = settings;
  const task = await loadTask(settings, data);
  const progress = (text: string) => say(`${task.name}, seed ${seed}: ${text}`);
  const train = (judge: JudgeName, cases: Case[], salt: number) => {
    progress(`training ${judge} on ${cases.length} cases`);
    return trainJudge(judge, task, cases, optionsOf(salt));
  };
  const optionsOf = (salt: number) => ({ ...networkOf(settings), epochs, seed: 100 * seed + salt });
  const [one, other] = stratifiedFolds(task.train, 2, seed) as [Case[], Case[]];
  const whole = await each(asked, (judge) => train(judge, task.train, placeOf(judge)));
  const judges = await each(asked, (judge) => train(judge, one, 10 + placeOf(judge)));
  const wholeScorers = [...whole.map(scorer), ...(await ratioScorers(task, task.train))];
  const scorers = [...judges.map(scorer), ...(await ratioScorers(task, one))];

  const rows: Figure4Row[] = [];
  const add = async (protocol: Figure4Row['protocol'], fusion: string, labels: Fused[]) => {
    const auc: Figure4Row['auc'] = {};
    for (const judge of protocol === 'paper' ? wholeScorers : scorers)
      auc[judge.name] = await aucOf(judge, task, labels);
    rows.push({ task: task.name, seed, protocol, fusion, auc });
    progress(`${protocol}, ${fusion} judged`);
  };

  const simple = { MV: meanVotes, STAPLE: stapled };
  for (const [fusion, label] of Object.entries(simple))
    if (fusions.includes(fusion as FusionName))
      for (const protocol of protocols) await add(protocol, fusion, task.test.map(label));
  for (const [fusion, name] of Object.entries({ AggNet: 'aggNet', MaxMig: 'maxMig' } as const)) {
    if (!fusions.includes(fusion as FusionName)) continue;
    progress(`learning ${fusion}`);
    const labels = await networkLabels(name, task, optionsOf(30));
    for (const protocol of protocols) await add(protocol, fusion, labels);
  }
  if (fusions.includes('shared weights')) {
    progress('learning shared weights');
    const learned = (cases: Case[], salt: number) =>
      sharedLabels(task, cases, { ...optionsOf(salt), iterations });
    await add('paper', 'shared weights', await learned(task.train, 40));
    const apart = await learned(other, 50);
    for (const protocol of ['crossfit', 'blind'] as const) await add(protocol, 'shared weights', apart);
  }
  if (fusions.includes('DF-GT')) await addDiagnosisFirst();
  for (const judge of [...whole, ...judges]) judge.dispose();
  return rows;

  async function addDiagnosisFirst(): Promise<void> {
    const fitters = await each(fitterNames, (judge, i) => train(judge, other, 20 + i));
    const [fitter] = fitters as [Judge];
    const own = whole.find((judge) => judge.name === 'baselineDia');
    const itself = own ?? (await train('baselineDia', task.train, placeOf('baselineDia')));
    const opinions = await scoresOf(scorer(fitter), task, task.test.map(meanVotes));
    const blinded = task.test.map((one, i) => ({ ...one, diagnosis: Number(opinions[i]! > 0) as 0 | 1 }));
    for (const [name, map] of Object.entries(parametrisations(settings))) {
      const fit = { expertness: map, iterations, seed, structures: task.structures };
      const fused = (cases: Case[], networks: Judge[]) =>
        diagnosisFirstLabels(
          cases,
          networks.map(({ network }) => network),
          fit,
        );
      await add('paper', `DF-GT ${name}`, await fused(task.test, [itself]));
      await add('crossfit', `DF-GT ${name}`, await fused(task.test, [fitter]));
      if (name !== 'expG') continue;
      await add('blind', `DF-GT ${name}`, await fused(blinded, [fitter]));
      await add('crossfit', `DF-GT ${name}, 3 networks`, await fused(task.test, fitters));
    }
    for (const judge of own ? fitters : [...fitters, itself]) judge.dispose();
  }
}

async function each<T, R>(items: readonly T[], make: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const made: R[] = [];
  for (const [index, item] of items.entries()) made.push(await make(item, index));
  return made;
}

/** Whoever diagnoses from image and mask; above 0 speaks for illness. */
interface Scorer {
  name: string;
  score(example: Example): number;
}

const scorer = (judge: Judge): Scorer => ({
  name: judge.name,
  score: (example) => logit(judge, example),
});

/** The vertical cup-to-disc ratio of the masks, where there are a disc and a cup. */
async function ratioScorers({ structures }: Task, cases: Case[]): Promise<Scorer[]> {
  const [disc, cup] = ['disc', 'cup'].map((name) => structures.indexOf(name)) as [number, number];
  if (disc < 0 || cup < 0) return [];
  const examples = await toExamples(cases, { structures, missing: 'skip' });
  // Of PAPILA's programs some find no disc in some eyes.
  const options = { disc, cup, empty: 0 };
  return [
    { name: 'vcdrThreshold', score: vcdrThreshold(examples, options).score },
    { name: 'vcdrSvm', score: vcdrSvm(examples, options).score },
  ];
}

async function aucOf(judge: Scorer, task: Task, labels: Fused[]): Promise<number> {
  return rocAuc(
    task.test.map(({ diagnosis }) => diagnosis!),
    await scoresOf(judge, task, labels),
  );
}

async function scoresOf(judge: Scorer, task: Task, labels: Fused[]): Promise<number[]> {
  const byId = new Map(task.test.map(({ id }, i) => [id, labels[i]!]));
  const examples = await toExamples(task.test, {
    structures: task.structures,
    fuse: (_, structure, id) => byId.get(id)![structure]!,
  });
  return examples.map((example) => judge.score(example));
}

function logit(judge: Judge, { image, masks }: Example): number {
  return tf.tidy(() => {
    const plane = (data: Float32Array | Uint8Array, channels: number) =>
      tf.tensor4d(Float32Array.from(data), [1, image.height, image.width, channels]);
    return judge
      .network(tf.concat([plane(image.data, image.channels), ...masks.map((mask) => plane(mask, 1))], 3))
      .dataSync()[0]!;
  });
}
