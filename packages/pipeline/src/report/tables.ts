import type { Results } from '../folder/results.js';
import { type Content, type Html, html } from './html.js';
import {
  armsOf,
  aucDifference,
  aucOf,
  diceDifference,
  diceOf,
  isCrossValidated,
  judgesOf,
  labelsOf,
  learnedWeights,
  meanOverCases,
  referencesOf,
  worthAtBorder,
} from './numbers.js';
import { decimal, estimateCell, type Row, signed, table } from './table.js';

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
          cells: ofArms[i]!.map((one, k) =>
            estimateCell(one, decimal, arms.length > 1 && one?.value === best[k]),
          ),
        })),
      },
      {
        name: 'difference, paired by case',
        rows: others.map((other) => ({
          head: `${first} − ${other}`,
          cells: references.map((reference) =>
            estimateCell(diceDifference(results, [first!, other], [structure], [reference]), signed),
          ),
        })),
      },
      {
        name: 'fused from the raters’ masks, for comparison',
        rows: labelsOf(results).map((head) => ({
          head,
          cells: estimates(head).map((one) => estimateCell(one)),
        })),
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
    cells: judges.map((judge) => estimateCell(aucOf(results, judge, mask))),
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
          cells: judges.map((judge) => estimateCell(aucDifference(results, judge, [first!, other]), signed)),
        })),
      },
      {
        name: 'fused from the raters’ masks, without a look at the diagnosis',
        rows: [
          ...labelsOf(results)
            .filter((label) => label !== 'DF-GT')
            .map((label) => rowOf(label)),
          {
            head: 'Shared − MV',
            cells: judges.map((judge) =>
              estimateCell(aucDifference(results, judge, ['Shared', 'MV']), signed),
            ),
          },
        ],
      },
      { name: 'has seen the diagnosis: not comparable', rows: [rowOf('DF-GT')] },
    ],
  );
}

/** What was learned about the raters from the training cases. */
export function weightsTable(results: Results): Html {
  const over = results.rounds.length > 1 ? 'over rounds' : 'over resamples of the training patients';
  return table(
    {
      caption: `Weights of the shared expertness, with 95 % intervals ${over}; an equal share is ${decimal(1 / results.data.raters.length)}.`,
      columns: ['rater', 'weight'],
    },
    [
      {
        rows: learnedWeights(results).map(({ rater, estimate }) => ({
          head: rater,
          cells: [estimateCell(estimate)],
        })),
      },
    ],
  );
}

/** What networks that fuse learned of each rater, the mean over rounds. */
export function skillsTable({ rounds, data }: Results): Html {
  const measures = ['sensitivity', 'specificity', 'expertness'] as const;
  const labels = [...new Set(rounds.flatMap(({ skills = {} }) => Object.keys(skills)))];
  const rowsOf = (label: string, structure: string): Row[] =>
    data.raters.map((rater) => {
      const own = rounds.flatMap(({ skills }) =>
        (skills?.[label] ?? []).filter((one) => one.rater === rater && one.structure === structure),
      );
      const mean = (name: (typeof measures)[number]) =>
        own.reduce((sum, one) => sum + one[name] / own.length, 0);
      return { head: rater, cells: measures.map((name) => html`<td>${decimal(mean(name))}</td>`) };
    });
  return table(
    { caption: 'Skill of the raters as networks that fuse learned it.', columns: ['rater', ...measures] },
    labels.flatMap((label) =>
      data.structures.map((structure) => ({
        name: `${structure}, ${label}`,
        rows: rowsOf(label, structure),
      })),
    ),
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
            estimateCell(rows.find((row) => row.rater === rater && row.diagnosis === diagnosis)?.estimate),
          ),
        })),
      },
    ],
  );
}
