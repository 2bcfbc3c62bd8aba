export type { Case, Diagnosis, Image, Mask } from './case.js';
export {
  type CasesOptions,
  createDataset,
  type Dataset,
  type DatasetSource,
  type LoadContext,
} from './dataset.js';
export type { DescribeOptions, Description } from './describe.js';
export type { Entry } from './entry.js';
export type { PartitionOptions } from './partition.js';
export { DataError, type Problem } from './problem.js';
