import type { Dataset } from '@diff/datasets';
import { type DataFlags, numbersOf, openData } from '../data/open-data.js';
import type { CaseByCase } from './case-by-case.js';
import { type FusedCase, fuseCases } from './fuse-cases.js';
import { checkJudge, fuseDiagnosisFirst } from './fuse-diagnosis-first.js';
import { fuseLabelMaps, type LabelMapMethod, labelMapMeasures } from './fuse-labels.js';
import { type FusionName, measuresOf } from './fuse-structure.js';
import type { NetworkFile } from './models.js';

/** Cases, and a way to fuse them. */
export interface Fusion {
  dataset: Dataset;
  method: FusionName | 'df-gt';
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
  method: FusionName,
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
