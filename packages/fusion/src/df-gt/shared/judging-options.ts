import { checkCallbacks, checkInteger, checkSignal } from '@diff/checks';
import type { DiagnosedCase } from '../case-batch.js';
import { checkNames } from '../check-fit.js';
import { checkNetwork, type DiagnosisNetwork, type Judges } from '../diagnose.js';
import type { CrossFitted } from './cross-fit.js';
import { type CaseList, caseAt } from './survey.js';

/** Who judges, and of what. */
export interface JudgingOptions {
  /**
   * The frozen judge; several: their objectives are averaged; `crossFit`: each case has the judge that was trained without
   * its patient. A judge should have been trained on random fusions, so that it reads every rater's masks alike.
   */
  network: DiagnosisNetwork | readonly DiagnosisNetwork[] | CrossFitted;
  /** What the network sees of the fused structures [B, H, W, structures]. Default: each is a channel. */
  mask?: Judges['mask'];
  /** Structures in the order of the network's input. Needed where the first case has several; default: the only one. */
  structures?: readonly string[];
  /** Raters to learn about. Default: all of the cases. */
  raters?: readonly string[];
  /** Cases at a time; all of one size. Default: 32. */
  batchSize?: number;
  /** Stops, with the signal's reason. */
  signal?: AbortSignal;
}

export const judgingOptions = [
  'network',
  'mask',
  'structures',
  'raters',
  'batchSize',
  'signal',
] as const satisfies readonly (keyof JudgingOptions)[];

/** @throws TypeError, RangeError for values that make no sense; names are checked by the caller. */
export function checkJudging(who: string, options: JudgingOptions): void {
  const { network, batchSize, signal } = options ?? {};
  const folded = network as Partial<CrossFitted> | undefined;
  checkNetwork(who, typeof folded?.foldOf === 'function' ? folded.networks : network);
  checkCallbacks(who, options, ['mask']);
  checkNames(who, options);
  if (batchSize !== undefined) checkInteger(who, 'batchSize', batchSize, 1);
  checkSignal(who, signal);
}

/** Which judge each case has. */
export async function groups(
  caller: string,
  cases: CaseList<DiagnosedCase & { patient?: string }>,
  network: JudgingOptions['network'],
): Promise<number[]> {
  const list: number[] = [];
  for (let i = 0; i < cases.length; i++)
    list.push('foldOf' in network ? network.foldOf(await caseAt(caller, cases, i)) : 0);
  return list;
}

export const benchOf = (network: JudgingOptions['network'], groupOf: readonly number[]) => ({
  judges: 'foldOf' in network ? network.networks : [network],
  groupOf,
});
