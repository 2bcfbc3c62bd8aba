import { verticalCupToDiscRatio, youden } from '@diff/metrics';
import type { Example } from '@diff/train';
import { type Svm, type SvmOptions, svm } from './svm.js';

/** Which of an example's masks is the disc, and which the cup. */
export interface VcdrOptions {
  /** Default: 1, after the alphabetical order of `toExamples`. */
  disc?: number;
  /** Default: 0. */
  cup?: number;
  /** A mask value belongs to the structure where it is above this. Default: 0.5. */
  threshold?: number;
}

/** A diagnosis without a network: above 0 speaks for illness, as a logit does. */
export interface Score {
  score(example: Example): number;
}

/**
 * vCDR-TS (Chandrika & Nirmala 2013): the vertical cup-to-disc ratio of the masks against the threshold of greatest
 * sensitivity + specificity on `examples`. The score is ratio − threshold, so its AUC is that of the ratio itself.
 *
 * @throws RangeError for an empty disc, a missing diagnosis, or one class only.
 */
export function vcdrThreshold(
  examples: readonly Example[],
  options: VcdrOptions = {},
): Score & { threshold: number } {
  const ratio = ratioOf('vcdrThreshold', options);
  const { threshold } = youden(diagnosesOf('vcdrThreshold', examples), examples.map(ratio));
  return { threshold, score: (example) => ratio(example) - threshold };
}

/**
 * vCDR-SVM (Thangaraj & Natarajan 2017): the vertical cup-to-disc ratio of the masks through a support vector
 * machine trained on `examples`. The score is its signed distance from the boundary.
 *
 * @throws RangeError for an empty disc, a missing diagnosis, one class only, or an option out of range.
 */
export function vcdrSvm(
  examples: readonly Example[],
  options: VcdrOptions & SvmOptions = {},
): Score & { machine: Svm } {
  const ratio = ratioOf('vcdrSvm', options);
  const samples = examples.map((example) => [ratio(example)]);
  const machine = svm(samples, diagnosesOf('vcdrSvm', examples), options);
  return { machine, score: (example) => machine.score([ratio(example)]) };
}

function ratioOf(where: string, { disc = 1, cup = 0, threshold = 0.5 }: VcdrOptions) {
  return ({ id, image, masks }: Example): number => {
    const [cupMask, discMask] = [masks[cup], masks[disc]];
    if (!cupMask || !discMask)
      throw new RangeError(
        `${where}: case "${id}" has ${masks.length} masks, expected a disc at ${disc} and a cup at ${cup}`,
      );
    try {
      return verticalCupToDiscRatio(cupMask, discMask, { shape: [image.height, image.width], threshold });
    } catch (error) {
      throw new RangeError(`${where}: case "${id}": ${(error as Error).message}`, { cause: error });
    }
  };
}

function diagnosesOf(where: string, examples: readonly Example[]): (0 | 1)[] {
  return examples.map(({ id, diagnosis }) => {
    if (diagnosis === 0 || diagnosis === 1) return diagnosis;
    throw new RangeError(`${where}: case "${id}" has diagnosis ${diagnosis}, expected 0 or 1`);
  });
}
