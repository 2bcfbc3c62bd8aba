import { InvalidArgumentError } from 'commander';

/** Reads an option that is a whole number from `least` up. */
export const wholeNumber = (least: number) => (text: string) => {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new InvalidArgumentError(`Expected a whole number from ${least} up.`);
};

/** Reads an option that is a number from `least` to `most`. */
export const numberWithin = (least: number, most: number) => (text: string) => {
  const value = Number(text);
  if (text.trim() !== '' && value >= least && value <= most) return value;
  throw new InvalidArgumentError(`Expected a number from ${least} to ${most}.`);
};
