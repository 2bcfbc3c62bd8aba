import { expect, it } from 'vitest';
import { asked } from './page.js';

it('a page names the command as its reader may repeat it', () => {
  const words =
    'table1 --tasks fundus skin --data refuge2=/a b --out /x/y --workers 2 --queue rediss://a:b@c --write docs'.split(
      ' ',
    );
  expect(asked(words).join(' ')).toBe('table1 --tasks fundus skin --data <folder> --workers 2 --write');
  expect(asked(['figure2', '--out=/x', '--data=/y', '--seeds=3']).join(' ')).toBe(
    'figure2 --data <folder> --seeds=3',
  );
});
