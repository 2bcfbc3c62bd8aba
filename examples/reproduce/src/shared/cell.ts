import type { EngineName } from '@diff/backend';
import type { DataRoots } from './data-roots.js';

/** What a cell is a piece of; the worker has a function for each. */
export const kinds = [
  'figure2',
  'malignancy',
  'figure4',
  'figure6',
  'worth',
  'trust',
  'trustReal',
  'study',
  'table1',
  'dpersona',
  'arm',
  'attention',
  'fewGuide',
  'fewLabels',
  'few',
] as const;
export type Kind = (typeof kinds)[number];

/** One piece of an experiment, done by one worker: what it is, and everything that it depends on. */
export interface Cell<S = unknown> {
  /** Its file in the run folder, without `.json`. */
  id: string;
  kind: Kind;
  settings: S;
}

/** What a worker gets of a cell. */
export type CellWork = Pick<Cell, 'kind' | 'settings'>;

/** What every worker is told: where cells are kept, where real data are, and what computes. */
export interface Place {
  out: string;
  data: DataRoots;
  /** Default: wasm. */
  engine?: EngineName;
}
