import {
  dawidSkene,
  disagreement,
  majorityVote,
  meanVote,
  type StapleResult,
  simple,
  stapleIterations,
} from '@diff/fusion';
import type { Settings } from './settings.js';

/** The ways to fuse that stand side by side, by the name that the page shows. */
export const methods = ['Mean vote', 'Majority vote', 'STAPLE', 'Dawid–Skene', 'SIMPLE'] as const;
export type Method = (typeof methods)[number];

export interface Fused {
  /** By method, how much each pixel belongs to the structure, in [0, 1]. */
  maps: Readonly<Record<Method, ArrayLike<number>>>;
  /** STAPLE after each iteration. */
  steps: readonly StapleResult[];
  /** Whom SIMPLE kept. */
  kept: readonly boolean[];
  milliseconds: number;
}

/** One rater's masks fused in every way. */
export function fuseAll(
  masks: readonly Uint8Array[],
  shape: readonly number[],
  judge: Settings['judge'],
): Fused {
  const start = performance.now();
  const everywhere = judge === 'everywhere' || masks.length < 2;
  const region = everywhere ? undefined : disputed(masks, shape);
  const steps = [...stapleIterations(masks, region && { region })];
  const { probability } = dawidSkene(masks, { classes: 2 });
  const { probability: share, selected } = simple(masks);
  const maps = {
    'Mean vote': meanVote(masks),
    'Majority vote': majorityVote(masks),
    STAPLE: steps.at(-1)!.probability,
    'Dawid–Skene': everySecond(probability),
    SIMPLE: share,
  };
  return { maps, steps, kept: selected, milliseconds: performance.now() - start };
}

/** Of two classes' probabilities in turn, those of the second, which is inside. */
function everySecond(probability: Float64Array): Float64Array {
  const inside = new Float64Array(probability.length / 2);
  for (let i = 0; i < inside.length; i++) inside[i] = probability[2 * i + 1]!;
  return inside;
}

/** Where raters differ; everywhere, if they nowhere do. */
function disputed(masks: readonly Uint8Array[], shape: readonly number[]): Uint8Array | undefined {
  const { variance, regions } = disagreement(masks, { shape });
  return regions.length ? Uint8Array.from(variance, (value) => Number(value > 0)) : undefined;
}
