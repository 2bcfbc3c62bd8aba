export type { Case, Diagnosis, Image, Mask } from '../case.js';
export { type ContactSheet, type ContactSheetOptions, contactSheet } from '../contact-sheet.js';
export {
  type CasesOptions,
  createDataset,
  type Dataset,
  type DatasetSource,
  type LoadContext,
} from '../dataset.js';
export type { DescribeOptions, Description } from '../describe.js';
export type { Entry } from '../entry.js';
export type { PartitionOptions } from '../partition.js';
export { DataError, type Problem } from '../problem.js';
export { phantom } from './phantom.js';
export type { PhantomKind, PhantomTruth } from './phantom-case.js';
export { type PhantomOptions, predictedAuc } from './phantom-model.js';
export { type RaterCharacter, raterCharacters } from './rater-characters.js';
