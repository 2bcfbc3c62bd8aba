import { phantom, write } from '@diff/datasets';
import { beforeAll, describe, expect, it } from 'vitest';
import { emptyFolder } from '../fixtures/command-line.js';
import { loadData } from '../steps/load-data.js';
import { splitData } from '../steps/split-data.js';
import { planRun } from './plan-run.js';

describe('planRun', () => {
  let root: string;
  beforeAll(async () => {
    root = await emptyFolder();
    await write(phantom('skin', { cases: 40, size: 80, prevalence: 0.5 }), root, 'folder');
  });

  it('proposes what the images and cases of a folder suggest, and keeps what is told', async () => {
    const { config, proposals, survey } = await planRun({ data: { root }, diagnosis: { epochs: 3 } });
    expect(survey.side).toBe(80);
    expect(survey.outline).toBeGreaterThan(0);
    expect(survey.outline).toBeLessThan(1);
    const of = Object.fromEntries(proposals.map(({ path, value }) => [path, value]));
    // 24 of 40 cases to learn from: 6 per batch, 4 batches an epoch.
    expect(of).toMatchObject({ 'data.size': 64, 'segmentation.batchSize': 6, 'segmentation.epochs': 68 });
    expect(of).not.toHaveProperty('diagnosis.epochs');
    expect(config.diagnosis).toMatchObject({ epochs: 3, batchSize: 6 });
    expect(config.data.size).toBe(64);
  });

  it('has the very cases that the run will have', async () => {
    const { config, survey } = await planRun({ data: { root, cases: 16 } });
    const { dataset } = await loadData(config);
    expect(splitData(survey.dataset, config)).toEqual(splitData(dataset, config));
  });

  it('refuses what the data have not, and leaves the settings alone where there is no case to go by', async () => {
    for (const data of [{ root, structures: ['nose'] }, { structures: ['nose'] }])
      await expect(planRun({ data })).rejects.toMatchObject({ name: 'UserError' });
    await expect(planRun({ data: { structures: ['nose'] } })).rejects.toThrow(
      'data.structures has "nose", expected some of disc, cup',
    );
    const undiagnosed = await emptyFolder();
    const drawn = phantom('skin', { cases: 4, size: 32 }).map((one) => ({ ...one, diagnosis: undefined }));
    await write(drawn, undiagnosed, 'folder');
    const { proposals, config } = await planRun({ data: { root: undiagnosed } });
    expect([proposals, config.data.size]).toEqual([[], 64]);
  });
});
