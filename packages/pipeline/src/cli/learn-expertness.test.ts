import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodePng, phantom, write } from '@diff/datasets';
import { loadExpertness } from '@diff/fusion/df-gt';
import { beforeAll, describe, expect, it } from 'vitest';
import { emptyFolder, run } from '../fixtures/command-line.js';
import { decodePng } from '../fixtures/decode.js';
import { readCsv } from '../folder/csv.js';
import { fuseCommand } from './fuse.js';
import { learnExpertnessCommand } from './learn-expertness.js';

const MASKS = ['--masks', '{id}_{rater}.png'];
const LABELS = ['--labels', 'labels.csv'];
const learn = (...args: string[]) => run(learnExpertnessCommand, args);

/** Squares: anna draws ill ones larger, ben and carl any of them so large as chance has it. */
async function squares(count: number, { labels = true } = {}): Promise<string> {
  const folder = await emptyFolder();
  const side = 16;
  const rows = ['id,diagnosis'];
  for (let i = 0; i < count; i++) {
    const ill = i % 2;
    const sizes = { anna: 5 + 3 * ill + (i % 3), ben: 5 + ((7 * i) % 6), carl: 5 + ((5 * i) % 7) };
    for (const [rater, size] of Object.entries(sizes)) {
      const data = Float32Array.from({ length: side * side }, (_, p) =>
        Number(p % side < size && p / side < size),
      );
      const file = join(folder, `c${i}_${rater}.png`);
      await writeFile(file, await encodePng({ data, width: side, height: side, channels: 1 }));
    }
    rows.push(`c${i},${ill}`);
  }
  if (labels) await writeFile(join(folder, 'labels.csv'), rows.join('\n'));
  return folder;
}

