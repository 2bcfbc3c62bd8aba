import { expect, it } from 'vitest';
import { configSchema } from '../config/schema.js';
import { chooseEngine } from './choose-engine.js';

const config = (size: number, width = 8, engine?: string) =>
  configSchema.parse({
    data: { phantom: 'fundus', size },
    diagnosis: { width },
    segmentation: { width },
    ...(engine && { engine }),
  });
const machine = { cores: 8, environment: '' };

it('takes wasm for tiny networks, unless the user asks for another engine', () => {
  expect(chooseEngine(config(64), machine).prefer).toBe('wasm');
  expect(chooseEngine(config(64, 16), machine).prefer).toBe('wasm');
  expect(chooseEngine(config(96), machine).prefer).toBeUndefined();
  expect(chooseEngine(config(64, 32), machine).prefer).toBeUndefined();
  expect(chooseEngine(config(64), { ...machine, environment: 'node' }).prefer).toBeUndefined();
  expect(chooseEngine(config(64, 8, 'cpu'), { ...machine, environment: 'node' }).prefer).toBe('cpu');
});

it('gives small images one worker per core with one thread, and large ones on node one worker with all threads', () => {
  const small = chooseEngine(config(128), machine);
  expect([small.threads, small.workersOn('node'), small.workersOn('wasm')]).toEqual([1, 8, 8]);
  const large = chooseEngine(config(256), machine);
  expect([large.threads, large.workersOn('node'), large.workersOn('wasm')]).toEqual([8, 1, 8]);
});

it('shares the threads among the workers that are asked for, and has one worker on a GPU', () => {
  const asked = chooseEngine(config(256), { ...machine, workers: 3 });
  expect([asked.threads, asked.workersOn('node'), asked.workersOn('wasm')]).toEqual([2, 3, 3]);
  expect(chooseEngine(config(256), { ...machine, workers: 20 }).threads).toBe(1);
  for (const engine of ['node-gpu', 'webgpu'] as const) expect(asked.workersOn(engine)).toBe(1);
});
