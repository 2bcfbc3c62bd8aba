import { type PhantomKind, raterCharacters } from '@diff/datasets';
import { type DelongTestResult, delongTest, meanInterval, rocAuc } from '@diff/metrics';
import { markdownTable, plusMinus } from '../shared/markdown.js';
import type { TrustResult } from './cell.js';

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const signed = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;

/** A table of every arm beside the mean vote, and one of the weights. */
export function trustTables(task: PhantomKind, results: readonly TrustResult[]): string {
  const arms = Object.keys(results[0]!.logits);
  const rows = arms.map((arm) => {
    const aucs = results.map(({ labels, logits }) => rocAuc(labels, logits[arm]!));
    if (arm === 'mean vote') return [arm, plusMinus(aucs), '', '', ''];
    const gains = results.map(({ labels, logits }) => delongTest(labels, logits[arm]!, logits['mean vote']!));
    const over = gains.filter(({ interval }) => interval[0] > 0).length;
    const under = gains.filter(({ interval }) => interval[1] < 0).length;
    return [
      arm,
      plusMinus(aucs),
      difference(gains),
      `${over} / ${under} of ${results.length}`,
      first(task, arm, results),
    ];
  });
  const columns = ['fused by', 'AUC', 'less the mean vote’s', 'seeds above / below it', 'aware rater first'];
  const raters = raterCharacters[task];
  const weighed = arms.filter(
    (arm) => results.every(({ weights }) => weights[arm]) && !arm.startsWith('best rater'),
  );
  const weights = weighed.map((arm) => [
    arm,
    ...raters.map(({ name }) => mean(results.map((one) => one.weights[arm]![name] ?? 0)).toFixed(2)),
  ]);
  const names = raters.map(({ name, awareness }) => (awareness > 0 ? `**${name}**` : name));
  return [
    `### ${task}`,
    markdownTable(columns, rows),
    'Mean weights (raters whose hand knows the record in bold):',
    markdownTable(['', ...names], weights),
  ].join('\n\n');
}

/** Mean and Student's 95 % interval over seeds, `+0.068 [+0.055, +0.085]`; of one seed, DeLong's. */
function difference(gains: readonly DelongTestResult[]): string {
  const [{ difference: only, interval }] = gains as [DelongTestResult];
  if (gains.length === 1) return `${signed(only)} [${interval.map(signed).join(', ')}]`;
  const { mean: centre, margin } = meanInterval(gains.map((gain) => gain.difference));
  return `${signed(centre)} [${signed(centre - margin)}, ${signed(centre + margin)}]`;
}

/** In how many seeds the heaviest rater is one who knows the record. */
function first(task: PhantomKind, arm: string, results: readonly TrustResult[]): string {
  const aware = raterCharacters[task].filter(({ awareness }) => awareness > 0).map(({ name }) => name);
  if (!results.every(({ weights }) => weights[arm])) return '';
  const firsts = results.filter(({ weights }) => {
    const [heaviest] = Object.entries(weights[arm]!).sort((a, b) => b[1] - a[1])[0]!;
    return aware.includes(heaviest);
  });
  return `${firsts.length} of ${results.length}`;
}
