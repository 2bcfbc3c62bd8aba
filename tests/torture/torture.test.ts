import { expect, it } from 'vitest';
import { table, torture } from './torture.js';

// The short form; `npm run torture -- --minutes 60` is the long one. Kills of every command take longest and have tests of
// their own in the pipeline, so that here only what is quick is tried.
it('damaged and hostile files, concurrent runs and bad places are survived', async () => {
  const rows = await torture({
    ...{ minutes: 0.5, seed: 1, starts: 4 },
    only: ['damaged files', 'hostile files', 'concurrent runs'],
  });
  console.log(table(rows));
  expect(rows.flatMap(({ kind, failures }) => failures.map((failure) => `${kind}: ${failure}`))).toEqual([]);
  expect(new Set(rows.map(({ part }) => part)).size).toBe(3);
}, 600_000);
