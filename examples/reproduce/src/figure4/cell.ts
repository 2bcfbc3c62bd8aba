import type { Case } from '@diff/datasets';
import { stratifiedFolds } from '@diff/fusion/df-gt';
import { rocAuc } from '@diff/metrics';
import { vcdrSvm, vcdrThreshold } from '@diff/networks';
import { type Example, toExamples } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import { type Place, say } from '../shared/cells.js';
import { cost } from '../shared/estimate.js';
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
import { loadTask, type Task, type TaskSettings } from '../shared/tasks.js';

/**
 * Three ways to ask, on test cases that no network was trained on:
 *
 * - paper: judges and the network that DF-GT was fitted to are trained on the same cases (Baseline-Dia judges itself);
 *   DF-GT is given the case's diagnosis.
 * - crossfit: the network that DF-GT is fitted to and the judges are trained on two halves that share no patient; DF-GT is
 *   still given the case's diagnosis.
 * - blind: as crossfit, but in place of the case's diagnosis DF-GT is given what the fitted network itself diagnoses from
 *   the mean vote. Nothing of the diagnosis can leak into the label. Asked only of MV, STAPLE and DF-GT by ExpG.
 */
export const protocols = ['paper', 'crossfit', 'blind'] as const;

export interface Figure4Settings extends TaskSettings, NetworkSettings {
  epochs: number;
  iterations: number;
  /** Also the other parametrisations at ExpG's step size and with its bound. */
  matched?: true;
}

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
  const { train, test, epochs, iterations } = settings;
  const trainings = judgeNames.length * 1.5 + fitterNames.length * 0.5;
  const fits = 2 * Object.keys(parametrisations(settings)).length + 1 + fitterNames.length;
  return cost.judge * trainings * epochs * train + cost.fuse * fits * iterations * test;
}

/** Trains the judges on one task and seed, fuses the test cases in every way, and asks the judges. */
export async function figure4Cell(settings: Figure4Settings, { data }: Place): Promise<Figure4Row[]> {
  const { seed, epochs, iterations } = settings;
  const task = await loadTask(settings, data);
  const progress = (text: string) => say(`${task.name}, seed ${seed}: ${text}`);
  const train = (judge: JudgeName, cases: Case[], salt: number) => {
    progress(`training ${judge} on ${cases.length} cases`);
    return trainJudge(judge, task, cases, { ...networkOf(settings), epochs, seed: 100 * seed + salt });
  };
  const [one, other] = stratifiedFolds(task.train, 2, seed) as [Case[], Case[]];
  const whole = await each(judgeNames, (judge, i) => train(judge, task.train, i));
  const judges = await each(judgeNames, (judge, i) => train(judge, one, 10 + i));
  const fitters = await each(fitterNames, (judge, i) => train(judge, other, 20 + i));
  const [fitter] = fitters as [Judge];
  const itself = whole.find((judge) => judge.name === 'baselineDia')!;
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

  const simple = { MV: task.test.map(meanVotes), STAPLE: task.test.map(stapled) };
  for (const [fusion, labels] of Object.entries(simple))
    for (const protocol of protocols) await add(protocol, fusion, labels);

  const opinions = await scoresOf(scorer(fitter), task, simple.MV);
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
  for (const judge of [...whole, ...judges, ...fitters]) judge.dispose();
  return rows;
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
  return [
    { name: 'vcdrThreshold', score: vcdrThreshold(examples, { disc, cup }).score },
    { name: 'vcdrSvm', score: vcdrSvm(examples, { disc, cup }).score },
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
