import { expect, it } from 'vitest';
import { worthTable } from './table.js';

it('tells by how much the aware raters lie above the others, and how often one is first', () => {
  const raters = [
    { name: 'A', awareness: 0.7, insight: 0.1 },
    { name: 'B', awareness: 0, insight: 0.5 },
    { name: 'C', awareness: 0, insight: 0 },
  ];
  const table = worthTable(
    [
      { A: 0.5, B: 0.3, C: 0.2 },
      { A: 0.36, B: 0.4, C: 0.24 },
    ],
    raters,
  );
  // Times three, A is worth 1.5 and 1.08: margins over the mean of B and C are 0.75 and 0.12.
  // Student's interval of two values is 12.706 standard errors: half of their difference.
  expect(table).toContain('| A | 0.7 | 0.1 | 1.290 ± 2.668 |');
  expect(table).toContain('The aware above the others: 0.435 ± 4.002; one of them is first in 1 of 2 seeds.');
});
