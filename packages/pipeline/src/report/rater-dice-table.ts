import type { Results } from '../folder/results.js';
import { explained } from './glossary.js';
import type { Html } from './html.js';
import { armsOf, diceOf, meanOverCases, raterDiceOf, testCasesOf } from './numbers.js';
import { estimateCell, table } from './table.js';

/** The arms whose networks say a map for each rater. */
export const armsWithRaters = (results: Results): string[] =>
  armsOf(results).filter((arm) => testCasesOf(results).some(({ raterDice }) => raterDice?.[arm]));

/** How near what a network says of each rater is to that rater's masks, and how near its mean is. Absent where none says it. */
export function raterDiceTable(results: Results): Html | undefined {
  const { raters, structures } = results.data;
  const arms = armsWithRaters(results);
  if (!arms.length) return undefined;
  return table(
    {
      caption:
        'Soft Dice with each rater’s own masks: of the mask that the network says this rater would draw, and of its mean. Mean over test cases, with 95 % bootstrap interval over patients.',
      file: 'soft Dice by rater',
      columns: ['rater', ...arms.flatMap((arm) => [explained(arm), 'its mean'])],
    },
    structures.map((structure) => ({
      name: structure,
      rows: raters.map((rater) => ({
        head: rater,
        cells: arms.flatMap((arm) => [
          estimateCell(meanOverCases(results, (one) => raterDiceOf(one, arm, structure, rater))),
          estimateCell(meanOverCases(results, (one) => diceOf(one, arm, [structure], [rater]))),
        ]),
      })),
    })),
  );
}
