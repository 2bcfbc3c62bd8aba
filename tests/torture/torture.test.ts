import { expect, it } from 'vitest';
import { table, torture } from './torture.js';

// The short form; `npm run torture -- --minutes 60` is the long one. Kills of every command take longest and have tests of
// their own in the pipeline, so that here only what is quick is tried.
it('damaged and hostile files, hostile calls and concurrent runs are survived', async () => {
  const rows = await torture({
    ...{ minutes: 1, seed: 1, starts: 3, whole: false },
    only: ['damaged files', 'hostile files', 'hostile calls', 'concurrent runs'],
  });
  console.log(table(rows));
  expect(rows.flatMap(({ kind, failures }) => failures.map((failure) => `${kind}: ${failure}`))).toEqual([]);
  expect(rows.map(({ part }) => part)).toEqual(expect.arrayContaining(['damaged files', 'concurrent runs']));
}, 600_000);
