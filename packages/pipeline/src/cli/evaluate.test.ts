import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { encodePng, encodeTiff, lidc, phantom, write } from '@diff/datasets';
import { beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { Summary } from '../cases/summarise.js';
import { diffPipeline, emptyFolder, run } from '../fixtures/command-line.js';
import { tinyConfig } from '../fixtures/tiny.js';
import { readCsv } from '../folder/csv.js';
import { fileName } from '../folder/file-name.js';
import { evaluateCommand } from './evaluate.js';
import { fuseCommand } from './fuse.js';

const SIDE = 4;
const plane = (levels: Record<number, number>, side = SIDE) =>
  Float32Array.from({ length: side * side }, (_, i) => levels[i] ?? 0);
const inside = (...pixels: number[]) => plane(Object.fromEntries(pixels.map((pixel) => [pixel, 1])));
const png = (data: Float32Array, bits: 8 | 16 = 8) => {
  const side = Math.sqrt(data.length);
  return encodePng({ data, width: side, height: side, channels: 1 }, { bits });
};

let data: string;
let predictions: string;
const put = async (root: string, path: string, bytes: string | Uint8Array) => {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), bytes);
};

beforeAll(async () => {
  [data, predictions] = [await emptyFolder(), await emptyFolder()];
  const masks = {
    a: [inside(0, 1, 2, 3), inside(2, 3, 4, 5)],
    b: [inside(5, 6), inside(5, 6)],
    c: [inside(1), inside(1)],
    e: [inside(1), inside(1)],
  };
  for (const [id, byRater] of Object.entries(masks))
    for (const [r, mask] of byRater.entries()) {
      await put(data, `nodule/${id}_r${r + 1}.png`, await png(mask));
      await put(data, `rim/${id}_r${r + 1}.png`, await png(mask));
    }
  await put(data, 'labels.csv', 'id,diagnosis,patient\na,1,p\nb,0,q\nc,1,r\ne,0,s\n');

  await put(predictions, 'nodule/a.png', await png(plane({ 0: 0.6, 1: 0.6, 2: 0.6, 3: 0.6, 4: 0.2 })));
  await put(predictions, 'nodule/b.tiff', await encodeTiff(inside(5, 6), { width: SIDE, height: SIDE }));
  // Read where the floats are absent alone.
  await put(predictions, 'nodule/b.png', await png(inside()));
  await put(predictions, 'nodule/d.png', await png(inside(1)));
  await put(predictions, 'nodule/e.png', await png(plane({ 1: 1 }, 2)));
  await put(predictions, 'predictions.csv', 'case,score\na,0.9\nb,0.2\nc,0.4\ne,0.6\nzz,0.5\n');
});

const FOLDER = ['--masks', 'nodule=nodule/{id}_{rater}.png', 'rim=rim/{id}_{rater}.png'];
const evaluate = (...args: string[]) => run(evaluateCommand, [predictions, data, ...FOLDER, ...args]);