describe('diff-pipeline learn-expertness', () => {
  let root: string;
  let out: string;
  let said: string;
  beforeAll(async () => {
    root = await squares(30);
    out = await emptyFolder();
    const args = [...MASKS, ...LABELS, '--size', '16', '--folds', '3', '--resamples', '3'];
    const { code, stdout } = await learn(root, ...args, '--out', out);
    expect(code).toBe(0);
    said = stdout;
  });

  it('weighs the rater most whose masks tell the diagnosis, and says what held-out cases gain', async () => {
    expect(said).toMatch(/^30 cases of 30 patients, judged by area\n\nrater +weight +95 %/);
    expect(said).toMatch(/\nanna .*\n/);
    expect(said).toMatch(/AUC of held-out cases: [01]\.\d{3}, by the mean vote [01]\.\d{3}: [+-]/);
    const raters = await readCsv(join(out, 'raters.csv'));
    expect(raters[0]).toMatchObject({ rater: 'anna', cases: '30' });
    expect(Number(raters[0]!.weight)).toBeGreaterThan(0.5);
    expect(raters.reduce((sum, { weight }) => sum + Number(weight), 0)).toBeCloseTo(1, 4);
    for (const { weight, low, high } of raters) {
      expect(Number(low)).toBeLessThanOrEqual(Number(weight) + 0.2);
      expect(Number(high)).toBeGreaterThan(Number(low));
    }
    const heldOut = await readCsv(join(out, 'held-out.csv'));
    expect(heldOut.map((row) => row.case).sort()).toEqual(
      Array.from({ length: 30 }, (_, i) => `c${i}`).sort(),
    );
    const { auc } = JSON.parse(await readFile(join(out, 'settings.json'), 'utf8'));
    expect(auc.difference).toBeCloseTo(auc.learned - auc.meanVote, 10);
    expect(auc.learned).toBeGreaterThan(auc.meanVote);
  });

  it('fuses new cases, which have no diagnosis, by these weights', async () => {
    const fresh = await squares(3, { labels: false });
    const fused = await emptyFolder();
    const args = [fresh, ...MASKS, '--method', 'learned', '--expertness', out, '--out', fused];
    const { code, stdout } = await run(fuseCommand, args);
    expect([code, stdout.split(',')[0]]).toEqual([0, `3 of 3 cases fused by learned into ${fused}`]);
    const { weights } = await weightsOf(out);
    const [row] = await readCsv(join(fused, 'fusion.csv'));
    expect(Number(row!['weight anna'])).toBeCloseTo(weights.anna!, 4);
    const { samples } = decodePng(await readFile(join(fused, row!.structure!, 'c1.png')));
    // Of case 1, in which anna drew 9 × 9 pixels, ben 6 × 6, carl 10 × 10.
    for (const [at, raters] of [
      [5, ['anna', 'ben', 'carl']],
      [8, ['anna', 'carl']],
      [9, ['carl']],
      [12, []],
    ] as const) {
      const share = raters.reduce((sum, rater) => sum + weights[rater]!, 0);
      expect(samples[at]).toBe(Math.round(255 * share));
    }
  });

  it('refuses raters whom it never met, and a file that is something else', async () => {
    const fresh = await squares(1, { labels: false });
    await writeFile(join(fresh, 'c0_dora.png'), await readFile(join(fresh, 'c0_ben.png')));
    const fused = await emptyFolder();
    const args = [fresh, ...MASKS, '--method', 'learned', '--out', fused];
    const { code, stderr } = await run(fuseCommand, [...args, '--expertness', out]);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('the data have dora too: --raters leaves them out'),
    ]);
    const kept = await run(fuseCommand, [...args, '--expertness', out, '--raters', 'anna', 'ben']);
    expect(kept.code).toBe(0);
    const changed = join(fused, 'changed.json');
    const text = await readFile(join(out, 'expertness.json'), 'utf8');
    await writeFile(changed, text.replace('"anna"', '"anne"'));
    for (const [path, reason] of [
      [changed, 'changed.json: the text is damaged: its SHA-256 is '],
      [join(out, 'raters.csv'), 'the text is not JSON'],
      [join(out, 'settings.json'), 'settings.json: format is undefined'],
      [join(out, 'nothing'), 'there is no expertness in'],
    ] as const)
      expect((await run(fuseCommand, [...args, '--expertness', path])).stderr).toContain(reason);
  });

  it('says what it leaves out, and learns from the rest', async () => {
    const data = await squares(14);
    await writeFile(join(data, 'c3_ben.png'), 'no picture');
    const labels = await readFile(join(data, 'labels.csv'), 'utf8');
    await writeFile(join(data, 'labels.csv'), labels.replace('\nc5,1', ''));
    const folder = await emptyFolder();
    const args = ['--size', '16', '--folds', '2', '--resamples', '0', '--out', folder];
    const { code, stdout, stderr } = await learn(data, ...MASKS, ...LABELS, ...args);
    expect([code, stdout.split('\n')[0]]).toEqual([0, '13 cases of 13 patients, judged by area']);
    expect(stderr).toContain('c3_ben.png: ');
    expect(stderr).toContain('c5: no diagnosis');
    const problems = await readCsv(join(folder, 'problems.csv'));
    expect(problems.map((row) => row.path)).toEqual(['c5_anna.png', 'c3_ben.png', 'c5']);
  });

  it('refuses what cannot be learned from', async () => {
    const elsewhere = await emptyFolder();
    for (const [args, reason] of [
      [[...MASKS, ...LABELS, '--folds', '16'], 'has 15 healthy patients to learn from'],
      [[...MASKS], 'can be used: no diagnosis: --labels says where diagnoses are'],
      [[...MASKS, ...LABELS, '--judge', 'dlCat'], 'dlCat looks at images, and there are none'],
      [[...MASKS, ...LABELS, '--judge', 'ratio'], 'ratio is of two structures'],
    ] as const) {
      const { code, stderr } = await learn(root, ...args, '--size', '16', '--out', elsewhere);
      expect([code, stderr]).toEqual([2, expect.stringContaining(reason)]);
    }
    await expect(learn(root, '--judge', 'noMask', '--out', elsewhere)).rejects.toThrow('Allowed choices');
  });

  it('trains networks as judges, once, and comes to the same bits with and without what was kept', async () => {
    const data = await emptyFolder();
    await write(phantom('thyroid', { cases: 12, size: 16, seed: 1, prevalence: 0.5 }), data, 'folder');
    const folder = await emptyFolder();
    const args = ['--size', '16', '--folds', '2', '--resamples', '0', '--steps', '1', '--by', 'structure'];
    const bits = async () => {
      expect((await learn(data, ...args, '--out', folder)).code).toBe(0);
      return readFile(join(folder, 'expertness.json'), 'utf8');
    };
    const first = await bits();
    expect((await loadExpertness(first)).structures).toEqual(['nodule']);
    await rm(join(folder, '.fits'), { recursive: true });
    expect(await bits()).toBe(first);
    // A judge that is damaged is trained again, and said to be.
    const judges = join(folder, '.judges');
    const [flipped, cut] = (await readdir(judges)).map((name) => join(judges, name));
    const bytes = await readFile(flipped!);
    bytes[bytes.length - 9]! ^= 1;
    await writeFile(flipped!, bytes);
    await writeFile(cut!, bytes.subarray(0, 100));
    await rm(join(folder, '.fits'), { recursive: true });
    const { code, stderr } = await learn(data, ...args, '--out', folder);
    expect(code).toBe(0);
    expect(stderr).toContain(`${flipped} is damaged: `);
    expect(stderr.match(/; it is made again$/gm)).toHaveLength(2);
    expect(await readFile(join(folder, 'expertness.json'), 'utf8')).toBe(first);
  });
});

/** The raters' weights by the table. */
async function weightsOf(folder: string) {
  const rows = await readCsv(join(folder, 'raters.csv'));
  return { weights: Object.fromEntries(rows.map(({ rater, weight }) => [rater!, Number(weight)])) };
}
