import { holm } from '@diff/metrics';
import type { Results } from 'diff-pipeline';
import {
  armsOf,
  armsWithRaters,
  aucDifference,
  aucOf,
  decimal,
  diceDifference,
  diceOf,
  type Estimate,
  interval,
  isCrossValidated,
  labelsOf,
  maskJudgesOf,
  meanOverCases,
  raterDiceOf,
  referencesOf,
  selfFusionOf,
  signed,
} from 'diff-pipeline/report';
import { markdownTable } from '../shared/markdown.js';

/** The paper's Table 2 as Markdown: soft Dice by structure, AUC by judge, the first arm compared with the others. */
export function table2(results: Results): string {
  const { config, data, rounds } = results;
  const { segmentation, diagnosis, fusion } = config;
  const pooled = isCrossValidated(results) || rounds.length === 1;
  const [{ train, test }] = rounds as [Results['rounds'][0]];
  const about =
    `${train.length + test.length} cases of ${config.data.size} × ${config.data.size}, ` +
    `${rounds.length} ${isCrossValidated(results) ? 'folds over patients' : 'rounds, each with a split by patient and networks of its own'}; ` +
    `ResNet${diagnosis.depth} of width ${diagnosis.width} (${diagnosis.epochs} epochs), segmentation of width ` +
    `${segmentation.width} (${segmentation.epochs} epochs), DF-GT by ${fusion.expertness}, ${fusion.iterations} iterations. ` +
    'In brackets: 95 % intervals.';
  const method = pooled
    ? 'DeLong’s intervals and paired test'
    : 'Student’s intervals and paired test over rounds';
  return [
    about,
    ...data.structures.flatMap((structure) => [
      `Soft Dice of the ${structure}, mean over test cases; bootstrap intervals over patients.`,
      diceTable(results, structure),
    ]),
    ...ownTables(results),
    `AUC of the diagnosis that each judge makes from image ⊕ mask; ${method}, p corrected by Holm for the comparisons by a judge.`,
    aucTable(results),
  ].join('\n\n');
}

function cell(estimate: Estimate | undefined, show = decimal): string {
  if (!estimate) return '–';
  const { value, interval: range, p } = estimate;
  const test = p === undefined ? '' : `, p ${p < 0.001 ? '< 0.001' : `= ${decimal(p)}`}`;
  return `${show(value)}${range ? ` (${interval(range)})` : ''}${test}`;
}

function diceTable(results: Results, structure: string): string {
  const [arms, references] = [armsOf(results), referencesOf(results)];
  const [first, ...others] = arms as [string, ...string[]];
  const diceWith = (mask: string, reference: string) =>
    mask === reference
      ? ''
      : cell(meanOverCases(results, (one) => diceOf(one, mask, [structure], [reference])));
  const selves = results.config.segmentation.arms.map((arm) => selfFusionOf(arm, labelsOf(results)));
  const rows = [...arms, ...labelsOf(results)].map((mask, i) => [
    mask,
    ...references.map((reference) => diceWith(mask, reference)),
    selves[i] ? diceWith(mask, selves[i]) : '',
  ]);
  const differences = others.map((other) => [
    `${first} − ${other}`,
    ...references.map((reference) =>
      cell(diceDifference(results, [first, other], [structure], [reference]), signed),
    ),
    '',
  ]);
  return markdownTable(['mask', ...references, 'its own fusion'], [...rows, ...differences]);
}

/** Of networks that say a map for each rater: how near it is to that rater's masks, beside how near their mean is. */
function ownTables(results: Results): string[] {
  const arms = armsWithRaters(results);
  if (!arms.length) return [];
  const { structures, raters } = results.data;
  const rows = structures.flatMap((structure) =>
    arms.map((arm) => [
      structures.length > 1 ? `${arm}, ${structure}` : arm,
      ...raters.map((rater) => {
        const [own, mean] = [
          meanOverCases(results, (one) => raterDiceOf(one, arm, structure, rater)),
          meanOverCases(results, (one) => diceOf(one, arm, [structure], [rater])),
        ];
        return `${cell(own)}; ${own && mean ? decimal(mean.value) : '–'}`;
      }),
    ]),
  );
  return [
    'Soft Dice of the mask that a network says a rater would draw with that rater’s mask; after a semicolon that of its mean.',
    markdownTable(['network', ...raters], rows),
  ];
}

function aucTable(results: Results): string {
  const [arms, judges] = [armsOf(results), maskJudgesOf(results)];
  const [first, ...others] = arms as [string, ...string[]];
  const rows = [...arms, ...labelsOf(results)].map((mask) => [
    mask === 'DF-GT' ? 'DF-GT (was given the diagnosis)' : mask,
    ...judges.map((judge) => cell(aucOf(results, judge, mask))),
  ]);
  const tests = judges.map((judge) =>
    corrected(others.map((other) => aucDifference(results, judge, [first, other]))),
  );
  const differences = others.map((other, i) => [
    `${first} − ${other}`,
    ...tests.map((estimates) => cell(estimates[i], signed)),
  ]);
  return markdownTable(['mask', ...judges], [...rows, ...differences]);
}

/** The same with p values corrected for how many there are. */
function corrected(estimates: readonly (Estimate | undefined)[]): (Estimate | undefined)[] {
  const values = estimates.flatMap((estimate) => estimate?.p ?? []);
  const adjusted = values.length ? holm(values) : [];
  return estimates.map((estimate) =>
    estimate?.p === undefined ? estimate : { ...estimate, p: adjusted.shift()! },
  );
}
