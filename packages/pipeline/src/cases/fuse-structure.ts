import type { Mask } from '@diff/datasets';
import { dawidSkene, majorityVote, meanVote, simple, staple } from '@diff/fusion';
import { entropy } from '@diff/metrics';
import type { FusionMethod } from '../config/fusions.js';
import { bySlabs, slabs } from './slabs.js';

/** A fused label, and what the fusion says of each rater, by measure. */
interface Fused {
  values: ArrayLike<number>;
  [measure: string]: ArrayLike<number | boolean>;
}

/** Fusions of one structure's masks, and what each says of the raters. */
const FUSIONS = {
  mean: { measures: [], fuse: (masks): Fused => ({ values: bySlabs(masks, meanVote) }) },
  majority: { measures: [], fuse: (masks): Fused => ({ values: bySlabs(masks, majorityVote) }) },
  staple: {
    measures: ['sensitivity', 'specificity'],
    fuse: (masks): Fused => {
      const { probability, sensitivity, specificity } = staple(masks);
      return { values: probability, sensitivity, specificity };
    },
  },
  simple: {
    measures: ['dice', 'kept'],
    fuse: (masks): Fused => {
      const { mask, performance, selected } = simple(masks);
      return { values: mask, dice: performance, kept: selected };
    },
  },
  'dawid-skene': {
    measures: ['sensitivity', 'specificity'],
    fuse: (masks): Fused => {
      const { probability, confusion } = dawidSkene(masks, { classes: 2 });
      return {
        values: probability.filter((_, i) => i % 2 === 1),
        // A confusion matrix is [P(0 | 0), P(1 | 0), P(0 | 1), P(1 | 1)].
        sensitivity: confusion.map((matrix) => matrix![3]!),
        specificity: confusion.map((matrix) => matrix![0]!),
      };
    },
  },
} satisfies Record<FusionMethod<'masks'>, { measures: readonly string[]; fuse: (masks: Mask[]) => Fused }>;

/** What a fusion says of each rater. */
export const measuresOf = (name: FusionMethod<'masks'>): readonly string[] => FUSIONS[name].measures;

export interface FusedStructure {
  values: Float32Array;
  /** By `<measure> <rater>`. */
  measures: Record<string, number>;
}

/** @throws RangeError where the fusion cannot take such masks. */
export function fuseStructure(
  name: FusionMethod<'masks'>,
  masks: Readonly<Record<string, Mask>>,
): FusedStructure {
  const { measures, fuse } = FUSIONS[name];
  const { values, ...found } = fuse(Object.values(masks));
  return {
    values: values instanceof Float32Array ? values : new Float32Array(values),
    measures: Object.fromEntries(
      measures.flatMap((measure) =>
        Object.keys(masks).map((rater, i) => [`${measure} ${rater}`, Number(found[measure]![i])]),
      ),
    ),
  };
}

/** Mean over the image of the entropy of the raters' mean, in bits per pixel. */
export function meanDisagreement(masks: Readonly<Record<string, Mask>>): number {
  const votes = Object.values(masks);
  let sum = 0;
  for (const { slab } of slabs(votes)) for (const value of entropy(slab)) sum += value;
  return sum / votes[0]!.length;
}
