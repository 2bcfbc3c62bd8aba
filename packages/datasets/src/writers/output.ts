import type { Case, Diagnosis, Mask } from '../dataset/case.js';
import type { Dataset } from '../dataset/dataset.js';

/** What a layout keeps of a case for its tables. */
export interface Row {
  id: string;
  /** From 1, in the order written. */
  number: number;
  /** From 1, in the order of first appearance. */
  patient: number;
  patientName: string;
  /** From 0, among the cases of the patient. */
  ofPatient: number;
  split: 'train' | 'validation' | 'test';
  /** The split as the case names it. */
  named: string | undefined;
  diagnosis?: Diagnosis;
}

/** A case on its way to disk. */
export interface Writable extends Row {
  image: Case['image'];
  /** The raters who outlined the structure; `number` is from 1, their place in the dataset. */
  masks(structure: string): { rater: string; number: number; mask: Mask }[];
  /** What more than half of them, or just half, put inside the structure; a single rater's mask as it is. */
  agreed(structure: string): Mask;
}

/** Path under the root, with `/` between folders, and what goes there. */
export type OutputFile = readonly [path: string, bytes: Uint8Array | string];

/** What of a dataset comes back from a layout; see `WriteLoss` for what does not. */
export interface Keeps {
  /** Whether it says which cases are of one patient. */
  patients?: true;
  /** What rater `number` (from 1) comes back as; or, of a layout of one mask, what that mask's rater is called. */
  raters: string | ((number: number, name: string) => string);
  /** The splits that come back. */
  splits: readonly string[] | 'any';
  /** `'all known'`: in training there is no place for one that is unknown. */
  diagnoses?: true | 'all known';
  colour?: true;
  degrees?: true;
  geometry?: true;
  /** Masks are outlines: of one part or of several, and never of holes. */
  outlines?: 'one' | 'several';
}

export const numbered = (number: number) => String(number);
/** Numbered from 0. */
export const counted = (number: number) => String(number - 1);

/** How one layout writes cases. */
export interface OutputLayout {
  /** What it can hold: these structures, or any one (that it calls so), or any number of any name. */
  structures: readonly string[] | 'one' | 'any';
  keeps: Keeps;
  /** How many raters it can hold; more are an error. Layouts of one mask hold what they agreed on, so any number. */
  raters?: number;
  /** Refuses what could not be written, before anything is. */
  check?(dataset: Dataset, structures: readonly string[]): void;
  files(one: Writable, structures: readonly string[]): Promise<OutputFile[]>;
  /** What is written once, after the cases. */
  tables?(
    rows: readonly Row[],
    structures: readonly string[],
    raters: readonly string[],
  ): Promise<OutputFile[]>;
}

/** The splits that most layouts know. */
export const SPLITS = ['train', 'validation', 'test'] as const;

export const padded = (value: number, width: number) => String(value).padStart(width, '0');
