import { type Swept, sweep } from '@diff/checks/testing';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import * as backend from './index.js';
import * as parallel from './parallel/index.js';
import type { SharedTensor } from './parallel/share-tensors.js';

await backend.useBackend({ prefer: 'cpu' });

type Case = Pick<Swept, 'args' | 'run'> & Partial<Swept>;
const doubles = new URL('./parallel/fixtures/doubles.ts', import.meta.url).href;

const functions: Record<string, Case> = {
  useBackend: {
    args: { options: { prefer: ['cpu'], threads: 1, wasmPaths: '/', onSelect: () => {} } },
    run: async (options: never) => (await backend.useBackend(options)).passedOver,
    // A folder's name may be any text, and the engines after the first are not started.
    documented: (place, hostile) => place === 'options.wasmPaths' && hostile !== '""',
  },
  shareTensors: {
    args: { tensors: [tf.tensor1d([1])] },
    run: backend.shareTensors as Swept['run'],
    documented: (place, hostile) => place === 'tensors' && hostile === '[]',
  },
  unshareTensors: {
    args: { shared: [{ shape: [2], dtype: 'float32', data: new Float32Array([1, 0]) }] },
    run: (shared: SharedTensor[]) => backend.unshareTensors(shared).map((tensor) => tensor.arraySync()),
    required: ['shared', ...['', '.shape', '.dtype', '.data'].map((part) => `shared[0]${part}`)],
    documented: (place, hostile) =>
      (place === 'shared' && hostile === '[]') || (place === 'shared[0]' && hostile.startsWith('an option')),
  },
  parallelMap: {
    args: {
      items: new Set(),
      workerModule: doubles,
      options: {
        workers: 1,
        shared: new Set(),
        signal: new AbortController().signal,
        onProgress: () => {},
        onResult: () => {},
        signalOf: () => undefined,
        onLost: () => {},
        name: () => 'a',
      },
    },
    // No items: a worker is what takes time, and arguments are looked at before one starts.
    run: parallel.parallelMap as Swept['run'],
    opaque: ['items', 'options.shared'],
  },
  workerBeside: {
    args: { here: import.meta.url, name: 'worker' },
    run: parallel.workerBeside as Swept['run'],
    documented: (place, hostile) => place === 'name' && hostile !== '""',
  },
};

it('sweeps every public function', () => {
  expect(Object.keys(functions).sort()).toEqual(Object.keys({ ...backend, ...parallel }).sort());
});

it.each(Object.entries(functions))('%s, with hostile values', async (name, swept) => {
  expect(await sweep({ name, ...swept })).toEqual([]);
});
