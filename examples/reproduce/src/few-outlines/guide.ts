import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Case } from '@diff/datasets';
import { rocAuc } from '@diff/metrics';
import { type ResNetOptions, resnet } from '@diff/networks';
import { bce, type Example, predict, type Task, train } from '@diff/train';
import { fileStorage, loadModel, saveModel } from '@diff/train/node';
import type * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import type { Place } from '../shared/cell.js';
import { keyOf, say } from '../shared/cells.js';
import { type NetworkSettings, trainingOf } from '../shared/judges.js';
import { type CaseSettings, casesOf, type FewCases } from './cases.js';

/** A diagnosis network that sees pictures alone. */
export interface GuideSettings extends CaseSettings, NetworkSettings {
  /** How many cases pass through it in training, the same however many there are; but none more often than 60 times. */
  passes: number;
}

/** How well the guide diagnoses the test cases. */
export interface GuideResult {
  auc: number;
}

const MOST_EPOCHS = 60;

export const guideId = ({ task, seed, ...settings }: GuideSettings) =>
  `${task}-seed${seed}/guide-${keyOf(settings)}`;

const guideTask: Task = {
  name: 'diagnosis of the image alone',
  diagnosed: true,
  predict: (forward, { image }) => forward(image) as tf.Tensor,
  loss: (forward, batch) => bce()(guideTask.predict(forward, batch), batch.diagnosis),
};

export function untrainedGuide(
  { depth, width, size, seed }: GuideSettings,
  { imageChannels }: FewCases,
): tfl.LayersModel {
  const backbone = resnet({
    ...{ depth: depth as ResNetOptions['depth'], width, inputChannels: imageChannels },
    ...{ size: [size, size], seed: 100 + seed },
  });
  const pooled = tfl.layers
    .globalAveragePooling2d({ name: 'pooled' })
    .apply(backbone.getLayer('B4').output) as tfl.SymbolicTensor;
  const logit = tfl.layers
    .dense({ units: 1, name: 'logit', kernelInitializer: tfl.initializers.glorotUniform({ seed }) })
    .apply(pooled) as tfl.SymbolicTensor;
  return tfl.model({ inputs: backbone.inputs, outputs: logit, name: 'guide' });
}

/** The guide of these settings, read from the run folder where it is there. It learns from every diagnosis, outlined or not. */
export async function trainedGuide(
  settings: GuideSettings,
  cases: FewCases,
  { out }: Place,
): Promise<tfl.LayersModel> {
  const path = join(out, guideId(settings));
  const kept = `${path}.safetensors`;
  const { seed } = settings;
  if (existsSync(kept)) return (await loadModel(kept, { structures: cases.structures, seed })).model;
  const model = untrainedGuide(settings, cases);
  const examples = pictures([...cases.outlined, ...(await cases.diagnosed())]);
  say(`${settings.task}, seed ${seed}: a guide learns from ${examples.length} diagnoses`);
  const storage = fileStorage(path);
  await train(model, examples, {
    ...{ task: guideTask, balanced: true, seed, storage },
    ...trainingOf(settings),
    batchSize: Math.min(16, examples.length),
    epochs: Math.min(MOST_EPOCHS, Math.ceil(settings.passes / examples.length)),
  });
  await saveModel(model, kept, { structures: cases.structures, seed });
  for (const file of await storage.list()) await storage.remove(file);
  return model;
}

const pictures = (cases: readonly Case[]): Example[] =>
  cases.map(({ id, image, diagnosis }) => ({ id, image, masks: [], diagnosis }));

export async function guideCell(settings: GuideSettings, place: Place): Promise<GuideResult> {
  const cases = await casesOf(settings, place.data);
  const model = await trainedGuide(settings, cases, place);
  const logits = await predict(model, pictures(cases.test), { task: guideTask });
  model.dispose();
  return {
    auc: rocAuc(
      cases.test.map(({ diagnosis }) => diagnosis!),
      logits.map(([logit]) => logit!),
    ),
  };
}
