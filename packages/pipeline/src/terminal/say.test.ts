import { expect, test } from 'vitest';
import { problemLines } from './say.js';

test('what helps is named as on the command line', () => {
  const said = (reason: string) => problemLines([{ path: 'a.png', reason, outcome: 'kept' }], 'out')[1];
  expect(
    said("it lies elsewhere: the option grid: 'nearest' resamples it, 'index' takes them as stored"),
  ).toBe(
    '  kept: a.png: it lies elsewhere: --resample nearest resamples it, --resample index takes them as stored',
  );
  expect(said("voxel 0 is NaN: the option nan: 'outside' takes it for 0")).toContain(
    ': --nan outside takes it',
  );
  expect(
    said('labels 3, 9: the option class says which to take, or degrees that they are levels of grey'),
  ).toContain(': --class says which to take, or --soft that they are levels of grey');
  expect(said('it has 3 pages: the option slice says which to take, from 0')).toContain(
    ': --slice says which',
  );
});
