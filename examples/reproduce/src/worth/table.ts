import type { RaterCharacter } from '@diff/datasets';
import { markdownTable, plusMinus } from '../shared/markdown.js';
import type { WorthResult } from './cell.js';

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * A row per rater: mean expertness times the number of raters, over seeds. Below it, by how much those who know the
 * diagnosis lie above the others, and in how many seeds one of them is first.
 */
export function worthTable(
  results: readonly WorthResult[],
  raters: readonly Pick<RaterCharacter, 'name' | 'awareness' | 'insight'>[],
): string {
  const worth = (result: WorthResult, name: string) => result[name]! * raters.length;
  const rows = raters.map(({ name, awareness, insight }) => [
    name,
    String(awareness),
    String(insight),
    plusMinus(results.map((result) => worth(result, name))),
  ]);
  const aware = raters.filter(({ awareness }) => awareness > 0);
  const others = raters.filter(({ awareness }) => awareness === 0);
  const of = (result: WorthResult, group: typeof aware) => group.map(({ name }) => worth(result, name));
  const margins = results.map((result) => mean(of(result, aware)) - mean(of(result, others)));
  const firsts = results.filter((result) => Math.max(...of(result, aware)) > Math.max(...of(result, others)));
  const columns = ['rater', 'awareness', 'insight', `expertness at the border × ${raters.length}`];
  return (
    `${markdownTable(columns, rows)}\n\nThe aware above the others: ${plusMinus(margins)}; one of them is first in ` +
    `${firsts.length} of ${results.length} seeds.`
  );
}
