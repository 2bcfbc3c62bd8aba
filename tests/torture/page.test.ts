import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { added, page, readPage, tallyOf } from './page.js';

it('a sitting adds to what the page holds', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'diff-page-')), 'torture.md');
  const rows = [
    { part: 'kills', kind: 'SIGKILL in fuse', tried: 3, failures: [] },
    { part: 'disks', kind: 'train into /proc', tried: 1, failures: ['hangs'] },
  ];
  expect(readPage(path)).toEqual({ sittings: [], rows: [] });
  for (const seed of [1, 2]) writeFileSync(path, page(added(readPage(path), tallyOf(`seed ${seed}`, rows))));
  expect(readPage(path)).toEqual({
    sittings: ['seed 1', 'seed 2'],
    rows: [
      { part: 'disks', kind: 'train into /proc', tried: 2, failed: 2 },
      { part: 'kills', kind: 'SIGKILL in fuse', tried: 6, failed: 0 },
    ],
  });
  expect(page(readPage(path))).toContain('| **kills** | all | 6 | 6 | 0 |');
  rmSync(join(path, '..'), { recursive: true });
});
