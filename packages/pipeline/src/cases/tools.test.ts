import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createDataset, encodePng, encodeTiff } from '@diff/datasets';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { emptyFolder } from '../fixtures/command-line.js';
import { readCsv } from '../folder/csv.js';
import { readMap } from '../folder/read-map.js';
import { showProgress } from '../terminal/progress.js';
import { textTable } from '../terminal/text-table.js';
import { caseByCase } from './case-by-case.js';
import { aucOf, meanOverCases } from './summarise.js';

describe('showProgress', () => {
  const shown = (isTTY: boolean, done = 0) => {
    let time = 0;
    let text = '';
    const stream = { isTTY, write: (more: string) => (text += more) };
    const progress = showProgress({ verb: 'fused', total: 100, done, stream, now: () => time });
    return {
      at: (seconds: number, count: number) => {
        time = seconds * 1000;
        progress.to(count);
      },
      end: progress.end,
      text: () => text,
    };
  };

  it('writes a line every five seconds, with the time left by the pace since it began', () => {
    const { at, text } = shown(false, 20);
    for (const [seconds, count] of [
      [1, 21],
      [5, 30],
      [9, 35],
      [10, 40],
    ] as const)
      at(seconds, count);
    expect(text()).toBe('fused 30 of 100, 5.0 s, about 35 s left\nfused 40 of 100, 10 s, about 30 s left\n');
  });

  it('keeps one line up to date on a terminal, and clears it', () => {
    const { at, end, text } = shown(true);
    at(1, 0);
    at(1.05, 1);
    at(2, 1);
    end();
    expect(text()).toBe(
      '\rfused 0 of 100, 1.0 s, time left not yet known\x1b[K\rfused 1 of 100, 2.0 s, about 3 min 18 s left\x1b[K\r\x1b[K',
    );
  });
});

describe('readMap', () => {
  const size = { width: 3, height: 2 };
  const values = Float32Array.of(0, 0.1, 0.25, 0.5, 0.999, 1);

  it('reads levels of 8 and 16 bits and floats as probabilities', async () => {
    const root = await emptyFolder();
    const path = (name: string) => join(root, name);
    for (const bits of [8, 16] as const)
      await writeFile(path(`${bits}.png`), await encodePng({ ...size, channels: 1, data: values }, { bits }));
    await writeFile(path('f.tiff'), await encodeTiff(values, size));
    expect((await readMap(path('f.tiff'))).values).toEqual(values);
    for (const [name, white] of [
      ['8.png', 255],
      ['16.png', 65535],
    ] as const) {
      const map = await readMap(path(name));
      expect(map).toMatchObject(size);
      expect(map.values).toEqual(values.map((value) => Math.round(value * white) / white));
    }
  });

  it('refuses what is no probability, what is in colour and what is no picture, by name', async () => {
    const root = await emptyFolder();
    const path = (name: string) => join(root, name);
    await writeFile(path('a.tiff'), await encodeTiff(Float32Array.of(0, 1, 0.5, 2, 0, 0), size));
    await writeFile(path('b.tiff'), await encodeTiff(Float32Array.of(0, Number.NaN, 0.5, 2, 0, 0), size));
    await writeFile(
      path('c.png'),
      await sharp({ create: { ...size, channels: 3, background: 'red' } })
        .png()
        .toBuffer(),
    );
    await writeFile(path('d.png'), 'no picture');
    await expect(readMap(path('a.tiff'))).rejects.toThrow('a.tiff: pixel 3 is 2, expected a probability');
    await expect(readMap(path('b.tiff'))).rejects.toThrow('b.tiff: pixel 1 is NaN, expected a probability');
    await expect(readMap(path('c.png'))).rejects.toThrow('c.png: 3 channels, expected one');
    await expect(readMap(path('d.png'))).rejects.toThrow('d.png: Input file contains unsupported');
  });
});

describe('meanOverCases', () => {
  it('draws patients, not cases, so that copies of a case do not narrow the interval', () => {
    const values = [0.1, 0.4, 0.5, 0.9].map((value, i) => ({ patient: `p${i}`, value }));
    const options = { resamples: 500, seed: 1 };
    const once = meanOverCases(values, options);
    const thrice = meanOverCases([...values, ...values, ...values], options);
    expect(once).toMatchObject({ cases: 4, patients: 4 });
    expect(thrice).toMatchObject({ cases: 12, patients: 4 });
    expect(once.value).toBeCloseTo(0.475, 12);
    expect(thrice.low).toBeCloseTo(once.low!, 12);
    expect(thrice.high).toBeCloseTo(once.high!, 12);
    expect(once.low).toBeGreaterThanOrEqual(0.1);
    expect(once.low).toBeLessThan(0.475);
  });

  it('gives no interval to a single patient', () => {
    const one = meanOverCases(
      [0.25, 0.75].map((value) => ({ patient: 'p', value })),
      { resamples: 10, seed: 0 },
    );
    expect(one).toEqual({ cases: 2, patients: 1, value: 0.5 });
  });
});

