import { bootstrap, delong, delongTest } from '@diff/metrics';
import { armName } from '../config/schema.js';
import type { CaseResult, Results } from '../folder/results.js';
import { learnedWeights } from '../report/numbers.js';
import { headline } from '../report/words.js';
import { BASELINE } from '../steps/networks.js';
import { textTable } from '../terminal/text-table.js';

/**
 * The run in a few lines: what whom to trust brought to new cases, soft Dice of every arm and of the mean vote against DF-GT and MV, AUC of Baseline-Dia on
 * image ⊕ mask, each with a 95 % interval (bootstrap over cases; DeLong), and DeLong's test of the first arm against the
 * others, and at the end what was learned about the raters. A case that several rounds tested counts once, with the mean of
 * its rounds.
 */
export function summary(results: Results): string {
  const { config, data, rounds, provenance, warnings } = results;
  const arms = config.segmentation.arms.map(armName);
  const cases = [...byId(rounds.flatMap((round) => round.cases)).values()];
  const labels = cases.map(([one]) => one!.diagnosis);
  const logits = (mask: string) => cases.map((each) => mean(each.map((one) => one.logits[BASELINE]![mask]!)));
  const dice = (mask: string, structure: string, reference: string) => {
    const values = cases.map((each) => mean(each.map((one) => one.softDice[mask]![structure]![reference]!)));
    const { estimate, interval } = bootstrap([values], mean);
    return withInterval(estimate, interval);
  };

  const references = ['DF-GT', 'MV'].flatMap((reference) =>
    data.structures.map((structure) => ({ reference, structure })),
  );
  const header = [
    'mask',
    ...references.map(({ reference, structure }) => `${structure}, ${reference}`),
    'AUC',
  ];
  const rows = [...arms, 'MV'].map((mask) => {
    const { auc, interval } = delong(labels, logits(mask));
    const scores = references.map(({ reference, structure }) =>
      mask === reference ? '' : dice(mask, structure, reference),
    );
    return [mask, ...scores, withInterval(auc, interval)];
  });
  const [first, ...others] = arms as [string, ...string[]];
  const tests = [...others, 'MV'].map((other) => {
    const { difference, interval, p } = delongTest(labels, logits(first), logits(other));
    const value = p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(3)}`;
    return `AUC of ${first} less that of ${other}: ${withInterval(difference, interval)}, ${value} (DeLong).`;
  });
  const found = headline(results);
  const left = data.skipped.length;
  const trained = rounds.map(({ train }) => train.length);
  const validated = rounds.map(({ validation }) => validation.length);
  return [
    ...warnings.map((text) => `WARNING: ${text}.`),
    ...(warnings.length ? [''] : []),
    ...(found ? [found, ''] : []),
    `${cases.length} test cases, ${labels.filter(Boolean).length} of them ill; trained on ${range(trained)}${validated[0] ? `, validated on ${range(validated)},` : ''} in ${rounds.length === 1 ? 'one round' : `${rounds.length} rounds`}; ${provenance.engine.name}.`,
    'Soft Dice against DF-GT and the mean vote, and AUC of Baseline-Dia on image and mask, with 95 % intervals:',
    '',
    textTable(header, rows),
    '',
    ...tests,
    ...raterLines(results),
    ...(left ? [`${left} ${left === 1 ? 'case was' : 'cases were'} left out; the report says why.`] : []),
  ].join('\n');
}

/** What was learned about the raters. */
function raterLines(results: Results): string[] {
  const learned = learnedWeights(results);
  if (!learned.length) return [];
  const rows = learned.map(({ rater, estimate: { value, interval } }) => [
    rater,
    interval ? withInterval(value, interval) : value.toFixed(3),
  ]);
  const equal = (1 / learned.length).toFixed(3);
  return [
    '',
    'What was learned about the raters: how much each outline counts in new cases, with 95 % intervals. It measures what',
    `outlines tell of the diagnosis, not how accurate they are; an equal share is ${equal}.`,
    '',
    textTable(['rater', 'weight'], rows),
  ];
}

function byId(cases: readonly CaseResult[]): Map<string, CaseResult[]> {
  const groups = new Map<string, CaseResult[]>();
  for (const one of cases) groups.set(one.id, [...(groups.get(one.id) ?? []), one]);
  return groups;
}

const mean = (values: ArrayLike<number>) =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

const withInterval = (value: number, interval: readonly number[]) =>
  `${value.toFixed(3)} [${interval.map((end) => end.toFixed(3)).join(', ')}]`;

function range(counts: readonly number[]): string {
  const [low, high] = [Math.min(...counts), Math.max(...counts)];
  return low === high ? `${low}` : `${low} to ${high}`;
}
