import { InvalidArgumentError } from 'commander';

/** Reads an option that is a whole number from `least` up, and exact. */
export const wholeNumber = (least: number) => (text: string) => {
  const value = Number(text);
  if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least) return value;
  throw new InvalidArgumentError(`Expected a whole number from ${least} up.`);
};

/** Reads an option that is a number from `least` to `most`. */
export const numberWithin = (least: number, most: number) => (text: string) => {
  const value = Number(text);
  if (text.trim() !== '' && value >= least && value <= most) return value;
  throw new InvalidArgumentError(`Expected a number from ${least} to ${most}.`);
};

/** Reads an option that is a name or a path, which is not empty. */
export const filled = (text: string) => {
  if (text.trim() !== '') return text;
  throw new InvalidArgumentError('It is empty.');
};

/** Reads an option that is a whole number from 0 up, or else a name. */
export const numberOrName = (text: string) => (/^\d+$/.test(text) ? Number(text) : filled(text));

/** Reads an option that is not empty and may be given several times. */
export const allFilled = (text: string, before: readonly string[] = []) => [...before, filled(text)];
