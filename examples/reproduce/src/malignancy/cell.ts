import { type Dataset, lidc } from '@diff/datasets';
import { diagnosisNetworks, networkNamed } from '@diff/networks/diagnosis';
import { adam, cosine, type Example, predict, toExamples, train } from '@diff/train';
import type { Place } from '../shared/cell.js';
import { rootOf } from '../shared/data-roots.js';

export interface MalignancySettings {
  network: string;
  fold: number;
  folds: number;
  size: number;
  width: number;
  epochs: number;
  batchSize: number;
  learningRate: number;
  seed: number;
}

/** One entry a test nodule: mean logit over its slices. */
export type MalignancyResult = { nodule: string; diagnosis: number; logit: number }[];

/** Trains on the slices of all patients outside the fold, masks averaged over readers, and scores the fold's nodules. */
export async function malignancyCell(
  settings: MalignancySettings,
  { data }: Place,
): Promise<MalignancyResult> {
  const { network, fold, folds, size, width, epochs, batchSize, learningRate, seed } = settings;
  const { dataset, examples } = await read(rootOf(data, 'lidc'), size);
  const parts = dataset.folds(folds, { by: 'patient', seed })[fold]!;
  const of = (part: Dataset) => part.entries.map(({ id }) => examples.get(id)!);
  const { make, task } = networkNamed(diagnosisNetworks, network);
  const model = make({
    width,
    imageChannels: 1,
    structures: 1,
    size: [size, size],
    seed: seed + fold,
  });
  await train(model, of(parts.train), {
    epochs,
    batchSize,
    seed: seed + fold,
    task: task(),
    balanced: true,
    optimizer: adam({ learningRate }),
    schedule: cosine({ warmup: 0.1 }),
    augmentation: { flip: 'both', rotate: 15, scale: 0.1, shift: 0.05 },
  });
  const slices = of(parts.test);
  const logits = await predict(model, slices);
  const nodules = new Map<string, { diagnosis: number; logits: number[] }>();
  for (const [i, { id, diagnosis }] of slices.entries()) {
    const nodule = id.slice(0, id.lastIndexOf('/'));
    const entry = nodules.get(nodule) ?? { diagnosis: diagnosis!, logits: [] };
    nodules.set(nodule, { ...entry, logits: [...entry.logits, logits[i]![0]!] });
  }
  model.dispose();
  return [...nodules].map(([nodule, { diagnosis, logits: own }]) => ({
    nodule,
    diagnosis,
    logit: own.reduce((sum, logit) => sum + logit, 0) / own.length,
  }));
}

/** All slices with a settled diagnosis. */
export const slicesOf = async (root: string, size: number): Promise<Dataset> =>
  (await lidc(root, { size })).filter(({ diagnosis }) => diagnosis !== undefined);

let loaded: Promise<{ dataset: Dataset; examples: Map<string, Example> }> | undefined;

/** All slices, read once a worker. */
function read(root: string, size: number) {
  loaded ??= (async () => {
    const dataset = await slicesOf(root, size);
    const list = await toExamples(dataset.cases());
    return { dataset, examples: new Map(list.map((example) => [example.id, example])) };
  })();
  return loaded;
}
