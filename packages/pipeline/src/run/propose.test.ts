import { createDataset } from '@diff/datasets';
import { describe, expect, it } from 'vitest';
import { checkConfig } from '../config/read-config.js';
import { propose } from './propose.js';

const dataset = (cases: number) =>
  createDataset({
    name: 'made up',
    entries: Array.from({ length: cases }, (_, i) => ({
      id: `c${i}`,
      diagnosis: (i % 2) as 0 | 1,
      annotated: { lesion: ['A'] },
    })),
    structures: ['lesion'],
    raters: ['A'],
    load: () => undefined,
  });
const settingsFor = (cases: number, images: { side?: number; outline?: number } = {}, settings = {}) =>
  Object.fromEntries(
    propose(checkConfig(settings), { dataset: dataset(cases), ...images }).map(({ path, value }) => [
      path,
      value,
    ]),
  );

describe('propose', () => {
  it('gives a phantom what its defaults are, less what is kept for validation', () => {
    // Of 240 cases 144 are for training, of which 0.15 are kept: 122 or 123, in 7 batches of 16.
    expect(settingsFor(240)).toEqual({
      'train.validation': 0.15,
      'diagnosis.width': 8,
      'diagnosis.batchSize': 16,
      'diagnosis.epochs': 52,
      'segmentation.width': 8,
      'segmentation.filters': 32,
      'segmentation.batchSize': 16,
      'segmentation.epochs': 39,
    });
  });

  it('takes small batches, many epochs and no validation where there are few cases', () => {
    // 24 for training, 6 a batch.
    expect(settingsFor(40)).toMatchObject({
      'train.validation': 0,
      'diagnosis.batchSize': 6,
      'diagnosis.epochs': 90,
      'segmentation.epochs': 68,
    });
  });

  it('takes wider networks and fewer epochs where there are many', () => {
    // 3,000 for training, 2,550 of them to learn from.
    expect(settingsFor(5000)).toMatchObject({
      'segmentation.width': 32,
      'segmentation.filters': 64,
      'segmentation.epochs': 10,
    });
  });

  it.each([
    ['large outlines', 1024, 0.3, 64],
    ['outlines of an eighth of the side', 1024, 0.125, 128],
    ['tiny outlines', 2048, 0.01, 256],
    ['images smaller than wanted', 100, 0.05, 96],
    ['tiny images', 50, 0.5, 48],
  ])('of %s takes the smallest size at which they are wide enough', (_, side, outline, size) => {
    expect(settingsFor(240, { side, outline })['data.size']).toBe(size);
  });

  it('leaves the validation part as it is told', () => {
    expect(settingsFor(240, {}, { train: { validation: 0 } })).toMatchObject({
      'train.validation': 0,
      'diagnosis.epochs': 40,
    });
  });
});
