import { expect, it } from 'vitest';
import { figure4Table } from './table.js';

it('has mean AUCs, differences to the mean vote seed by seed, and none for a judge that sees no mask', () => {
  const row = (seed: number, fusion: string, dlCat: number) =>
    ({ task: 'skin', seed, protocol: 'paper', fusion, auc: { noMask: 0.6, dlCat } }) as const;
  const table = figure4Table([
    row(0, 'MV', 0.7),
    row(1, 'MV', 0.8),
    row(0, 'DF-GT', 0.65),
    row(1, 'DF-GT', 0.73),
  ]);
  // Student's interval of two values is 12.706 times half of their difference: 0.635 of 0.1, 0.508 of 0.08, 0.127 of 0.02.
  expect(table).toContain('### skin, paper\n\n| fusion | noMask | dlCat |');
  expect(table).toContain('| MV | 0.600 ± 0.000 | 0.750 ± 0.635 |');
  expect(table).toContain('| DF-GT | ″ | 0.690 ± 0.508; −0.060 ± 0.127 |');
});
