import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, expect, it } from 'vitest';
import { tinyConfig } from '../fixtures/tiny.js';
import { runFolder } from '../folder/run-folder.js';
import { loadData } from '../steps/load-data.js';
import { splitData } from '../steps/split-data.js';
import { jobsOfRun } from './jobs-of-run.js';
import run, { type Shared, setup } from './worker.js';

const root = mkdtempSync(join(tmpdir(), 'diff-worker-'));
afterAll(() => rmSync(root, { recursive: true }));

it('no job leaves a tensor behind', async () => {
  const config = tinyConfig();
  const { dataset, cases, summary } = await loadData(config, {});
  const { structures, raters } = summary;
  const { height, width, channels } = cases[0]!.image;
  const input = { height, width, channels, structures: structures.length };
  const shared: Shared = { config, root, engine: 'wasm', structures, raters, cases, input };
  const given = { channel: root, shared };
  const jobs = jobsOfRun({
    config,
    splits: splitData(dataset, config),
    folder: runFolder(root),
    structures,
    basis: null,
  });
  await setup(given);
  const kinds = new Set<string>();
  for (const job of jobs) {
    const before = tf.memory().numTensors;
    await run({ ...job, inputs: [] }, { shared: given });
    expect([job.id, tf.memory().numTensors]).toEqual([job.id, before]);
    kinds.add(job.work.kind);
  }
  expect([...kinds].sort()).toEqual([
    'arm',
    'fold judge',
    'fuse',
    'gallery',
    'judge',
    'predict',
    'score',
    'shared',
  ]);
}, 120_000);