it('an AUC is the share of pairs in order, and takes two cases of either diagnosis', () => {
  const scored = [
    [0, 0.2],
    [0, 0.6],
    [1, 0.4],
    [1, 0.6],
    [1, 0.9],
  ].map(([diagnosis, score]) => ({ patient: `${score}`, diagnosis: diagnosis!, score: score! }));
  // In order: 3 of 3 against 0.2; against 0.6 one, and a tie.
  expect(aucOf(scored)!.value).toBeCloseTo((3 + 1.5) / 6, 12);
  expect(aucOf(scored.slice(1))).toBeUndefined();
});

it('columns of a text table are aligned, numbers to the right', () => {
  expect(
    textTable(
      ['name', 'n'],
      [
        ['a', '10'],
        ['longer', '9'],
      ],
    ),
  ).toBe('name     n\na       10\nlonger   9');
});

describe('caseByCase', () => {
  const ids = ['a', 'b', 'c'];
  const dataset = (broken: string[] = []) =>
    createDataset({
      name: 'test',
      entries: ids.map((id) => ({ id, annotated: {} })),
      problems: [{ path: 'stray', reason: 'of the listing', outcome: 'skipped' }],
      load: ({ id }, { report }) => {
        if (broken.includes(id)) report({ path: `${id}.png`, reason: 'broken', outcome: 'kept' });
        return {
          id,
          image: { data: new Float32Array(0), height: 1, width: 1, channels: 0 },
          annotations: {},
        };
      },
    });
  const open = (out: string, settings = {}, broken: string[] = []) =>
    caseByCase({
      dataset: dataset(broken),
      out,
      settings,
      table: 'table.csv',
      columns: ['case', 'value'],
      filesOf: (row) => [`x/${row.case}.bin`],
    });
  const fill = async (job: Awaited<ReturnType<typeof open>>, most = 3) => {
    for await (const { id } of job.todo.take(most).cases({ prefetch: 0 }))
      await job.finish({ [`x/${id}.bin`]: new TextEncoder().encode(id) }, [{ case: id, value: 0.1 + 0.2 }]);
    return job.close();
  };
  const text = (...path: string[]) => readFile(join(...path), 'utf8');

  it('goes on after what is whole, and ends with the table and problems of an uninterrupted run', async () => {
    const [whole, parts] = [await emptyFolder(), await emptyFolder()];
    await fill(await open(whole, {}, ['a', 'c']));
    await fill(await open(parts, {}, ['a', 'c']), 2);
    // As a kill could leave it: a line without its end, and a temporary file of a process that is gone.
    await appendFile(join(parts, 'table.csv'), 'c,0.3');
    await writeFile(join(parts, 'x', 'c.bin.4194304.tmp'), 'c');
    const job = await open(parts, {}, ['a', 'c']);
    expect([job.done, job.todo.entries.map(({ id }) => id)]).toEqual([2, ['c']]);
    expect((await fill(job)).map(({ path }) => path)).toEqual(['stray', 'a.png', 'c.png']);
    for (const name of ['table.csv', 'problems.csv', 'settings.json'])
      expect(await text(parts, name)).toBe(await text(whole, name));
    expect(await readCsv(join(parts, 'table.csv'))).toHaveLength(3);
    await expect(text(parts, 'x', 'c.bin.4194304.tmp')).rejects.toThrow('ENOENT');
  });

  it('does again what has lost its file, and keeps the order of the cases', async () => {
    const out = await emptyFolder();
    await fill(await open(out));
    await rm(join(out, 'x', 'a.bin'));
    const job = await open(out);
    expect(job.todo.entries.map(({ id }) => id)).toEqual(['a']);
    await fill(job);
    expect((await readCsv(join(out, 'table.csv'))).map((row) => row.case)).toEqual(ids);
    expect(await text(out, 'x', 'a.bin')).toBe('a');
  });

  it('refuses to mix results of two settings, and says which differ', async () => {
    const out = await emptyFolder();
    await open(out, { method: 'staple', raters: ['1'] });
    await expect(open(out, { method: 'simple', raters: ['1'] })).rejects.toThrow(
      'holds results of other settings (method was "staple", now "simple")',
    );
    await expect(open(out, { raters: ['1'] })).rejects.toThrow('(method was "staple", now not given)');
    await writeFile(join(out, 'settings.json'), '{');
    await expect(open(out)).rejects.toThrow('settings.json is damaged');
  });
});
