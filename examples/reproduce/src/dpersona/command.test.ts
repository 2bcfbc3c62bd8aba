import { phantom, write } from '@diff/datasets';
import { expect, it } from 'vitest';
import { emptyFolder, run } from '../../../../packages/pipeline/src/fixtures/command-line.js';
import { reproduceCommand } from '../command.js';
import { measured } from './cell.js';
import { opinionsOf, ranked } from './opinions.js';
import { dpersonaTable } from './table.js';

const square = (side: number) =>
  Uint8Array.from({ length: 64 }, (_, i) => Number(Math.max(i >> 3, i & 7) < side));

it('ranks the masks of a case by area, and leaves out what is empty', () => {
  const image = { data: new Float32Array(64), height: 8, width: 8, channels: 1 };
  const one = { id: 'a', image, annotations: { nodule: { p: square(5), q: square(0), r: square(2) } } };
  const example = ranked(one);
  expect(example.raters).toEqual([[square(2), square(5), null, null]]);
  expect(opinionsOf(example)).toEqual([square(2), square(5)]);
  expect(example.masks[0]![0]).toBe(1);
  expect(example.masks[0]![4]).toBe(0.5);
});

it('gives a perfect set of masks the best of every measure, and one mask the price of saying one', () => {
  const masks = [square(2), square(4)];
  const perfect = measured(
    masks.map((mask) => Float32Array.from(mask)),
    masks,
  );
  expect(perfect).toEqual({ ged: 0, diceSoft: 1, diceMax: 1, diceMatch: 1 });
  const alone = measured([Float32Array.from(square(4))], masks);
  // d = 1 − 4/16: 2 · (0 + ¾)/2 − 0 − (¾ + ¾)/4.
  expect(alone.ged).toBeCloseTo(0.375, 12);
  // The smaller with its best: 2 · 4 / 20; the other way round 1.
  expect(alone.diceMax).toBeCloseTo((0.7 + 1) / 2, 12);
  expect(alone.diceMatch).toBe(1);
});

it('resamples whole patients', () => {
  const of = (value: number) => ({ 'one mask': { ged: value, diceSoft: 1, diceMax: 1, diceMatch: 1 } });
  const result = [
    { patient: 'p', sets: of(0) },
    { patient: 'p', sets: of(0) },
    { patient: 'q', sets: of(1) },
  ];
  // Either patient alone, or both: 0, 1/3 or 1.
  expect(dpersonaTable([{ method: 'm', result }])).toContain('| m | one mask | 0.333 [0.000, 1.000] | 1.000');
});

it('trains every method on folds of patients, and is done once', async () => {
  const [data, out] = [await emptyFolder(), await emptyFolder()];
  await write(phantom('lung', { cases: 8, size: 32, seed: 2 }), data, 'lidc', { allow: ['rater names'] });
  const methods = ['random rater', 'mrNet', 'probabilisticUnet'];
  const tiny = { size: 32, width: 2, epochs: 1, samples: 2, folds: 2, workers: 1 };
  const args = Object.entries(tiny).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const dpersona = async () => {
    const all = ['dpersona', ...args, '--methods', ...methods, '--data', `lidc=${data}`, '--out', out];
    const { code, stdout, stderr } = await run(reproduceCommand, all);
    expect(code, stderr).toBe(0);
    return { stdout, stderr };
  };
  const first = await dpersona();
  const rows = first.stdout.split('\n').filter((line) => /^\| \w/.test(line));
  expect(rows.slice(1).map((row) => row.split(' | ').slice(0, 2).join(' | '))).toEqual([
    '| random rater | one mask',
    '| mrNet | ranks',
    '| probabilisticUnet | samples',
  ]);
  expect(first.stdout).not.toContain('NaN');
  const second = await dpersona();
  expect(second.stderr).toContain('6 cells, 6 of them in');
  expect(second.stdout).toBe(first.stdout);
});
