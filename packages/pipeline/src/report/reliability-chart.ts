import * as Plot from '@observablehq/plot';
import type { ReliabilityBin } from './calibration.js';
import { draw, type Series, unitSquare } from './charts.js';
import type { Html } from './html.js';

/** What was so by what was said: a line per mask, a larger dot where more cases are. On the diagonal a judge is calibrated. */
export function reliabilityChart(
  judge: string,
  curves: readonly (Series & { bins: readonly ReliabilityBin[] })[],
): Html {
  const place = { x: 'said', y: 'ill' } as const;
  return draw(
    `Share of the ill by the probability of illness that ${judge} gave, for ${curves.map(({ name }) => name).join(', ')}.`,
    {
      ...unitSquare(
        ['mean probability', 'share of the ill'],
        curves.flatMap(({ bins, colour, dashes }) => [
          Plot.line(bins, { ...place, stroke: colour, strokeDasharray: dashes, strokeWidth: 2 }),
          Plot.dot(bins, { ...place, r: 'cases', fill: colour, fillOpacity: 0.75 }),
        ]),
      ),
      r: {
        range: [0, 9],
        domain: [0, Math.max(...curves.flatMap(({ bins }) => bins.map((bin) => bin.cases)))],
      },
    },
  );
}
