import { type Mask, phantom } from '@diff/datasets';
import { expect, it } from 'vitest';
import { checkConfig } from '../config/read-config.js';
import { byArea, rankNames } from './by-area.js';
import { loadData } from './load-data.js';

it('orders masks by area, equal ones as they come, and leaves the last ranks to those who are missing', () => {
  const mask = (...values: number[]) => Float32Array.from(values);
  const [large, small, same] = [mask(1, 1, 0.5), mask(0.2, 0, 0), mask(0, 0, 0.2)];
  expect(byArea({ A: large, B: small, C: same })).toEqual({
    'rank 1': small,
    'rank 2': same,
    'rank 3': large,
  });
  expect(byArea({ B: small })).toEqual({ 'rank 1': small });
  expect(rankNames(2)).toEqual(['rank 1', 'rank 2']);
});

it('anonymous raters are ranks by area, structure by structure', async () => {
  const { data, seed } = checkConfig({ data: { cases: 4, size: 32, anonymous: true } });
  const { cases, summary } = await loadData({ data, seed });
  expect(summary.raters).toEqual(rankNames(7));
  const { prevalence } = data;
  for await (const { id, annotations } of phantom('fundus', {
    cases: 4,
    size: 32,
    seed,
    prevalence,
  }).cases()) {
    const one = cases.find((each) => each.id === id)!;
    for (const [structure, masks] of Object.entries(annotations)) {
      const areas = (of: Record<string, Mask>) =>
        Object.values(of).map((mask) => Array.from(mask).reduce((sum, value) => sum + value, 0));
      expect(Object.keys(one.annotations[structure]!)).toEqual(rankNames(7));
      expect(areas(one.annotations[structure]!)).toEqual(areas(masks).sort((a, b) => a - b));
    }
  }
});
