import type { Results } from '../results.js';
import { type Content, type Html, html } from './html.js';
import {
  armsOf,
  auc,
  aucDifference,
  diceDifference,
  diceOf,
  isCrossValidated,
  judgesOf,
  labels,
  meanOverCases,
  referencesOf,
  worthAtBorder,
} from './numbers.js';
import type { Estimate } from './student.js';
import { decimal, interval, probability, signed } from './words.js';

export interface Row {
  head: Content;
  cells: readonly Content[];
}

/** A table in a box that scrolls where the page is narrow. Groups of rows have a name of their own. */
export function table(
  {
    caption,
    columns,
    className = 'numbers',
  }: { caption: string; columns: readonly Content[]; className?: string },
  groups: readonly { name?: string; rows: readonly Row[] }[],
): Html {
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${caption}"><table class="${className}"><caption>${caption}</caption>
<thead><tr>${columns.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
${groups
  .filter(({ rows }) => rows.length)
  .map(
    ({
      name,
      rows,
    }) => html`<tbody>${name && html`<tr class="group"><th scope="rowgroup" colspan="${columns.length}">${name}</th></tr>`}
${rows.map(({ head, cells }) => html`<tr><th scope="row">${head}</th>${cells}</tr>`)}</tbody>`,
  )}</table></div>`;
}

function cell(estimate: Estimate | undefined, show: (value: number) => string = decimal, best = false): Html {
  if (!estimate) return html`<td>–</td>`;
  const { value, interval: range, p } = estimate;
  return html`<td${best && html` class="best"`}>${show(value)}${range && html`<small>${interval(range)}</small>`}${p !== undefined && html`<small>p ${p < 0.001 ? '' : '= '}${probability(p)}</small>`}</td>`;
}

/** The paper's Table 2 for one structure: soft Dice of every arm against each rater and fused label. */
export function diceTable(results: Results, structure: string): Html {
  const [arms, references] = [armsOf(results), referencesOf(results)];
  const [first, ...others] = arms;
  const estimates = (mask: string) =>
    references.map((reference) =>
      mask === reference
        ? undefined
        : meanOverCases(results, (one) => diceOf(one, mask, [structure], [reference])),
    );
  const ofArms = arms.map(estimates);
  const best = references.map((_, k) => Math.max(...ofArms.map((row) => row[k]?.value ?? -1)));
  return table(
    {
      caption: `${structure}: mean soft Dice over test cases, with 95 % bootstrap interval over patients. Highest of the networks in bold.`,
      columns: ['mask', ...references],
    },
    [
      {
        name: 'predicted from the image alone',
        rows: arms.map((head, i) => ({
          head,
          cells: ofArms[i]!.map((one, k) => cell(one, decimal, arms.length > 1 && one?.value === best[k])),
        })),
      },
      {
        name: 'difference, paired by case',
        rows: others.map((other) => ({
          head: `${first} − ${other}`,
          cells: references.map((reference) =>
            cell(diceDifference(results, [first!, other], [structure], [reference]), signed),
          ),
        })),
      },
      {
        name: 'fused from the raters’ masks, for comparison',
        rows: labels.map((head) => ({ head, cells: estimates(head).map((one) => cell(one)) })),
      },
    ],
  );
}

/** AUC by judge and mask, and the first arm compared with each other one. */
export function aucTable(results: Results): Html {
  const [arms, judges] = [armsOf(results), judgesOf(results)];
  const [first, ...others] = arms;
  const pooled = isCrossValidated(results) || results.rounds.length === 1;
  const method = pooled
    ? `DeLong interval${isCrossValidated(results) ? ', cases of all folds pooled' : ''}`
    : `Student interval over ${results.rounds.length} rounds, mean of the rounds’ AUCs`;
  const rowOf = (mask: string, head: Content = mask): Row => ({
    head,
    cells: judges.map((judge) => cell(auc(results, judge, mask))),
  });
  return table(
    {
      caption: `AUC of the diagnosis made from image and mask, by judge. 95 % ${method}.`,
      columns: ['mask', ...judges],
    },
    [
      { name: 'predicted from the image alone', rows: arms.map((arm) => rowOf(arm)) },
      {
        name: `difference, ${pooled ? 'DeLong’s paired test' : 'paired by round'}`,
        rows: others.map((other) => ({
          head: `${first} − ${other}`,
          cells: judges.map((judge) => cell(aucDifference(results, judge, [first!, other]), signed)),
        })),
      },
      { name: 'fused from the raters’ masks', rows: [rowOf('MV'), rowOf('STAPLE')] },
      { name: 'has seen the diagnosis: not comparable', rows: [rowOf('DF-GT')] },
    ],
  );
}

export function worthTable(results: Results): Html {
  const rows = worthAtBorder(results);
  return table(
    {
      caption: 'Mean expertness at the border, with 95 % intervals.',
      columns: ['rater', 'all', 'diagnosis 0', 'diagnosis 1'],
    },
    [
      {
        rows: results.data.raters.map((rater) => ({
          head: rater,
          cells: (['all', 0, 1] as const).map((diagnosis) =>
            cell(rows.find((row) => row.rater === rater && row.diagnosis === diagnosis)?.estimate),
          ),
        })),
      },
    ],
  );
}
