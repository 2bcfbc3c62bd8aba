import { readFileSync } from 'node:fs';
import { meanVote, staple } from '@diff/fusion';
import { type DiagnosisFirstResult, decodeResult, loadExpertness } from '@diff/fusion/df-gt';
import type { Example } from '@diff/train';
import type { ArmLabel } from '../config/arms.js';
import { type Label, type NetworkLabel, networkLabels } from '../config/fusions.js';
import type { RoundFolder } from '../folder/run-folder.js';
import type { Context } from './context.js';
import { fusedByNetwork } from './fuse-by-network.js';
import { ratersOf } from './fusion-network.js';
import type { UsableCase } from './load-data.js';

/** What `fuseCases` left of a case. */
export function fusedCase(folder: RoundFolder, id: string): DiagnosisFirstResult {
  const result = decodeResult(readFileSync(folder.fused(id)));
  if (!result) throw new Error(`${folder.fused(id)} is not a whole result`);
  return result;
}

/**
 * The masks of a case fused by `label`, one per structure: MV is the mean of the raters' masks, STAPLE the probability
 * of being inside (soft masks count as inside from 0.5), DF-GT and those by networks as the round's folder has them, Shared by the expertness that
 * the round learned, which looks at no diagnosis here.
 */
export async function labelOf(
  label: Label,
  { id, image, annotations }: UsableCase,
  structures: readonly string[],
  folder: RoundFolder,
): Promise<Float32Array[]> {
  if (label === 'DF-GT') {
    const { fused } = fusedCase(folder, id);
    return structures.map((name) => fused[name]!);
  }
  if (isByNetwork(label)) {
    const maps = await fusedByNetwork(folder, label, id);
    return structures.map((name) => maps.get(name)!);
  }
  if (label === 'Shared') {
    const { apply } = await loadExpertness(readFileSync(folder.expertness, 'utf8'));
    const { fused } = await apply({ id, image, annotations });
    return structures.map((name) => fused[name]!);
  }
  return structures.map((name) => {
    const masks = Object.values(annotations[name]!);
    if (label === 'MV') return Float32Array.from(meanVote(masks));
    const binary = masks.map((mask) => Uint8Array.from(mask, (value) => Number(value >= 0.5)));
    return Float32Array.from(staple(binary, { maxIterations: 1000 }).probability);
  });
}

const isByNetwork = (label: Label): label is NetworkLabel => (networkLabels as Label[]).includes(label);

/** Cases as examples, with the masks of a label; where every rater's are learned, with those, and their mean beside them. */
export async function examplesOn(
  label: ArmLabel,
  cases: readonly UsableCase[],
  { structures, raters, folder }: Pick<Context, 'structures' | 'raters' | 'folder'>,
): Promise<Example[]> {
  if (label === 'raters' || label === 'randomRater')
    return cases.map((one) => ratersOf(one, { structures, raters }));
  const masks: Float32Array[][] = [];
  for (const one of cases) masks.push(await labelOf(label, one, structures, folder));
  return examplesOf(cases, (_, i) => masks[i]!);
}

/** Cases as examples, with masks from anywhere. */
export const examplesOf = (
  cases: readonly UsableCase[],
  masksOf: (one: UsableCase, index: number) => readonly Float32Array[],
): Example[] =>
  cases.map((one, i) => ({ id: one.id, image: one.image, masks: masksOf(one, i), diagnosis: one.diagnosis }));
