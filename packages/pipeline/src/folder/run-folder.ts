import { join } from 'node:path';
import { checkString } from '@diff/checks';
import { fileName, modelFile, roundName } from './file-name.js';

function checked(who: string, root: string): string {
  checkString(who, 'root', root);
  return root;
}

/** The paths of a run's files, by its folder. */
export const runFolder = (root: string) => ({
  root: checked('runFolder', root),
  /** The whole configuration, defaults included. */
  config: join(root, 'config.yaml'),
  /** What was read: a `DataRecord`. */
  data: join(root, 'data.json'),
  /** What workers of a queue plan the run by: a `QueuePlan`. */
  queue: join(root, 'queue.json'),
  /** One JSON object a line: what was done when. */
  log: join(root, 'log.jsonl'),
  /** See `Results`. */
  results: join(root, 'results.json'),
  /** See `GalleryCase`. */
  gallery: join(root, 'gallery.safetensors'),
  /** See `OutlinedCase`. */
  outlines: join(root, 'outlines.json'),
  report: join(root, 'report.html'),
  /** This run beside another. */
  compared: join(root, 'compared.html'),
  /** Models, fused labels, checkpoints and predictions of one round. */
  round: (round: number) => join(root, roundName(round)),
});

/** The paths of a round's files, by its folder. */
export const roundFolder = (root: string) => ({
  root: checked('roundFolder', root),
  /** Of `Baseline-Dia`, the other judges, or an arm by its name; read with `loadModel` of @diff/train/node. */
  model: (name: string) => join(root, modelFile(name)),
  /** DF-GT of a case, with its expertness maps; read with `decodeResult` of @diff/fusion/df-gt. */
  fused: (id: string) => join(root, 'df-gt', `${fileName(id)}.dfgt`),
  /** A case fused by a network, by label: safetensors, one map for each structure. */
  fusion: (label: string, id: string) =>
    join(root, 'fusions', fileName(label), `${fileName(id)}.safetensors`),
  /** The judge that shared expertness is fitted to on the cases of a fold. */
  foldJudge: (fold: number) => join(root, modelFile(`judge of fold ${fold}`)),
  /** Whom to trust, learned from the training cases; read with `loadExpertness` of @diff/fusion/df-gt. */
  expertness: join(root, 'expertness.json'),
  /** The probability map that an arm predicts for a test case: 16-bit grey PNG, 65535 is 1. */
  prediction: (arm: string, structure: string, id: string) =>
    join(root, 'predictions', fileName(arm), fileName(structure), `${fileName(id)}.png`),
  /** What became of each job, and what decided it. */
  job: (id: string) => join(root, 'jobs', `${fileName(id)}.json`),
  /** Of trainings that are not done yet. */
  checkpoints: join(root, 'checkpoints'),
});

/** The paths of a run's files. */
export type RunFolder = ReturnType<typeof runFolder>;
/** The paths of a round's files. */
export type RoundFolder = ReturnType<typeof roundFolder>;
