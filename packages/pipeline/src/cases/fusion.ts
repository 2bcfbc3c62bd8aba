import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Dataset } from '@diff/datasets';
import { type LearnedExpertness, loadExpertness } from '@diff/fusion/df-gt';
import type { FusionMethod } from '../config/fusions.js';
import { type DataFlags, numbersOf, openData } from '../data/open-data.js';
import { UserError } from '../user-error.js';
import type { CaseByCase } from './case-by-case.js';
import { checkPanel, fuseByNetwork } from './fuse-by-network.js';
import { type FusedCase, fuseCases } from './fuse-cases.js';
import { checkJudge, fuseDiagnosisFirst } from './fuse-diagnosis-first.js';
import { fuseLabelMaps, type LabelMapMethod, labelMapMeasures } from './fuse-labels.js';
import { fuseLearned } from './fuse-learned.js';
import { measuresOf } from './fuse-structure.js';
import { type LearnFusionSettings, learnFusionDefaults } from './learn-fusion.js';
import type { NetworkFile } from './models.js';

/** Cases, and a way to fuse them. */
export interface Fusion {
  dataset: Dataset;
  method: FusionMethod;
  /** What decides the result beside the data. */
  settings: Record<string, unknown>;
  /** What the method says of each rater. */
  measures: readonly string[];
  fused(
    job: CaseByCase,
    onStep: (step: number, steps: number) => void,
  ): AsyncIterable<FusedCase & { logit?: number }>;
}

/** By an algorithm that knows the masks alone. */
export async function fusionOfMasks(
  root: string,
  flags: DataFlags,
  method: FusionMethod<'masks'>,
  signal: AbortSignal,
  { labelMap = false } = {},
): Promise<Fusion> {
  if (labelMap) return fusionOfLabelMaps(root, flags, method as LabelMapMethod, signal);
  return {
    dataset: await openData(root, flags),
    method,
    settings: {},
    measures: measuresOf(method),
    fused: (job) => fuseCases(job, method, signal),
  };
}

/** All labels of label maps at once. */
async function fusionOfLabelMaps(
  root: string,
  flags: DataFlags,
  method: LabelMapMethod,
  signal: AbortSignal,
): Promise<Fusion> {
  const classes = numbersOf(flags.classes!);
  return {
    dataset: await openData(root, flags),
    method,
    settings: { labelMap: true },
    measures: labelMapMeasures[method],
    fused: (job) => fuseLabelMaps(job, method, classes, signal),
  };
}

export interface DiagnosisFirstFlags {
  objective?: 'bce' | 'logit';
  iterations?: number;
  batchSize?: number;
}

/** Diagnosis-first, for a frozen network. */
export async function fusionByDiagnosis(
  root: string,
  flags: DataFlags & DiagnosisFirstFlags,
  network: NetworkFile,
  signal: AbortSignal,
): Promise<Fusion> {
  const { structures, imageChannels, sha256 } = network;
  const { objective, iterations, batchSize = 16 } = flags;
  const dataset = await openData(root, flags, { channels: imageChannels, structures });
  checkJudge(dataset, network);
  const told = { ...(objective && { objective }), ...(iterations !== undefined && { iterations }) };
  return {
    dataset,
    method: 'df-gt',
    settings: { network: sha256, ...told },
    measures: ['weight'],
    fused: (job, onStep) => fuseDiagnosisFirst(job, network, { batchSize, signal, onStep, ...told }),
  };
}

/** By a network that is learned from the very cases. */
export async function fusionByNetwork(
  root: string,
  flags: DataFlags & { out: string } & Partial<LearnFusionSettings>,
  method: FusionMethod<'network'>,
  signal: AbortSignal,
): Promise<Fusion> {
  const { size, width, steps, seed } = { ...learnFusionDefaults, ...flags };
  const dataset = await openData(root, flags, { channels: 3 });
  checkPanel(dataset, method);
  const settings = { size, width, steps, seed };
  return {
    dataset,
    method,
    settings,
    measures: ['expertness'],
    fused: (job, onStep) =>
      fuseByNetwork(job, { ...settings, out: flags.out, method, dataset, signal, onStep }),
  };
}

/** By expertness that `learn-expertness` left in a file, or in the folder that it wrote. */
export async function fusionByExpertness(
  root: string,
  flags: DataFlags,
  file: string,
  signal: AbortSignal,
): Promise<Fusion> {
  const { learned, sha256 } = await readExpertness(file);
  const { structures, raters, imageChannels } = learned;
  const dataset = await openData(root, flags, {
    structures: [...structures],
    ...(imageChannels && { channels: imageChannels as 1 | 3 }),
  });
  const strangers = raters.length ? dataset.raters.filter((rater) => !raters.includes(rater)) : [];
  if (strangers.length)
    throw new UserError(
      `${file} knows the raters ${raters.join(', ')}, the data have ${strangers.join(', ')} too: --raters leaves them out`,
    );
  return {
    dataset,
    method: 'learned',
    settings: { expertness: sha256 },
    measures: ['weight'],
    fused: (job) => fuseLearned(job, learned, signal),
  };
}

/** @throws UserError where there is no such file, or it holds something else. */
export async function readExpertness(path: string): Promise<{ learned: LearnedExpertness; sha256: string }> {
  const text = await readFile(path, 'utf8').catch(async (error: NodeJS.ErrnoException) => {
    if (error.code === 'EISDIR') return readFile(`${path}/${EXPERTNESS}`, 'utf8').catch(() => undefined);
    return undefined;
  });
  if (text === undefined) throw new UserError(`there is no expertness in ${path}`);
  try {
    return { learned: await loadExpertness(text), sha256: createHash('sha256').update(text).digest('hex') };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UserError(`${path}: ${error.message.replace(/^loadExpertness: /, '')}`);
  }
}

/** Where `learn-expertness` leaves it in its folder. */
export const EXPERTNESS = 'expertness.json';
