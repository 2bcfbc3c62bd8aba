import { expect, it } from 'vitest';
import { realTable, weightTable } from './real-table.js';
import { trustTables } from './table.js';

const labels = [0, 0, 0, 1, 1, 1];
const [right, half] = [
  [1, 2, 3, 4, 5, 6],
  [1, 4, 2, 3, 5, 6],
];

it('sets every arm beside the mean vote, and says in how many seeds an aware rater is first', () => {
  const weights = { 'per rater, 20': { R1: 0.1, R2: 0.7, R3: 0.1, R4: 0.1, R5: 0 } };
  const table = trustTables('thyroid', [
    { labels, logits: { 'mean vote': half, 'per rater, 20': right }, weights },
  ]);
  // One of nine pairs is the wrong way round.
  expect(table).toContain('| mean vote | 0.889 |');
  expect(table).toMatch(/\| per rater, 20 \| 1\.000 \| \+0\.111 \[.*\] \| 0 \/ 0 of 1 \| 0 of 1 \|/);
  expect(table).toContain('| per rater, 20 | 0.10 | 0.70 | 0.10 | 0.10 | 0.00 |');
});

it('pools folds, and resamples patients', () => {
  const patients = labels.map((_, i) => `patient ${i}`);
  const scores = { 'mean vote': half, STAPLE: right, 'per rater': right };
  const fold = {
    patients,
    labels,
    scores,
    weights: { 'per rater': { A: 0.25, B: 0.75 }, 'best rater': { B: 1 } },
  };
  const table = realTable([fold, { ...fold, patients: patients.map((name) => `${name}, too`) }]);
  expect(table).toContain('| mean vote | 0.889 |  | −0.111');
  expect(table).toMatch(
    /\| per rater \| 1\.000 \| \+0\.111 \[\+0\.\d+, \+0\.\d+\] \| \+0\.000 \[\+0\.000, \+0\.000\] \|/,
  );
  expect(weightTable([fold])).toContain('| per rater | 0.25 | 0.75 |');
  expect(weightTable([fold])).not.toContain('best rater');
  expect(weightTable([{ ...fold, weights: {} }])).toBe('');
});
