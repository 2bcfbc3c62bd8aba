export {
  type DiagnosisFirstParallelOptions,
  diagnosisFirstParallel,
  type MakeOptions,
} from './diagnosis-first-parallel.js';
export { fileCache } from './file-cache.js';
