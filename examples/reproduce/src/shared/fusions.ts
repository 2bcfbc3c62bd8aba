import type { Case, Mask } from '@diff/datasets';
import { meanVote, staple } from '@diff/fusion';
import {
  type DiagnosisFirstOptions,
  type DiagnosisNetwork,
  diagnosisFirstAll,
  type Expertness,
  expG,
  fourier,
  pixels,
  transformRobust,
} from '@diff/fusion/df-gt';

/** One mask per structure. */
export type Fused = Record<string, Mask>;

/** The ways to write expertness maps, by name. */
export const expertness: Record<string, Expertness> = {
  pixels: pixels(),
  transformRobust: transformRobust(),
  fourier: fourier(),
  expG: expG(),
};

const ofExpG = { learningRate: expG().learningRate, bounded: true } as const;

/** The others with ExpG's step size and bound, so that what differs between them and ExpG is the parametrisation alone. */
export const matched: Record<string, Expertness> = {
  'pixels, matched': pixels(ofExpG),
  'transformRobust, matched': transformRobust(ofExpG),
  'fourier, matched': fourier(ofExpG),
};

const byStructure = (one: Case, fuse: (masks: Mask[]) => ArrayLike<number>): Fused =>
  Object.fromEntries(
    Object.entries(one.annotations).map(([structure, masks]) => [
      structure,
      Float32Array.from(fuse(Object.values(masks))),
    ]),
  );

export const meanVotes = (one: Case): Fused => byStructure(one, (masks) => meanVote(masks));
export const stapled = (one: Case): Fused =>
  byStructure(one, (masks) => staple(masks, { maxIterations: 1000 }).probability);

export type FitOptions = Pick<DiagnosisFirstOptions, 'expertness' | 'iterations' | 'seed' | 'structures'>;

/** DF-GT of every case, fitted to networks; the fused labels, in order. */
export async function diagnosisFirstLabels(
  cases: Case[],
  network: DiagnosisNetwork[],
  options: FitOptions,
): Promise<Fused[]> {
  const labels: Fused[] = [];
  for await (const { result } of diagnosisFirstAll(cases, { network, ...options })) labels.push(result.fused);
  return labels;
}
