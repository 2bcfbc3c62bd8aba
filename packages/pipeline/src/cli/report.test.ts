import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { emptyFolder, run } from '../fixtures/command-line.js';
import { writeRunFolder } from '../report/fixtures/run-folder.js';
import { reportCommand } from './report.js';

it('writes the report of one run, and of two runs one page, and says where', async () => {
  const root = await emptyFolder();
  const [a, b] = [join(root, 'a'), join(root, 'b')];
  for (const folder of [a, b]) await writeRunFolder(folder, { kind: 'skin', cases: 4, gallery: 1 });
  expect(await run(reportCommand, [a])).toMatchObject({ code: 0, stdout: `${join(a, 'report.html')}\n` });
  expect(await run(reportCommand, [a, b])).toMatchObject({
    code: 0,
    stdout: `${join(b, 'compared.html')}\n`,
  });
  const out = join(root, 'two.html');
  expect(await run(reportCommand, [a, b, '--out', out])).toMatchObject({ code: 0, stdout: `${out}\n` });
  expect(await readFile(out, 'utf8')).toContain('All settings are the same.');
  expect(await run(reportCommand, [a, a])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('given twice'),
  });
  const { code, stderr } = await run(reportCommand, [a, root]);
  expect([code, stderr]).toEqual([2, expect.stringContaining('results.json is not there')]);
});
