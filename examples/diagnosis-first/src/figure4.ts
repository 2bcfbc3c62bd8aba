/**
 * The paper's Figure 4 in small: how well do diagnosis networks tell ill from healthy on image ⊕ fused label, for labels
 * fused by majority vote, STAPLE and DF-GT with each parametrisation?
 *
 * Three ways to ask, on test cases that no network was trained on:
 *
 * - paper: judges and the network that DF-GT was fitted to are trained on the same cases (Baseline-Dia judges itself);
 *   DF-GT is given the case's diagnosis.
 * - crossfit: the network that DF-GT is fitted to and the judges are trained on two halves that share no patient; DF-GT is
 *   still given the case's diagnosis.
 * - blind: as crossfit, but in place of the case's diagnosis DF-GT is given what the fitted network itself diagnoses from
 *   the majority vote. Nothing of the diagnosis can leak into the label.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { useBackend } from '@diff/backend';
import type { Case } from '@diff/datasets';
import { stratifiedFolds } from '@diff/fusion/df-gt';
import { rocAuc } from '@diff/metrics';
import { type Example, toExamples } from '@diff/networks';
import * as tf from '@tensorflow/tfjs-core';
import { Command, InvalidArgumentError } from 'commander';
import { diagnosisFirstLabels, expertness, type Fused, majority, stapled } from './fusions.js';
import { type Judge, type JudgeName, judgeNames, trainJudge } from './judges.js';
import { summarise } from './summary.js';
import { loadTask, type Task, type TaskName, taskNames } from './task.js';

const count = (text: string) => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('expected a positive integer');
  return value;
};

const program = new Command('figure4')
  .description(
    'AUC of diagnosis networks on fused labels, by fusion and protocol; cells that are done are kept in the run folder',
  )
  .option('--tasks <names...>', `of ${taskNames.join(', ')}`, [...taskNames])
  .option('--seeds <n>', 'how many', count, 3)
  .option('--train <n>', 'training cases', count, 200)
  .option('--test <n>', 'test cases', count, 60)
  .option('--size <pixels>', 'side of the images', count, 64)
  .option('--width <channels>', 'of the ResNet18s after the stem', count, 16)
  .option('--epochs <n>', 'of each diagnosis network', count, 12)
  .option('--iterations <n>', 'of DF-GT', count, 60)
  .option('--out <folder>', 'run folder', 'runs/figure4')
  .parse();
const options = program.opts<{
  tasks: TaskName[];
  seeds: number;
  train: number;
  test: number;
  size: number;
  width: number;
  epochs: number;
  iterations: number;
  out: string;
}>();
const unknown = options.tasks.filter((name) => !taskNames.includes(name));
if (unknown.length)
  program.error(`unknown task ${unknown.join(', ')}; there are ${taskNames.join(', ')}`, { exitCode: 2 });

export type Protocol = 'paper' | 'crossfit' | 'blind';
export interface Cell {
  task: TaskName;
  seed: number;
  protocol: Protocol;
  fusion: string;
  /** AUC by judge. */
  auc: Record<string, number>;
}

const { name: engine } = await useBackend();
const started = Date.now();
const say = (text: string) =>
  console.error(`${((Date.now() - started) / 1000).toFixed(0).padStart(5)} s  ${text}`);
say(`engine ${engine}`);

const cells: Cell[] = [];
for (const name of options.tasks)
  for (let seed = 0; seed < options.seeds; seed++) cells.push(...(await cached(name, seed)));
const { out, tasks, ...settings } = options;
console.log(summarise(cells, tasks, settings));

