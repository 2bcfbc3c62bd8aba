import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useBackend } from '@diff/backend';
import { encodePng, phantom } from '@diff/datasets';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { trustCell } from './cell.js';
import { realCell } from './real-cell.js';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'trust-'));
  await useBackend({ prefer: 'wasm' });
});
afterAll(() => rm(root, { recursive: true }));

it('gives the independent judge’s logit of every test case by every arm, and weights that sum to 1', async () => {
  const sizes = { size: 16, width: 2, judge: 16, pool: 20, test: 6, steps: 2, fused: 2 };
  const { labels, logits, weights } = await trustCell({ task: 'fundus', seed: 1, ...sizes });
  expect(labels).toHaveLength(6);
  expect(Object.keys(logits)).toEqual(
    expect.arrayContaining([
      'mean vote',
      'STAPLE',
      'per rater, 20',
      'per place',
      'DF-GT carried over, sharpened',
    ]),
  );
  for (const values of Object.values(logits)) expect(values.filter(Number.isFinite)).toHaveLength(6);
  for (const by of Object.values(weights))
    expect(Object.values(by).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6);
});

it('scores a fold of real masks by every arm', async () => {
  const rows = ['case,diagnosis,patient'];
  for await (const { id, diagnosis, annotations, image } of phantom('fundus', {
    cases: 16,
    size: 16,
    seed: 1,
    prevalence: 0.5,
  }).cases()) {
    rows.push(`${id},${diagnosis ? 'glaucoma' : 'healthy'},${id}`);
    await mkdir(join(root, 'papila-models', id), { recursive: true });
    for (const [structure, by] of Object.entries(annotations))
      for (const [rater, mask] of Object.entries(by)) {
        const picture = {
          data: Float32Array.from(mask),
          height: image.height,
          width: image.width,
          channels: 1,
        };
        await writeFile(
          join(root, 'papila-models', id, `${structure}_${rater}.png`),
          await encodePng(picture),
        );
      }
  }
  await writeFile(join(root, 'papila-models', 'labels.csv'), rows.join('\n'));
  const settings = { task: 'papila-models', fold: 0, folds: 2, size: 16, seed: 0 } as const;
  const { labels, scores } = await realCell(settings, { out: root, data: { '': root } });
  expect(labels).toHaveLength(8);
  expect(Object.keys(scores)).toEqual(
    expect.arrayContaining([
      'mean vote',
      'STAPLE',
      'best rater',
      'per rater',
      'per place',
      'DF-GT carried over',
    ]),
  );
  for (const values of Object.values(scores)) expect(values.filter(Number.isFinite)).toHaveLength(8);
});
