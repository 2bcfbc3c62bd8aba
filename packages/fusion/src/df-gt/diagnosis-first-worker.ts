// Runs in each thread of `diagnosisFirstParallel`, and leaves what it fused in the cache.
import type { DiagnosedCase } from './case-batch.js';
import { type DiagnosisFirstAllOptions, diagnosisFirstAll } from './diagnosis-first-all.js';
import type { MakeOptions, WorkerSettings } from './diagnosis-first-parallel.js';
import { fileCache } from './file-cache.js';

let options: DiagnosisFirstAllOptions;

export async function setup({ module, shared, folder, names }: WorkerSettings): Promise<void> {
  const { default: make } = (await import(module)) as { default: MakeOptions };
  options = { ...names, ...(await make(shared)), cache: fileCache(folder) };
}

export default async function fuse(batch: DiagnosedCase[]): Promise<void> {
  for await (const _ of diagnosisFirstAll(batch, { ...options, batchSize: batch.length }));
}