/** The cells of a task and seed, from the run folder where they are there. */
async function cached(name: TaskName, seed: number): Promise<Cell[]> {
  const { out, tasks, seeds, ...settings } = options;
  const key = Object.entries(settings).map(([option, value]) => `${option}${value}`);
  const path = join(out, `${[name, `seed${seed}`, ...key].join('-')}.json`);
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Cell[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const done = await compute(await loadTask(name, { ...options, seed }), seed);
  mkdirSync(out, { recursive: true });
  writeFileSync(`${path}.part`, JSON.stringify(done, null, 1));
  renameSync(`${path}.part`, path);
  return done;
}

async function compute(task: Task, seed: number): Promise<Cell[]> {
  const train = (judge: JudgeName, cases: Case[], salt: number) => {
    say(`${task.name}, seed ${seed}: training ${judge} on ${cases.length} cases`);
    return trainJudge(judge, task, cases, {
      width: options.width,
      epochs: options.epochs,
      seed: 100 * seed + salt,
    });
  };
  const [one, other] = stratifiedFolds(task.train, 2, seed) as [Case[], Case[]];
  const whole = await each(judgeNames, (judge, i) => train(judge, task.train, i));
  const judges = await each(judgeNames, (judge, i) => train(judge, one, 10 + i));
  const fitters = await each(['baselineDia', 'dlCat', 'dlAtt'] as const, (judge, i) =>
    train(judge, other, 20 + i),
  );
  const [fitter] = fitters as [Judge];
  const itself = whole.find((judge) => judge.name === 'baselineDia')!;

  const cells: Cell[] = [];
  const add = async (protocol: Protocol, fusion: string, by: Judge[], labels: Fused[]) => {
    const auc: Cell['auc'] = {};
    for (const judge of by) auc[judge.name] = await aucOf(judge, task, labels);
    cells.push({ task: task.name, seed, protocol, fusion, auc });
    say(
      `${task.name}, seed ${seed}, ${protocol}, ${fusion}: ${Object.entries(auc)
        .map(([judge, value]) => `${judge} ${value.toFixed(3)}`)
        .join(', ')}`,
    );
  };

  const simple = { MV: task.test.map(majority), STAPLE: task.test.map(stapled) };
  for (const [fusion, labels] of Object.entries(simple)) {
    await add('paper', fusion, whole, labels);
    await add('crossfit', fusion, judges, labels);
    await add('blind', fusion, judges, labels);
  }
  const opinions = await logitsOf(fitter, task, simple.MV);
  const blinded = task.test.map((one, i) => ({
    ...one,
    diagnosis: opinions[i]! > 0 ? (1 as const) : (0 as const),
  }));
  for (const [name, map] of Object.entries(expertness)) {
    const fit = { expertness: map, iterations: options.iterations, seed, structures: task.structures };
    await add('paper', `DF-GT ${name}`, whole, await diagnosisFirstLabels(task.test, itself.network, fit));
    await add(
      'crossfit',
      `DF-GT ${name}`,
      judges,
      await diagnosisFirstLabels(task.test, fitter.network, fit),
    );
    await add('blind', `DF-GT ${name}`, judges, await diagnosisFirstLabels(blinded, fitter.network, fit));
    if (name !== 'expG') continue;
    const networks = fitters.map(({ network }) => network);
    await add(
      'crossfit',
      'DF-GT expG, 3 networks',
      judges,
      await diagnosisFirstLabels(task.test, networks, fit),
    );
  }
  for (const judge of [...whole, ...judges, ...fitters]) judge.dispose();
  return cells;
}

async function each<T, R>(items: readonly T[], make: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const made: R[] = [];
  for (const [index, item] of items.entries()) made.push(await make(item, index));
  return made;
}

async function aucOf(judge: Judge, task: Task, labels: Fused[]): Promise<number> {
  return rocAuc(
    task.test.map(({ diagnosis }) => diagnosis!),
    await logitsOf(judge, task, labels),
  );
}

async function logitsOf(judge: Judge, task: Task, labels: Fused[]): Promise<number[]> {
  const byId = new Map(task.test.map(({ id }, i) => [id, labels[i]!]));
  const examples = await toExamples(task.test, {
    structures: task.structures,
    fuse: (_, structure, id) => byId.get(id)![structure]!,
  });
  return examples.map((example) => logit(judge, example));
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
