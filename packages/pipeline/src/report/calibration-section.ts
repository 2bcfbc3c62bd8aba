import type { Results } from '../folder/results.js';
import { BINS, calibrationError, reliability } from './calibration.js';
import { figure, legend, NO_MASK, seriesOf } from './charts.js';
import { explained } from './glossary.js';
import { type Html, html } from './html.js';
import { armsOf, imageJudge, labelsOf, maskJudgesOf } from './numbers.js';
import { reliabilityChart } from './reliability-chart.js';
import { estimateCell, table } from './table.js';

/** Whether the probabilities of the judges mean what they say. */
export function calibrationSection(results: Results): Html {
  const alone = imageJudge(results);
  const series = seriesOf([...armsOf(results), 'MV', ...(alone === undefined ? [] : [NO_MASK])]);
  const charts = maskJudgesOf(results).map((judge) => {
    const curves = series.map((one) => ({
      ...one,
      bins: one.name === NO_MASK ? reliability(results, alone!, 'MV') : reliability(results, judge, one.name),
    }));
    return figure(judge, reliabilityChart(judge, curves));
  });
  return html`<p>Whether a probability can be taken at its word: of the cases that a judge calls ill with a probability of 0.7, are seven of ten ill? On the diagonal they are; larger dots stand for more cases. Judges learn from both diagnoses as often, so that their probabilities are too high where fewer than half of the patients are ill.</p>
${legend(series)}
<div class="charts">${charts}</div>
${calibrationTable(results)}`;
}

/** What a diagnosis is made from: every mask that has not seen it. */
const calibratedMasks = (results: Results): string[] => [
  ...armsOf(results),
  ...labelsOf(results).filter((label) => label !== 'DF-GT'),
];

function calibrationTable(results: Results): Html {
  const [judges, alone] = [maskJudgesOf(results), imageJudge(results)];
  return table(
    {
      caption: `Expected calibration error of the diagnosis made from image and mask, by judge: how far probabilities are from the share of the ill, on average over ${BINS} bins. 0 is best; of few cases it is above 0 even where a judge is calibrated. 95 % intervals.`,
      file: 'calibration',
      columns: ['mask', ...judges.map(explained)],
    },
    [
      {
        rows: calibratedMasks(results).map((mask) => ({
          head: explained(mask),
          cells: judges.map((judge) => estimateCell(calibrationError(results, judge, mask))),
        })),
      },
      {
        name: 'from the image alone',
        rows:
          alone === undefined
            ? []
            : [
                {
                  head: explained(alone),
                  cells: judges.map(() => estimateCell(calibrationError(results, alone, 'MV'))),
                },
              ],
      },
    ],
  );
}
