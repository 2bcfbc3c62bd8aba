import * as Plot from '@observablehq/plot';
import type { ReliabilityBin } from './calibration.js';
import { draw, type Series, WIDTH } from './charts.js';
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
      height: WIDTH,
      marginLeft: 44,
      marginBottom: 40,
      marginRight: 12,
      x: { domain: [0, 1], label: 'mean probability', ticks: 5, labelAnchor: 'center' },
      y: { domain: [0, 1], label: 'share of the ill', ticks: 5 },
      r: {
        range: [0, 9],
        domain: [0, Math.max(...curves.flatMap(({ bins }) => bins.map((bin) => bin.cases)))],
      },
      marks: [
        Plot.gridX({ ticks: 5 }),
        Plot.gridY({ ticks: 5 }),
        Plot.line(
          [
            [0, 0],
            [1, 1],
          ],
          { stroke: 'currentColor', strokeOpacity: 0.4 },
        ),
        ...curves.flatMap(({ bins, colour, dashes }) => [
          Plot.line(bins, { ...place, stroke: colour, strokeDasharray: dashes, strokeWidth: 2 }),
          Plot.dot(bins, { ...place, r: 'cases', fill: colour, fillOpacity: 0.75 }),
        ]),
      ],
    },
  );
}
