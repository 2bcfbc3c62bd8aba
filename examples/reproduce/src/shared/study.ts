import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Case } from '@diff/datasets';
import { diagnosisFirstAll } from '@diff/fusion/df-gt';
import { fileCache } from '@diff/fusion/df-gt/node';
import { rocAuc, softDice } from '@diff/metrics';
import { baselineDia, type DiagnosisOptions } from '@diff/networks/diagnosis';
import { type Example, freeze, predict, toExamples, train } from '@diff/train';
import { fileStorage, loadModel, saveModel } from '@diff/train/node';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { Place } from './cell.js';
import { nameOf, say } from './cells.js';
import type { DataRoots } from './data-roots.js';
import { cost } from './estimate.js';
import { meanVotes } from './fusions.js';
import { type NetworkSettings, trainingOf, validationOn } from './judges.js';
import { loadTask, type Task, type TaskSettings } from './tasks.js';

/** Depth and width are those of Baseline-Dia and of the segmentation networks' encoder. */
export interface StudySettings extends TaskSettings, NetworkSettings {
  diagnosisEpochs: number;
  iterations: number;
}

/** Cases that pass through a network in training. */
export const studyPasses = ({
  train,
  validation = 0,
  test,
  diagnosisEpochs,
  iterations,
}: StudySettings): number =>
  cost.judge * diagnosisEpochs * train + cost.fuse * iterations * (train + validation + test);

/** A task and seed, ready to train segmentation networks on. */
export interface Study {
  task: Task;
  seed: number;
  /** Baseline-Dia, trained on image ⊕ mean vote of the training cases: it fuses, guides and judges. */
  diagnosisNetwork: tfl.LayersModel;
  /** The same network before any training. */
  untrained: tfl.LayersModel;
  /** Cases with their DF-GT as masks, fitted to that network. */
  train: Example[];
  validation: Example[];
  test: Example[];
}

/** How masks of the test cases do. */
export interface Scores {
  /** Soft Dice of each test case against its DF-GT, by structure. */
  dice: Record<string, number[]>;
  /** AUC of Baseline-Dia on image ⊕ mask. */
  auc: number;
}

/** What labels that need no training score: how far DF-GT is from the mean vote, and what each is worth. */
export type StudyResult = Record<'mean vote itself' | 'DF-GT itself', Scores>;

/** Trains the diagnosis network, fuses all cases, and scores the labels themselves. */
export async function studyCell(settings: StudySettings, place: Place): Promise<StudyResult> {
  const study = await prepare(settings, place);
  const { structures, test } = study.task;
  const votes = test.map(meanVotes).map((label) => structures.map((structure) => label[structure]!));
  return {
    'mean vote itself': await judge(study, votes),
    'DF-GT itself': await judge(
      study,
      study.test.map(({ masks }) => masks),
    ),
  };
}

let last: { folder: string; study: Promise<Study> } | undefined;

/** The study of these settings, from the run folder as far as it is there. The last one is kept: a worker's cells share it. */
export async function prepare(settings: StudySettings, { out, data }: Place): Promise<Study> {
  const folder = join(out, nameOf(settings));
  if (last?.folder !== folder) {
    const old = await last?.study;
    old?.diagnosisNetwork.dispose();
    old?.untrained.dispose();
    last = { folder, study: make(settings, folder, data) };
  }
  return last.study;
}

/** The paper's protocol: the diagnosis network is pre-trained with mean votes, then DF-GT is fitted to it. */
async function make(settings: StudySettings, folder: string, data: DataRoots): Promise<Study> {
  const { seed, size, depth, width, diagnosisEpochs, iterations } = settings;
  const task = await loadTask(settings, data);
  const { structures, imageChannels } = task;
  const where = `${task.name}, seed ${seed}`;
  const untrained = () =>
    baselineDia({
      depth: depth as DiagnosisOptions['depth'],
      width,
      structures: structures.length,
      imageChannels,
      size: [size, size],
      seed: 100 + seed,
    });

  const path = join(folder, 'diagnosis-network.safetensors');
  let diagnosisNetwork = untrained();
  if (existsSync(path)) ({ model: diagnosisNetwork } = await loadModel(path, { structures, seed }));
  else {
    say(`${where}: training Baseline-Dia on ${task.train.length} cases`);
    const storage = fileStorage(join(folder, 'diagnosis-network'));
    const meanVoted = (cases: Case[]) => toExamples(cases, { structures, missing: 'skip' });
    await train(diagnosisNetwork, await meanVoted(task.train), {
      ...trainingOf(settings),
      ...validationOn(await meanVoted(task.validation)),
      balanced: true,
      epochs: diagnosisEpochs,
      seed,
      storage,
    });
    await saveModel(diagnosisNetwork, path, { structures, seed });
    for (const file of await storage.list()) await storage.remove(file);
    const fused = [task.train, task.validation, task.test].reduce((sum, part) => sum + part.length, 0);
    say(`${where}: DF-GT of ${fused} cases`);
  }

  const network = freeze(diagnosisNetwork);
  const fuse = async (cases: Case[]) => {
    const examples: Example[] = [];
    const all = diagnosisFirstAll(cases, {
      network,
      iterations,
      seed,
      structures,
      cache: fileCache(join(folder, 'df-gt')),
      id: `Baseline-Dia of ${nameOf(settings)}`,
    });
    for await (const { case: one, result } of all)
      examples.push({
        id: one.id,
        image: one.image,
        masks: structures.map((structure) => result.fused[structure]!),
        diagnosis: one.diagnosis,
      });
    return examples;
  };
  const fused = {
    train: await fuse(task.train),
    validation: await fuse(task.validation),
    test: await fuse(task.test),
  };
  network.dispose();
  return { task, seed, diagnosisNetwork, untrained: untrained(), ...fused };
}

/** Scores masks of the test cases, one per structure. */
export async function judge(
  { task, test, diagnosisNetwork }: Study,
  masks: (readonly (Float32Array | Uint8Array)[])[],
): Promise<Scores> {
  const dice = Object.fromEntries(
    task.structures.map((structure, s) => [
      structure,
      test.map((example, i) => softDice(masks[i]![s]!, example.masks[s]!)),
    ]),
  );
  const seen = test.map((example, i): Example => ({ ...example, masks: [...masks[i]!] }));
  const opinions = await predict(diagnosisNetwork, seen);
  const auc = rocAuc(
    test.map(({ diagnosis }) => diagnosis!),
    opinions.map(([logit]) => logit!),
  );
  return { dice, auc };
}
