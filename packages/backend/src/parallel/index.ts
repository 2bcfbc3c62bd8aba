export { type ParallelMapOptions, parallelMap, type WorkerContext } from './parallel-map.js';
export { workerBeside } from './worker-beside.js';
