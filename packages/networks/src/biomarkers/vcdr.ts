import { check, checkInteger, checkNumber, checkObject, checkOptions, fail, show } from '@diff/checks';
import { verticalCupToDiscRatio, youden } from '@diff/metrics';
import type { Example } from '@diff/train';
import { machineOf, type Svm, type SvmOptions, svmOptions } from './svm.js';

/** Which of an example's masks is the disc, and which the cup. */
export interface VcdrOptions {
  /** Its place among `masks`, from 0. */
  disc: number;
  cup: number;
  /** A mask value belongs to the structure where it is above this. Default: 0.5. */
  threshold?: number;
  /** The ratio where the disc is empty. Default: an error. */
  empty?: number;
}

const vcdrOptions = ['disc', 'cup', 'threshold', 'empty'] as const satisfies (keyof VcdrOptions)[];

/** A diagnosis without a network: above 0 speaks for illness, as a logit does. */
export interface Score {
  score(example: Example): number;
}

/**
 * vCDR-TS (Chandrika & Nirmala 2013): the vertical cup-to-disc ratio of the masks against the threshold of greatest
 * sensitivity + specificity on `examples`. The score is ratio − threshold, so its AUC is that of the ratio itself.
 *
 * @throws RangeError for an empty disc without `empty`, a missing diagnosis, or one class only.
 */
export function vcdrThreshold(
  examples: readonly Example[],
  options: VcdrOptions,
): Score & { threshold: number } {
  checkOptions('vcdrThreshold', options, vcdrOptions);
  const ratio = ratioOf('vcdrThreshold', options);
  const diagnoses = diagnosesOf('vcdrThreshold', examples);
  const { threshold } = youden(diagnoses, examples.map(ratio));
  return { threshold, score: (example) => ratio(example) - threshold };
}

/**
 * vCDR-SVM (Thangaraj & Natarajan 2017): the vertical cup-to-disc ratio of the masks through a support vector
 * machine trained on `examples`. The score is its signed distance from the boundary.
 *
 * @throws RangeError for an empty disc without `empty`, a missing diagnosis, one class only, or an option out of range.
 */
export function vcdrSvm(
  examples: readonly Example[],
  options: VcdrOptions & SvmOptions,
): Score & { machine: Svm } {
  checkOptions('vcdrSvm', options, [...vcdrOptions, ...svmOptions]);
  const ratio = ratioOf('vcdrSvm', options);
  const diagnoses = diagnosesOf('vcdrSvm', examples);
  const samples = examples.map((example) => [ratio(example)]);
  const machine = machineOf('vcdrSvm', samples, diagnoses, options);
  return { machine, score: (example) => machine.score([ratio(example)]) };
}

function ratioOf(where: string, options: VcdrOptions) {
  const { disc, cup, threshold = 0.5, empty } = options ?? {};
  checkInteger(where, 'disc', disc, 0);
  checkInteger(where, 'cup', cup, 0);
  if (disc === cup) fail(where, `disc and cup are both ${cup}, expected two masks`);
  checkNumber(where, 'threshold', threshold);
  if (empty !== undefined) checkNumber(where, 'empty', empty, 0);
  return ({ id, image, masks }: Example): number => {
    const [cupMask, discMask] = [masks[cup], masks[disc]];
    if (!cupMask || !discMask)
      throw new RangeError(
        `${where}: case ${show(id)} has ${masks.length} masks, expected a disc at ${disc} and a cup at ${cup}`,
      );
    try {
      return verticalCupToDiscRatio(cupMask, discMask, {
        ...{ shape: [image.height, image.width], threshold },
        ...(empty !== undefined && { empty }),
      });
    } catch (error) {
      throw new RangeError(`${where}: case ${show(id)}: ${(error as Error).message}`, { cause: error });
    }
  };
}

function diagnosesOf(where: string, examples: readonly Example[]): (0 | 1)[] {
  check(Array.isArray(examples), where, 'examples', examples, 'an array of examples', 'other');
  if (examples.length === 0) fail(where, 'examples is empty, expected at least two');
  for (const [i, example] of examples.entries()) {
    checkObject(where, `examples[${i}]`, example);
    check(
      Array.isArray(example.masks),
      where,
      `examples[${i}].masks`,
      example.masks,
      'an array of masks',
      'other',
    );
    checkObject(where, `examples[${i}].image`, example.image);
  }
  return examples.map(({ id, diagnosis }) => {
    if (diagnosis === 0 || diagnosis === 1) return diagnosis;
    check(false, where, `diagnosis of case ${show(id)}`, diagnosis, '0 or 1');
  });
}
