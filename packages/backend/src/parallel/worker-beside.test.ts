import { expect, it } from 'vitest';
import { parallelMap, workerBeside } from './index.js';

it('is TypeScript beside TypeScript, and JavaScript beside JavaScript', () => {
  expect(workerBeside('file:///a/src/run/run.ts', 'worker').href).toBe('file:///a/src/run/worker.ts');
  expect(workerBeside('file:///a/dist/chunk-1.js', 'worker').href).toBe('file:///a/dist/worker.js');
});

it('is a module that parallelMap runs from its sources, with the sources that it imports', async () => {
  const module = workerBeside(import.meta.url, 'fixtures/doubles');
  expect(await parallelMap([1, 2, 3], module, { workers: 1 })).toEqual([2, 4, 6]);
});
