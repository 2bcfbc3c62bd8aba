import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadModel } from '@diff/train/node';
import { afterAll, expect, it } from 'vitest';
import { checkConfig } from '../config/read-config.js';
import { tinySettings } from '../fixtures/tiny.js';
import { roundFolder, runFolder } from '../folder/run-folder.js';
import { runPipeline } from './run-pipeline.js';

const root = mkdtempSync(join(tmpdir(), 'diff-guide-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const { data, segmentation, ...rest } = tinySettings;
const config = checkConfig({
  ...rest,
  data: { ...data, outlined: 8 },
  segmentation: {
    ...segmentation,
    guide: 'image',
    arms: [
      { network: 'T&G', label: 'MV' },
      { network: 'Baseline-Seg', label: 'MV' },
    ],
  },
});

it('has T&G guided by a network that learned from the diagnoses of cases without outlines', async () => {
  const { rounds, warnings } = await runPipeline(config, root, { workers: 1 });
  const [round] = rounds;
  expect([round!.train.length, round!.diagnosed!.length, round!.test.length]).toEqual([8, 4, 12]);
  expect(round!.training.guide).toHaveLength(2);
  expect(warnings.filter((sentence) => sentence.includes('also among'))).toEqual([]);

  // The guide lies within T&G, bit for bit, and no second decoder with it.
  const files = roundFolder(runFolder(root).round(0));
  const [guide, guided] = await Promise.all(
    ['guide', 'T&G on MV'].map(async (name) => (await loadModel(files.model(name))).model),
  );
  const known = guided!.weights.map((weight) => weight.read().dataSync().join());
  for (const block of ['B1', 'B2', 'B3']) expect(guide!.getLayer(block)).toBeDefined();
  const inside = guide!.weights.filter((weight) => known.includes(weight.read().dataSync().join()));
  expect(inside.length).toBeGreaterThan(20);
  expect(guided!.outputs).toHaveLength(1);
});