describe('diff-pipeline evaluate', () => {
  it('gives the numbers that come out by hand, in the table, as CSV and as JSON', async () => {
    const out = await emptyFolder();
    const [csv, json] = [join(out, 'scores.csv'), join(out, 'deeper', 'scores.json')];
    const { code, stdout } = await evaluate(
      ...[
        '--labels',
        'labels.csv',
        '--columns',
        'patient=patient',
        '--surface',
        '--csv',
        csv,
        '--json',
        json,
      ],
    );
    expect(code).toBe(0);
    const { rows, cases } = JSON.parse(await readFile(json, 'utf8')) as {
      rows: Summary[];
      cases: { id: string; reference: string; softDice: number; hausdorff95?: number }[];
    };
    const value = (measure: string, reference?: string) =>
      rows.find((row) => row.measure === measure && row.reference === reference)!;

    // Case a is cut at .1 to pixels 0-4, at .3 and .5 to 0-3, at .7 and .9 to nothing. Case b is right in every way.
    const ofA = {
      r1: (8 / 9 + 1 + 1) / 5,
      r2: (6 / 9 + 4 / 8 + 4 / 8) / 5,
      // The mean of the raters is .5 at 0, 1, 4 and 5, and 1 at 2 and 3.
      MV: (10 / 11 + 8 / 10 + 4 / 6) / 5,
    };
    for (const [reference, soft] of Object.entries(ofA)) {
      expect(cases.find((one) => one.id === 'a' && one.reference === reference)!.softDice).toBeCloseTo(
        soft,
        12,
      );
      const row = value('soft Dice', reference);
      expect(row).toMatchObject({ structure: 'nodule', cases: 2, patients: 2 });
      expect(row.value).toBeCloseTo((soft + 1) / 2, 12);
      // Of two patients a resample is one twice, the other twice, or both.
      expect([row.low, row.high]).toEqual([expect.closeTo(soft, 12), 1]);
    }
    expect(value('Dice', 'r1').value).toBeCloseTo(1, 12);
    expect(value('Dice', 'r2').value).toBeCloseTo((4 / 8 + 1) / 2, 12);
    expect(value('Dice', 'MV').value).toBeCloseTo((4 / 6 + 1) / 2, 12);
    // Row 0 against pixels 2-5: from (0, 0) to (1, 0) and back it is one pixel at most.
    expect(cases.find((one) => one.id === 'a' && one.reference === 'r2')!.hausdorff95).toBeCloseTo(1, 12);
    // Ill .9 and .4, healthy .2 and .6: three of four pairs are in order.
    const auc = value('AUC');
    expect(auc).toMatchObject({ cases: 4, patients: 4, value: 0.75 });

    expect(await readCsv(csv)).toEqual(
      rows.map((row) =>
        Object.fromEntries(
          ['measure', 'structure', 'reference', 'cases', 'patients', 'value', 'low', 'high'].map((column) => [
            column,
            String(row[column as keyof Summary] ?? ''),
          ]),
        ),
      ),
    );
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(/^structure +reference +cases +patients +soft Dice +Dice +HD95$/);
    expect(lines[1]).toMatch(
      /^nodule +r1 +2 +2 +0\.789 \[0\.578, 1\.000\] +1\.000 \[1\.000, 1\.000\] +0\.000/,
    );
    expect(stdout).toMatch(/\nAUC 0\.750 \[\d\.\d+, 1\.000\], 4 cases\n/);
  });

  it('names what is in one place and not in the other, and what cannot be compared', async () => {
    const { stderr, stdout } = await evaluate('--labels', 'labels.csv');
    const told = stderr.trim().split('\n');
    expect(told).toEqual([
      'no predictions of (1): rim',
      'nodule: cases without a prediction (1): c',
      `nodule: predictions of no case here (1): ${join(predictions, 'nodule/d.png')}`,
      'scores without a diagnosis (1): zz',
      `problems (1): ${join(predictions, 'nodule/e.png')}: 2×2 pixels, the masks of e have 4×4 (--size brings masks to another)`,
    ]);
    expect(stdout).not.toContain('HD95');
  });

  it('warns of cases that the network had learned from, as predict noted them', async () => {
    const known = await emptyFolder();
    await put(known, 'nodule/a.png', await png(inside(1)));
    await put(known, 'settings.json', JSON.stringify({ command: 'predict', seenInTraining: ['a', 'zz'] }));
    const { stderr } = await run(evaluateCommand, [known, data, ...FOLDER]);
    expect(stderr).toContain(
      'WARNING: 1 of 4 cases have the names of cases that the network was trained on (a): ',
    );
  });

  it('says how many cases a distance is of where a mask is empty', async () => {
    const { stdout } = await evaluate(
      '--surface',
      '--thresholds',
      '0.5',
      '--raters',
      'r1',
      '--structures',
      'nodule',
    );
    expect(stdout).not.toContain(', 1 cases');
    const sparse = await emptyFolder();
    await put(sparse, 'nodule/a.png', await png(inside()));
    await put(sparse, 'nodule/b.png', await png(inside(5, 6), 16));
    const { stdout: less } = await run(evaluateCommand, [sparse, data, ...FOLDER, '--surface']);
    expect(less).toMatch(/nodule +r1 +2 +2 +0\.500 .* 0\.000, 1 cases/);
  });

  it('compares at the size of the predictions where it is told to', async () => {
    const small = await emptyFolder();
    // Every second pixel's centre: row and column 1 and 3 of 4 by nearest.
    await put(small, 'nodule/b.png', await png(plane({ 0: 1 }, 2)));
    const { code, stdout } = await run(evaluateCommand, [small, data, ...FOLDER, '--size', '2']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/nodule +r1 +1 +1 +1\.000 +1\.000\n/);
  });

  it('takes of LIDC the slices, and of masks the size, of the run or command that made the predictions', async () => {
    const root = await emptyFolder();
    await write(phantom('lung', { cases: 3, size: 24, prevalence: 0.5 }), root, 'lidc', {
      allow: ['rater names'],
    });
    // A second slice to the first nodule: of two, it is the middle one.
    const { id } = (await lidc(root)).entries[0]!;
    const nodule = join(root, dirname(id));
    for (const part of ['images', 'mask-0', 'mask-1', 'mask-2', 'mask-3'])
      await copyFile(join(nodule, part, 'slice-0.png'), join(nodule, part, 'slice-1.png'));
    const middle = (await lidc(root, { slices: 'middle' })).entries.map((entry) => entry.id);
    expect(middle).not.toContain(id);

    const folder = await emptyFolder();
    await put(folder, 'config.yaml', stringify(tinyConfig({ root, size: 16 })));
    const arm = join(folder, 'round-0', 'predictions', 'T&G on DF-GT');
    for (const one of middle) await put(arm, `nodule/${fileName(one)}.png`, await png(plane({ 5: 1 }, 16)));
    const ofRun = await run(evaluateCommand, [arm, root]);
    expect(ofRun).toMatchObject({ code: 0, stderr: '' });
    expect(ofRun.stdout).toMatch(/nodule +0 +3 +3 /);
    const whole = `nodule: cases without a prediction (1): ${id}\n`;
    expect(await run(evaluateCommand, [arm, root, '--slices', 'all'])).toMatchObject({
      code: 0,
      stderr: whole,
    });

    // Of a run that is done, only its test cases were to be predicted.
    const test = middle.slice(0, 2);
    await rm(join(arm, 'nodule', `${fileName(middle[2]!)}.png`));
    expect((await run(evaluateCommand, [arm, root])).stderr).toContain('without a prediction (1)');
    await put(folder, 'results.json', JSON.stringify({ rounds: [{ test }] }));
    const ofTest = await run(evaluateCommand, [arm, root]);
    expect(ofTest).toMatchObject({ code: 0, stderr: '' });
    expect(ofTest.stdout).toMatch(/nodule +0 +2 +2 /);

    const fused = await emptyFolder();
    await run(fuseCommand, [root, '--method', 'mean', '--slices', 'middle', '--out', fused]);
    const ofFuse = await run(evaluateCommand, [fused, root]);
    expect(ofFuse.stderr).toBe('');
    expect(ofFuse.stdout).toMatch(/nodule +MV +3 +3 /);
  });

  it('prints JSON or CSV alone where it is asked to, and ends with code 2 where nothing matches', {
    timeout: 300_000,
  }, async () => {
    const printed = await diffPipeline(['evaluate', predictions, data, ...FOLDER, '--json', '-']);
    expect(printed.code).toBe(0);
    expect(JSON.parse(printed.stdout)).toMatchObject({ diagnosis: null, unmatched: { nodule: {} } });
    const strange = await emptyFolder();
    await put(strange, 'nodule/x.png', await png(inside(1)));
    const wrong: [args: string[], message: string][] = [
      [[strange, data, ...FOLDER], 'is named after a case of'],
      [['nowhere', data, ...FOLDER], 'there is no folder nowhere'],
      [[data, predictions, '--masks', 'none/{id}.png'], 'found no case under'],
      [[await emptyFolder(), data, ...FOLDER], 'has no folder nodule or rim'],
    ];
    for (const [args, message] of wrong) {
      const { code, stderr } = await run(evaluateCommand, args);
      expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
    }
    await put(strange, 'nodule/a.png', await png(inside(1)));
    await put(strange, 'predictions.csv', 'case,score\na,high\n');
    const words = await run(evaluateCommand, [strange, data, ...FOLDER, '--labels', 'labels.csv']);
    expect([words.code, words.stderr]).toEqual([2, expect.stringContaining('the score of a is "high"')]);
  });
});
