import type { Case, Diagnosis, Mask } from '../dataset/case.js';

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

/** How one layout writes cases. */
export interface OutputLayout {
  /** What it can hold: these structures, or any one (that it calls so), or any number of any name. */
  structures: readonly string[] | 'one' | 'any';
  /** How many raters it can hold; more are an error. Layouts of one mask hold what they agreed on, so any number. */
  raters?: number;
  files(one: Writable, structures: readonly string[]): Promise<OutputFile[]>;
  /** What is written once, after the cases. */
  tables?(
    rows: readonly Row[],
    structures: readonly string[],
    raters: readonly string[],
  ): Promise<OutputFile[]>;
}

export const padded = (value: number, width: number) => String(value).padStart(width, '0');
