import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rocAuc, softDice } from '@diff/metrics';
import { adam, type Example, predict, resnet, train } from '@diff/networks';
import { fileStorage, saveModel } from '@diff/networks/node';
import { takeAndGive, tgNetwork, type Variant } from '@diff/tg-model';
import * as tf from '@tensorflow/tfjs-core';
import { keyOf, type Run, say } from './options.js';
import type { Study } from './study.js';

/** One way to build the segmentation network. */
export interface Arm {
  name: string;
  blocks: readonly string[];
  variant?: Variant;
  /** Connect the diagnosis network as it was before training: what is left is what more weights do by themselves. */
  untrained?: boolean;
  /** Add the decoder's feature to what Take gives, as the paper does not. */
  residual?: boolean;
}

/** How one arm did on one task and seed. */
export interface Cell {
  task: string;
  seed: number;
  arm: string;
  /** Trained weights. */
  weights: number;
  /** Training loss of the last epoch. */
  loss: number;
  /** Soft Dice of each test case against its DF-GT, by structure. */
  dice: Record<string, number[]>;
  /** AUC of Baseline-Dia on image ⊕ predicted mask. */
  auc: number;
}

const nameOf = ({ name }: Arm, { settings: { filters, heads, epochs, learningRate } }: Run) =>
  `${name.replaceAll(/[^\w]+/g, '-')}-${keyOf({ filters, heads, epochs, learningRate })}`;

/** Where the arm's trained model is. */
export const modelPath = (arm: Arm, study: Study, run: Run) =>
  join(study.folder, `${nameOf(arm, run)}.safetensors`);

/** Trains and judges an arm, or takes what the run folder has. A training that was stopped goes on where it was. */
export async function runArm(arm: Arm, study: Study, run: Run): Promise<Cell> {
  const { size, filters, heads, width, epochs, learningRate } = run.settings;
  const name = nameOf(arm, run);
  const path = join(study.folder, `${name}.json`);
  const found = read(path);
  if (found) return found;

  const { task, seed } = study;
  const where = `${task.name}, seed ${seed}, ${arm.name}`;
  const model = tgNetwork({
    backbone: resnet({ width, inputChannels: task.imageChannels, size: [size, size], seed }),
    diagnosisNetwork: arm.untrained ? study.untrained : study.diagnosisNetwork,
    blocks: arm.blocks,
    variant: arm.variant,
    residual: arm.residual,
    structures: task.structures.length,
    filters,
    heads,
    seed,
  });
  const storage = fileStorage(join(study.folder, name));
  let last = Date.now();
  const { history } = await train(model, study.train, {
    task: takeAndGive(),
    epochs,
    batchSize: 16,
    optimizer: adam({ learningRate }),
    augmentation: { flip: 'horizontal', shift: 0.05, rotate: 10 },
    seed,
    storage,
    signal: run.signal,
    onStep({ step, steps, loss }) {
      if (Date.now() - last < 30_000) return;
      last = Date.now();
      say(`${where}: step ${step} of ${steps}, loss ${loss.toFixed(4)}`);
    },
  });
  const logits = await predict(model, study.test, { task: takeAndGive() });
  const predicted = logits.map((values) => splitStructures(values, task.structures.length));
  const cell: Cell = {
    task: task.name,
    seed,
    arm: arm.name,
    weights: model.trainableWeights.reduce(
      (sum, { shape }) => sum + tf.util.sizeFromShape(shape as number[]),
      0,
    ),
    loss: history.at(-1)!.loss,
    ...(await judge(study, predicted)),
  };
  await saveModel(model, modelPath(arm, study, run), { structures: task.structures, seed });
  model.dispose();
  write(path, cell);
  for (const file of await storage.list()) await storage.remove(file);
  say(
    `${where}: soft Dice ${Object.values(cell.dice)
      .map(mean)
      .map((d) => d.toFixed(3))
      .join(', ')}, AUC ${cell.auc.toFixed(3)}`,
  );
  return cell;
}

/** What labels that need no training score: how far DF-GT is from the majority vote, and what each is worth. */
export async function references(study: Study): Promise<Cell[]> {
  const rows = {
    'majority vote itself': study.majority,
    'DF-GT itself': study.test.map(({ masks }) => masks),
  };
  const cells: Cell[] = [];
  for (const [arm, masks] of Object.entries(rows))
    cells.push({
      task: study.task.name,
      seed: study.seed,
      arm,
      weights: 0,
      loss: Number.NaN,
      ...(await judge(study, masks)),
    });
  return cells;
}

async function judge({ task, test, diagnosisNetwork }: Study, predicted: (readonly ArrayLike<number>[])[]) {
  const dice = Object.fromEntries(
    task.structures.map((structure, s) => [
      structure,
      test.map(({ masks }, i) => softDice(predicted[i]![s] as Float32Array, masks[s]!)),
    ]),
  );
  const seen: Example[] = test.map((example, i) => ({
    ...example,
    masks: predicted[i]!.map((mask) => Float32Array.from(mask)),
  }));
  const opinions = await predict(diagnosisNetwork, seen);
  const auc = rocAuc(
    test.map(({ diagnosis }) => diagnosis!),
    opinions.map(([logit]) => logit!),
  );
  return { dice, auc };
}

/** Logits [H·W, structures] → a probability map a structure. */
function splitStructures(logits: Float32Array, structures: number): Float32Array[] {
  return Array.from({ length: structures }, (_, s) =>
    Float32Array.from(
      { length: logits.length / structures },
      (_, i) => 1 / (1 + Math.exp(-logits[i * structures + s]!)),
    ),
  );
}

export const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;

function read(path: string): Cell | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Cell;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function write(path: string, cell: Cell): void {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(`${path}.part`, JSON.stringify(cell));
  renameSync(`${path}.part`, path);
}
