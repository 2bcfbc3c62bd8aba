export { type ParallelMapOptions, parallelMap, type WorkerContext } from './parallel-map.js';
