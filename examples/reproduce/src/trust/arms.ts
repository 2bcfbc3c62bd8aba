import type { Case, Mask } from '@diff/datasets';
import { staple } from '@diff/fusion';
import {
  type DiagnosedCase,
  type DiagnosisNetwork,
  diagnosisFirstAll,
  expertnessByRegion,
  expG,
} from '@diff/fusion/df-gt';
import { randomStream } from '@diff/train';

/** One mask per structure. */
export type Fused = Record<string, ArrayLike<number>>;

/** The cases with each other's diagnoses: what is learned from them must gain nothing. */
export function permuted<C extends DiagnosedCase>(cases: readonly C[], seed: number): C[] {
  const order = randomStream(seed, 77, cases.length).permutation(cases.length);
  return cases.map((one, i) => ({ ...one, diagnosis: cases[order[i]!]!.diagnosis }));
}

/** Σ weight · mask over the raters who are there, weights rescaled to 1. */
export function byWeights(
  { annotations }: Pick<Case, 'annotations'>,
  weights: Record<string, number>,
): Fused {
  return Object.fromEntries(
    Object.entries(annotations).map(([structure, masks]) => {
      const total = Object.keys(masks).reduce((sum, rater) => sum + weights[rater]!, 0);
      const fused = new Float32Array(Object.values(masks)[0]!.length);
      for (const [rater, mask] of Object.entries(masks))
        for (let p = 0; p < fused.length; p++) fused[p]! += (weights[rater]! / total) * mask[p]!;
      return [structure, fused];
    }),
  );
}

export function stapled({ annotations }: Pick<Case, 'annotations'>): Fused {
  return Object.fromEntries(
    Object.entries(annotations).map(([structure, by]) => {
      const masks: Mask[] = Object.values(by);
      return [structure, staple(masks, { maxIterations: 200 }).probability];
    }),
  );
}

/** The mean expertness at the border over cases that DF-GT fused one by one, each to its own diagnosis. */
export async function meanOfCases(
  cases: Case[],
  network: DiagnosisNetwork,
  structures: readonly string[],
  seed: number,
): Promise<Record<string, number>> {
  const pairs = [];
  const options = { network, expertness: expG(), iterations: 60, structures, seed, batchSize: 8 };
  for await (const pair of diagnosisFirstAll(cases, options)) pairs.push(pair);
  const rows = expertnessByRegion(pairs).filter((row) => row.diagnosis === 'all' && row.region === 'border');
  return normalised(Object.fromEntries(rows.map(({ rater, mean }) => [rater, mean])));
}

/** Weights to the eighth power: ExpG's bound lets two raters differ by a factor of e at most. */
export const sharpened = (weights: Record<string, number>) =>
  normalised(Object.fromEntries(Object.entries(weights).map(([rater, weight]) => [rater, weight ** 8])));

function normalised(weights: Record<string, number>): Record<string, number> {
  const total = Object.values(weights).reduce((a, b) => a + b, 0);
  return Object.fromEntries(Object.entries(weights).map(([rater, weight]) => [rater, weight / total]));
}
