import { useBackend } from '@diff/backend';
import { beforeAll, expect, it } from 'vitest';
import { type Figure4Settings, figure4Cell, fusionNames } from './cell.js';
import { merged } from './merged.js';

beforeAll(() => useBackend({ prefer: 'wasm' }));

const settings: Figure4Settings = {
  ...{ task: 'skin', seed: 0, train: 32, test: 12, size: 32 },
  ...{ depth: 18, width: 2, learningRate: 1e-3, schedule: 'cosine', epochs: 1, iterations: 1 },
};
const cell = (lists: Pick<Figure4Settings, 'judges' | 'fusions'>) =>
  figure4Cell({ ...settings, ...lists }, { out: '', data: {} });

it('asks judges of every fusion, and in parts gives what it gives as a whole', async () => {
  const whole = await cell({ judges: ['noMask', 'dlCat', 'dlSslMask'], fusions: fusionNames });
  const told = (protocol: string) =>
    whole.filter((row) => row.protocol === protocol).map(({ fusion }) => fusion);
  const learned = ['MV', 'STAPLE', 'AggNet', 'MaxMig', 'shared weights'];
  const forms = ['pixels', 'transformRobust', 'fourier', 'expG'].map((name) => `DF-GT ${name}`);
  expect(told('paper')).toEqual([...learned, ...forms]);
  expect(told('crossfit')).toEqual([...learned, ...forms, 'DF-GT expG, 3 networks']);
  expect(told('blind')).toEqual([...learned, 'DF-GT expG']);
  for (const { auc, protocol } of whole) {
    expect(Object.keys(auc)).toEqual(['noMask', 'dlCat', 'dlSslMask']);
    // It sees no mask.
    expect(auc.noMask).toBe(whole.find((row) => row.protocol === protocol)!.auc.noMask);
    for (const value of Object.values(auc)) expect(value >= 0 && value <= 1).toBe(true);
  }
  const parts = [
    ...(await cell({ judges: ['noMask', 'dlCat'], fusions: ['MV', 'STAPLE', 'DF-GT'] })),
    ...(await cell({
      judges: ['noMask', 'dlCat', 'dlSslMask'],
      fusions: ['AggNet', 'MaxMig', 'shared weights'],
    })),
    ...(await cell({ judges: ['dlSslMask'], fusions: ['MV', 'STAPLE', 'DF-GT'] })),
  ];
  const byName = (rows: typeof whole) =>
    Object.fromEntries(rows.map(({ protocol, fusion, auc }) => [`${protocol} ${fusion}`, auc]));
  expect(byName(merged(parts))).toEqual(byName(whole));
}, 300_000);
