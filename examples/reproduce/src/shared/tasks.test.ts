import { phantom, write } from '@diff/datasets';
import { describe, expect, it } from 'vitest';
import { emptyFolder } from '../../../../packages/pipeline/src/fixtures/command-line.js';
import { reproduceCommand } from '../command.js';
import { checkCases, checkParts } from './check-cases.js';
import { rootOf, rootsOf } from './data-roots.js';
import { loadTask } from './tasks.js';

const sizes = { train: 16, test: 8, size: 16 };

describe('before anything is trained', () => {
  it('takes cases with either diagnosis in every part, and loads those very cases', async () => {
    await checkCases({ tasks: ['skin'], seeds: 2, data: {}, ...sizes });
    const { train, test } = await loadTask({ task: 'skin', seed: 1, ...sizes }, {});
    expect([train.length, test.length]).toEqual([16, 8]);
    for (const part of [train, test])
      expect(new Set(part.map(({ diagnosis }) => diagnosis))).toEqual(new Set([0, 1]));
  });

  it('refuses too few training cases, a test set of one class, and more cases than there are', async () => {
    const skin = { tasks: ['skin'] as const, seeds: 1, data: {}, ...sizes };
    const refused = (what: Promise<unknown>, message: string | RegExp) =>
      expect(what).rejects.toMatchObject({ exitCode: 2, message: expect.stringMatching(message) });
    await refused(checkCases({ ...skin, train: 15 }), /^--train is 15, expected at least 16$/);
    await refused(checkCases({ ...skin, train: 31 }, 2), /^--train is 31, expected at least 32$/);
    await refused(
      checkCases({ ...skin, test: 1 }),
      /^of the test cases of skin, seed 0, . .* diagnosis 1, expected at least 1 of each$/,
    );
    const data = rootsOf(await lungs(20));
    await refused(
      checkCases({ ...skin, tasks: ['lidc'], data }),
      /^lidc has 20 cases; --train and --test ask for 16 and 8$/,
    );
    await checkCases({ ...skin, tasks: ['lidc'], data, test: 4 });
  });

  it('refuses a training set of one class', () => {
    const entry = (id: number, diagnosis: 0 | 1) => ({ id: `${id}`, diagnosis, annotated: {} });
    const healthy = Array.from({ length: 16 }, (_, i) => entry(i, 0));
    expect(() => checkParts('x', healthy, [entry(20, 0), entry(21, 1)])).toThrow(
      'of the training cases of x, 16 have diagnosis 0 and 0 diagnosis 1, expected at least 1 of each',
    );
  });

  it('real data without a folder, and a folder without them, are refused', () => {
    expect(() => rootOf(rootsOf(''), 'lidc')).toThrow(
      'lidc is real data: --data names the folder that has it',
    );
    expect(() => rootOf(rootsOf('/nowhere'), 'lidc')).toThrow(
      'there is no lidc folder in /nowhere; --data names the folder that has it, or lidc=<its own>',
    );
    expect(() => rootOf(rootsOf('lidc=/nowhere'), 'lidc')).toThrow(
      '--data lidc=/nowhere: there is no such folder',
    );
    expect(rootOf({ ...rootsOf('/nowhere'), ...rootsOf('lidc=/tmp') }, 'lidc')).toBe('/tmp');
  });

  it('every experiment refuses what it cannot be done with', async () => {
    const out = ['--out', await emptyFolder()];
    for (const name of ['figure2', 'figure4', 'figure6', 'table5', 'worth']) {
      const skin = [name, '--tasks', 'skin', ...out];
      const small = reproduceCommand().parseAsync([...skin, '--train', '12'], { from: 'user' });
      await expect(small).rejects.toThrow('--train is 12, expected at least');
      const single = [...skin, '--train', '32', '--test', '1', '--seeds', '1'];
      await expect(reproduceCommand().parseAsync(single, { from: 'user' })).rejects.toThrow(
        'of the test cases',
      );
    }
    const folds = reproduceCommand().parseAsync(
      ['malignancy', '--folds', '1', '--data', await lungs(4), ...out],
      { from: 'user' },
    );
    await expect(folds).rejects.toThrow(/^--folds is 1, expected 2 to the \d+ patients$/);
  });
});

async function lungs(cases: number): Promise<string> {
  const data = await emptyFolder();
  await write(phantom('lung', { cases, size: 16, prevalence: 0.5 }), `${data}/lidc`, 'lidc', {
    allow: ['rater names'],
  });
  return data;
}
