import { checkNumber, checkOptions } from '@diff/checks';

/** What the learning rate is multiplied with when `progress`, in [0, 1), of the training is done. */
export type Schedule = (progress: number) => number;

/**
 * A linear rise from 0 over the first `warmup` of the training, then half a cosine down to `floor`.
 * Defaults: no warm-up, down to 0.
 */
export function cosine(options: { warmup?: number; floor?: number } = {}): Schedule {
  checkOptions('cosine', options, ['warmup', 'floor']);
  const { warmup = 0, floor = 0 } = options;
  checkNumber('cosine', 'warmup', warmup, 0, 1);
  checkNumber('cosine', 'floor', floor, 0, 1);
  return (progress) =>
    progress < warmup
      ? progress / warmup
      : floor + ((1 - floor) * (1 + Math.cos((Math.PI * (progress - warmup)) / (1 - warmup)))) / 2;
}

/** Multiplied by `factor` each time another share `every` of the training is done. Defaults: a half, every tenth. */
export function steps(options: { every?: number; factor?: number } = {}): Schedule {
  checkOptions('steps', options, ['every', 'factor']);
  const { every = 0.1, factor = 0.5 } = options;
  checkNumber('steps', 'every', every, 1e-6, 1);
  checkNumber('steps', 'factor', factor, 0);
  // 1e-9: so that 0.3 / 0.1 counts as 3.
  return (progress) => factor ** Math.floor(progress / every + 1e-9);
}

/** (1 − progress)^power. Default: power 0.9, as in segmentation practice. */
export function polynomial(options: { power?: number } = {}): Schedule {
  checkOptions('polynomial', options, ['power']);
  const { power = 0.9 } = options;
  checkNumber('polynomial', 'power', power, 0);
  return (progress) => (1 - progress) ** power;
}
