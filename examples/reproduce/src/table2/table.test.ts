import { expect, it } from 'vitest';
import { caseOf, resultsOf } from '../../../../packages/pipeline/src/report/fixtures/results.js';
import { reproduceCommand } from '../command.js';
import { experimentsTable } from '../experiments.js';
import { table2 } from './table.js';

it('the list names every command but worker, which is no experiment', () => {
  const named = experimentsTable()
    .split('\n')
    .slice(2)
    .map((row) => /^\| reproduce ([\w-]+) \|/.exec(row)?.[1]);
  const commands = reproduceCommand().commands.map((command) => command.name());
  expect([...named, 'worker']).toEqual(commands);
  expect(named).toContain('table2');
});

it('Table 2 has soft Dice, AUC and paired differences', () => {
  const masks = ['T&G on DF-GT', 'Baseline-Seg on MV', 'MV', 'STAPLE', 'DF-GT'];
  const cases = [0.4, 0.5, 0.6, 0.5, 0.6, 0.7].map((value, i) => {
    const diagnosis = (i % 2) as 0 | 1;
    const dice = Object.fromEntries(
      masks.map((mask) => [mask, mask.startsWith('T&G') ? value + 0.1 : value]),
    );
    const logits = Object.fromEntries(masks.map((mask) => [mask, 10 * diagnosis + i]));
    // Ill 3, 4, 2 against healthy 0, 1, 3.5: 7 of 9 pairs are in order.
    return caseOf(`c${i}`, diagnosis, dice, { ...logits, 'Baseline-Seg on MV': [0, 3, 1, 4, 3.5, 2][i]! });
  });
  const text = table2(resultsOf([cases]));
  expect(text).toMatch(/\| mask \| A \| B \| MV \| STAPLE \| DF-GT \|.* its own fusion \|/);
  expect(text).toMatch(/\| T&G on DF-GT \| 0\.650 \(0\.\d{3}–0\.\d{3}\) \|/);
  expect(text).toContain('| T&G on DF-GT − Baseline-Seg on MV | +0.100 (0.100–0.100) |');
  expect(text).toMatch(/\| Baseline-Seg on MV \| 0\.778 \(/);
  expect(text).toMatch(/\| T&G on DF-GT − Baseline-Seg on MV \| \+0\.222 \(.*\), p = 0\.\d{3} \|/);
});

it('Table 2 says how near a network’s map of each rater is to that rater’s mask', () => {
  const one = (id: string, own: number) => ({
    ...caseOf(id, 1, { 'T&G on DF-GT': 0.5, 'Baseline-Seg on MV': 0.5, 'mrNet on raters': 0.6 }),
    raterDice: { 'mrNet on raters': { lesion: { A: own } } },
  });
  const results = resultsOf([[one('a', 0.7), one('b', 0.9)]]);
  expect(table2(resultsOf([[caseOf('a', 1, {})]]))).not.toContain('would draw');
  results.config.segmentation.arms.push({ network: 'mrNet', label: 'raters' });
  const row = table2(results)
    .split('\n')
    .filter((line) => line.startsWith('| mrNet on raters | 0.800'))
    .at(-1);
  expect(row).toMatch(/^\| mrNet on raters \| 0\.800 \(0\.700–0\.900\); 0\.600 \| –; – \|$/);
});

it('corrects p values for the number of arms that the first is compared with', () => {
  const masks = (arms: number) => [
    'T&G on DF-GT',
    ...Array.from({ length: arms }, (_, k) => `Baseline-Seg on ${['MV', 'STAPLE', 'DF-GT'][k]}`),
  ];
  const pOf = (arms: number) => {
    const cases = [0, 3, 1, 4, 3.5, 2].map((logit, i) => {
      const diagnosis = (i % 2) as 0 | 1;
      const logits = Object.fromEntries(masks(arms).map((mask, k) => [mask, k ? logit : 10 * diagnosis + i]));
      return caseOf(`c${i}`, diagnosis, Object.fromEntries(masks(arms).map((mask) => [mask, 0.5])), logits);
    });
    const results = resultsOf([cases]);
    results.config.segmentation.arms = masks(arms).map((name) => {
      const [network, label] = name.split(' on ') as ['T&G', 'MV'];
      return { network, label };
    });
    return Number(/− Baseline-Seg on MV \| \+0\.222 .*?p = (0\.\d{3})/.exec(table2(results))![1]);
  };
  expect(pOf(2)).toBeCloseTo(2 * pOf(1), 2);
});
