import { expect, it } from 'vitest';
import { textTable } from './text-table.js';

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
