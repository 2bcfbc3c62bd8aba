import type { Results } from '../folder/results.js';
import { explained } from './glossary.js';
import type { Html } from './html.js';
import { armsOf, distanceOf, labelsOf, meanOverCases } from './numbers.js';
import { estimateCell, type Row, signed, table } from './table.js';

const distance = (value: number) => value.toFixed(2);

/** How far the outlines of every arm are from those of each rater and fused label. Absent in runs of older versions. */
export function distanceTable(results: Results, structure: string): Html | undefined {
  const [first, ...others] = armsOf(results) as [string, ...string[]];
  const { rounds, data } = results;
  if (!rounds.some(({ cases }) => cases.some(({ hd95 }) => hd95))) return undefined;
  const arms = [first, ...others];
  const rowOf = (reference: string): Row => {
    const means = arms.map((arm) =>
      meanOverCases(results, (one) => distanceOf(one, arm, structure, reference)),
    );
    const best = Math.min(...means.map((one) => one?.value ?? Infinity));
    return {
      head: explained(reference),
      cells: [
        ...others.map((other) =>
          estimateCell(
            meanOverCases(results, (one) => {
              const [a, b] = [first, other].map((arm) => distanceOf(one, arm, structure, reference));
              return a === undefined || b === undefined ? undefined : a - b;
            }),
            signed,
          ),
        ),
        ...means.map((one) => estimateCell(one, distance, others.length > 0 && one?.value === best)),
      ],
    };
  };
  const empty = arms.flatMap((arm) => {
    const cases = rounds.reduce((sum, { empty: by }) => sum + (by[arm]?.[structure] ?? 0), 0);
    return cases ? `${cases} of ${arm}` : [];
  });
  return table(
    {
      caption: `${structure}: mean HD95 in pixels, the distance that 95 % of either outline keeps within; smaller is better, the smallest in bold. With 95 % bootstrap interval over patients. Cases in which a mask is empty have no distance${empty.length ? `: ${empty.join(', ')}` : '; no prediction is'}.`,
      file: `HD95 ${structure}`,
      columns: ['from', ...[...others.map((other) => `${first} − ${other}`), ...arms].map(explained)],
    },
    [
      { name: 'raters', rows: data.raters.map(rowOf) },
      { name: 'fused labels', rows: labelsOf(results).map(rowOf) },
    ],
  );
}
