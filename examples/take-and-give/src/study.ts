import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Case } from '@diff/datasets';
import { averageVote } from '@diff/fusion';
import { diagnosisFirstAll } from '@diff/fusion/df-gt';
import { fileCache } from '@diff/fusion/df-gt/node';
import { adam, baselineDia, type Example, freeze, toExamples, train } from '@diff/networks';
import { loadModel, saveModel } from '@diff/networks/node';
import type * as tfl from '@tensorflow/tfjs-layers';
import { loadTask, type Task, type TaskName } from '../../diagnosis-first/src/task.js';
import { keyOf, type Run, say } from './options.js';

/** A task and seed, ready to train segmentation networks on. */
export interface Study {
  task: Task;
  seed: number;
  /** Baseline-Dia, trained on image ⊕ majority vote of the training cases: it fuses, guides and judges. */
  diagnosisNetwork: tfl.LayersModel;
  /** The same network before any training. */
  untrained: tfl.LayersModel;
  /** Cases with their DF-GT as masks, fitted to that network. */
  train: Example[];
  test: Example[];
  /** The majority votes of the test cases, by structure. */
  majority: Float32Array[][];
  folder: string;
}

/** The paper's protocol: the diagnosis network is pre-trained with majority votes, then DF-GT is fitted to it. */
export async function prepare(name: TaskName, seed: number, { settings, out, signal }: Run): Promise<Study> {
  const { train: trainCount, test, size, width, diagnosisEpochs, iterations, engine } = settings;
  const key = keyOf({ train: trainCount, test, size, width, diagnosisEpochs, iterations, engine });
  const folder = join(out, `${name}-seed${seed}-${key}`);
  const task = await loadTask(name, { ...settings, seed });
  const { structures, imageChannels } = task;
  const make = () =>
    baselineDia({
      width,
      structures: structures.length,
      imageChannels,
      size: [size, size],
      seed: 100 + seed,
    });

  const path = join(folder, 'diagnosis-network.safetensors');
  let diagnosisNetwork = make();
  if (existsSync(path)) ({ model: diagnosisNetwork } = await loadModel(path, { structures, seed }));
  else {
    say(`${name}, seed ${seed}: training Baseline-Dia on ${task.train.length} cases`);
    await train(diagnosisNetwork, await toExamples(task.train, { structures, missing: 'skip' }), {
      epochs: diagnosisEpochs,
      batchSize: 16,
      optimizer: adam({ learningRate: 1e-3 }),
      balanced: true,
      augmentation: { flip: 'horizontal', shift: 0.05, rotate: 10 },
      seed,
      signal,
    });
    await saveModel(diagnosisNetwork, path, { structures, seed });
  }

  say(`${name}, seed ${seed}: DF-GT of ${task.train.length} + ${task.test.length} cases`);
  const network = freeze(diagnosisNetwork);
  const fuse = async (cases: Case[]) => {
    const examples: Example[] = [];
    const all = diagnosisFirstAll(cases, {
      network,
      iterations,
      seed,
      structures,
      cache: fileCache(join(folder, 'df-gt')),
      id: `Baseline-Dia of ${folder}`,
      signal,
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
  const [trainExamples, testExamples] = [await fuse(task.train), await fuse(task.test)];
  network.dispose();
  const majority = task.test.map((one) =>
    structures.map((structure) => Float32Array.from(averageVote(Object.values(one.annotations[structure]!)))),
  );
  return {
    task,
    seed,
    diagnosisNetwork,
    untrained: make(),
    train: trainExamples,
    test: testExamples,
    majority,
    folder,
  };
}
