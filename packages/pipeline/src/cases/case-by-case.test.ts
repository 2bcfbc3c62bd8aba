import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createDataset } from '@diff/datasets';
import { describe, expect, it } from 'vitest';
import { emptyFolder } from '../fixtures/command-line.js';
import { readCsv } from '../folder/csv.js';
import { caseByCase } from './case-by-case.js';

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
    // In a folder of which no row tells yet, by a process whose id another has by now; a file of the user's stays.
    await mkdir(join(parts, 'y', 'z'), { recursive: true });
    await writeFile(join(parts, 'y', 'z', `c.bin.7.${process.pid}.tmp`), 'c');
    await writeFile(join(parts, 'y', 'notes.tmp'), 'mine');
    const job = await open(parts, {}, ['a', 'c']);
    expect([job.done, job.todo.entries.map(({ id }) => id)]).toEqual([2, ['c']]);
    expect((await fill(job)).map(({ path }) => path)).toEqual(['stray', 'a.png', 'c.png']);
    for (const name of ['table.csv', 'problems.csv', 'settings.json'])
      expect(await text(parts, name)).toBe(await text(whole, name));
    expect(await readCsv(join(parts, 'table.csv'))).toHaveLength(3);
    await expect(text(parts, 'x', 'c.bin.4194304.tmp')).rejects.toThrow('ENOENT');
    await expect(text(parts, 'y', 'z', `c.bin.7.${process.pid}.tmp`)).rejects.toThrow('ENOENT');
    expect(await text(parts, 'y', 'notes.tmp')).toBe('mine');
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
    await (await open(out, { method: 'staple', raters: ['1'] })).close();
    await expect(open(out, { method: 'simple', raters: ['1'] })).rejects.toThrow(
      'holds results of other settings (method was "staple", now "simple")',
    );
    await expect(open(out, { raters: ['1'] })).rejects.toThrow('(method was "staple", now not given)');
    await writeFile(join(out, 'settings.json'), '{');
    await expect(open(out)).rejects.toThrow('settings.json is damaged');
  });
});
