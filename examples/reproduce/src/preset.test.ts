import { existsSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { emptyFolder, run } from '../../../packages/pipeline/src/fixtures/command-line.js';
import { reproduceCommand } from './command.js';
import { writePaperData } from './fixtures/paper-data.js';

// The preset's ResNet50, splits and losses; what it takes days for is made small.
const small = ['--preset', 'paper', '--size', '32', '--width', '2', '--engine', 'wasm', '--workers', '1'];

describe('--preset paper, on trees that lie as the paper’s data do', () => {
  let data: string;
  let out: string;
  beforeAll(async () => {
    data = await emptyFolder();
    out = await emptyFolder();
    await writePaperData(data, { skin: 60 });
  }, 120_000);

  const reproduce = async (name: string, task: string, ...rest: string[]) => {
    const args = [name, '--tasks', task, '--data', data, '--out', `${out}/${name}`, ...rest];
    const { code, stdout, stderr } = await run(reproduceCommand, args);
    expect(code, stderr).toBe(0);
    return { stdout, stderr };
  };
  const again = async (cells: number, ...args: Parameters<typeof reproduce>) => {
    const first = await reproduce(...args);
    expect(first.stderr).toMatch(
      /a ResNet50 of width 2 at 32 × 32 learns from a case in [\d.]+ ms on wasm: about .* for one worker/,
    );
    const second = await reproduce(...args);
    expect(second.stderr).toContain(`${cells} cells, ${cells} of them in`);
    expect(second.stderr).not.toContain('learns from a case');
    expect(second.stdout).toBe(first.stdout);
    return first;
  };

  it('figure2: every rater of refuge2, and the cup-to-disc ratio', { timeout: 600_000 }, async () => {
    const networks = ['--networks', 'dlCat', 'vcdrThreshold', '--steps', '1'];
    const { stdout, stderr } = await again(3, 'figure2', 'refuge2', ...small, ...networks);
    expect(stderr).toContain(
      'refuge2: 48 train + 16 validation + 16 test cases of 80, by its own split, 7 raters',
    );
    expect(stdout).toContain('| network | 1 | 2 | 3 | 4 | 5 | 6 | 7 | MV | gain over noMask |');
    expect(stdout).toMatch(/\| vcdrThreshold \| [\d.]+ \| /);
    expect(stdout).not.toContain('what the masks hold');
  });

  it('figure6: labels of tnmix by each parametrisation', { timeout: 600_000 }, async () => {
    const few = ['--epochs', '1', '--test', '2'];
    const { stdout } = await again(1, 'figure6', 'tnmix', ...small, ...few);
    expect(stdout).toMatch(/\| expG \| 0\.\d{4} \|/);
  });

  const long = it.skipIf(!process.env.DIFF_LONG);
  long('figure4: all judges of isic, for minutes (npm run test:long)', { timeout: 900_000 }, async () => {
    const few = ['--epochs', '1', '--iterations', '1'];
    const { stdout } = await again(3, 'figure4', 'isic', ...small, ...few);
    expect(stdout).toContain('### isic, blind');
  });

  it('table5: Take and Give on refuge2, by cross-entropy', { timeout: 600_000 }, async () => {
    const few = ['--diagnosis-epochs', '1', '--epochs', '1', '--iterations', '1', '--filters', '4'];
    const arms = ['--part', 'a', '--variants', 'paper', '--no-controls'];
    const { stdout } = await reproduce('table5', 'refuge2', ...small, ...few, ...arms);
    expect(stdout).toContain('ResNet50s of width 2');
    expect(stdout).toContain('at 0.0001, loss bce');
    expect(stdout).toMatch(/\| T&G, paper \|/);
  });

  it('table1: networks made for thyroid nodules on tnmix, all of one width', {
    timeout: 600_000,
  }, async () => {
    const few = ['--diagnosis-epochs', '1', '--epochs', '1', '--iterations', '1', '--filters', '4'];
    const { stdout } = await again(2, 'table1', 'tnmix', ...small, ...few, '--networks', 'tnsCnn');
    expect(stdout).toContain('networks of width 2; ResNet50s in Baseline-Seg');
    expect(stdout).toMatch(/\| tnsCnn \| 2,3\d\d \|/);
  });

  it('table2 and figure5: the pipeline on the copy’s own split', { timeout: 600_000 }, async () => {
    const set = Object.entries({
      'data.size': 32,
      'diagnosis.width': 2,
      'diagnosis.epochs': 1,
      'segmentation.width': 2,
      'segmentation.filters': 4,
      'segmentation.epochs': 1,
      'fusion.iterations': 1,
      engine: 'wasm',
    }).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
    const { stdout, stderr } = await reproduce(
      'table2',
      'refuge2',
      '--preset',
      'paper',
      '--workers',
      '1',
      ...set,
    );
    expect(stderr).toMatch(/refuge2: 80 cases, about .* on wasm from the beginning/);
    expect(stdout).toMatch(/64 cases of 32 × 32, 1 round/);
    expect(stdout).toContain('ResNet50 of width 2 (1 epochs), segmentation of width 2 (1 epochs)');
    expect(stdout).toContain('| mask | 1 | 2 | 3 | 4 | 5 | 6 | 7 | MV | STAPLE | DF-GT |');
    const folder = `${out}/table2`;
    const { stdout: drawn } = await reproduce('figure5', 'refuge2', '--workers', '1', '--out', folder);
    expect(drawn).toMatch(/test cases of the first round, \d+ of them ill/);
    expect(existsSync(`${folder}/refuge2/figure5.png`)).toBe(true);
  });

  it('refuses what it is not for, in a sentence', async () => {
    const refused = async (message: string, ...args: string[]) => {
      const { code, stderr } = await run(reproduceCommand, args);
      expect([code, stderr.trim()]).toEqual([2, message]);
    };
    await refused(
      'worth is not for isic: it compares what DF-GT follows with the characters of raters, which are known of phantoms alone',
      ...['worth', '--tasks', 'isic'],
    );
    await refused(
      'trust has no preset of the paper: it goes beyond the paper, and draws as many phantoms as it needs, whose truth is known',
      ...['trust', '--preset', 'paper'],
    );
    await refused(
      'malignancy has no tasks: it asks Figure 2’s question of LIDC’s nodules; figure2 asks it of the paper’s data',
      ...['malignancy', '--tasks', 'isic'],
    );
    await refused(
      '--preset paper is for the paper’s data, refuge2, tnmix, isic: fundus is none of them',
      ...['figure4', '--preset', 'paper', '--tasks', 'fundus'],
    );
    await refused(
      'refuge2 is real data: --data names the folder that has it',
      ...['table2', '--preset', 'paper', '--data', ''],
    );
    await refused(
      '--write is for results in small, which the pages hold: not with --preset paper',
      ...['figure4', '--preset', 'paper', '--write'],
    );
  });
});
