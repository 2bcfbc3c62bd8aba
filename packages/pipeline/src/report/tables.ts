import { SPECIFICITIES } from '../config/schema.js';
import type { Results } from '../folder/results.js';
import { explained } from './glossary.js';
import type { Html } from './html.js';
import {
  armsOf,
  aucDifference,
  aucOf,
  diceDifference,
  diceOf,
  gainOverImage,
  imageJudge,
  isCrossValidated,
  labelsOf,
  learnedWeights,
  maskJudgesOf,
  meanOverCases,
  sensitivityAt,
  worthAtBorder,
} from './numbers.js';
import { decimal, estimateCell, type Row, signed, table } from './table.js';

/**
 * The paper's Table 2 for one structure, turned, so that it is read on any width: soft Dice of every arm against each rater and
 * fused label, what the arms differ by first.
 */
export function diceTable(results: Results, structure: string): Html {
  const [arms, labels] = [armsOf(results), labelsOf(results)];
  const [first, ...others] = arms;
  const estimate = (mask: string, reference: string) =>
    mask === reference
      ? undefined
      : meanOverCases(results, (one) => diceOf(one, mask, [structure], [reference]));
  const rowOf = (reference: string): Row => {
    const ofArms = arms.map((arm) => estimate(arm, reference));
    const best = Math.max(...ofArms.map((one) => one?.value ?? -1));
    return {
      head: explained(reference),
      cells: [
        ...others.map((other) =>
          estimateCell(diceDifference(results, [first!, other], [structure], [reference]), signed),
        ),
        ...ofArms.map((one) => estimateCell(one, decimal, arms.length > 1 && one?.value === best)),
        ...labels.map((label) => estimateCell(estimate(label, reference))),
      ],
    };
  };
  return table(
    {
      caption: `${structure}: mean soft Dice over test cases, with 95 % bootstrap interval over patients. Highest of the networks in bold.`,
      file: `soft Dice ${structure}`,
      columns: [
        'with',
        ...others.map((other) => explained(`${first} − ${other}`)),
        ...[...arms, ...labels].map(explained),
      ],
      over: [
        { name: '', span: 1 },
        { name: 'difference, paired by case', span: others.length },
        { name: 'predicted from the image alone', span: arms.length },
        { name: 'fused from the raters’ masks, for comparison', span: labels.length },
      ].filter(({ span }) => span > 0),
    },
    [
      { name: 'raters', rows: results.data.raters.map(rowOf) },
      { name: 'fused labels', rows: labels.map(rowOf) },
    ],
  );
}

/** AUC by judge and mask, the first arm compared with each other one, and masks with the image alone. */
export function aucTable(results: Results): Html {
  const [arms, judges, alone] = [armsOf(results), maskJudgesOf(results), imageJudge(results)];
  const [first, ...others] = arms;
  const pooled = isCrossValidated(results) || results.rounds.length === 1;
  const method = pooled
    ? `DeLong interval${isCrossValidated(results) ? ', cases of all folds pooled' : ''}`
    : `Student interval over ${results.rounds.length} rounds, mean of the rounds’ AUCs`;
  const rowOf = (mask: string): Row => ({
    head: explained(mask),
    cells: judges.map((judge) => estimateCell(aucOf(results, judge, mask))),
  });
  const gainOf = (mask: string): Row => ({
    head: [explained(mask), ' − no mask'],
    cells: judges.map((judge) => estimateCell(gainOverImage(results, judge, mask), signed)),
  });
  const withoutMask: Row = {
    head: ['no mask: ', explained(alone ?? '')],
    cells: judges.map(() => estimateCell(alone === undefined ? undefined : aucOf(results, alone, 'MV'))),
  };
  return table(
    {
      caption: `AUC of the diagnosis made from image and mask, by judge. 95 % ${method}.`,
      file: 'AUC',
      columns: ['mask', ...judges.map(explained)],
    },
    [
      { name: 'predicted from the image alone', rows: arms.map((arm) => rowOf(arm)) },
      {
        name: `difference, ${pooled ? 'DeLong’s paired test' : 'paired by round'}`,
        rows: others.map((other) => ({
          head: explained(`${first} − ${other}`),
          cells: judges.map((judge) => estimateCell(aucDifference(results, judge, [first!, other]), signed)),
        })),
      },
      {
        name: 'does a mask help? The image without one, and how much more image and mask tell',
        rows: alone === undefined ? [] : [withoutMask, ...[...arms, 'MV'].map(gainOf)],
      },
      {
        name: 'fused from the raters’ masks, without a look at the diagnosis',
        rows: [
          ...labelsOf(results)
            .filter((label) => label !== 'DF-GT')
            .map((label) => rowOf(label)),
          {
            head: explained('Shared − MV'),
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

/** What of the ill is found, where as many of the healthy as a column says are left alone. */
export function operatingTable(results: Results): Html {
  const [arms, labels] = [armsOf(results), labelsOf(results).filter((label) => label !== 'DF-GT')];
  const alone = imageJudge(results);
  // Runs of older versions say nothing of it.
  const { specificities = SPECIFICITIES } = results.config.report;
  const rowOf = (judge: string, mask: string, head = explained(mask)): Row => ({
    head,
    cells: specificities.map((one) => estimateCell(sensitivityAt(results, judge, mask, one))),
  });
  return table(
    {
      caption:
        'Sensitivity of the diagnosis made from image and mask, at the lowest threshold with at least this specificity on these same cases. 95 % intervals.',
      file: 'operating points',
      columns: ['mask', ...specificities.map((one) => `specificity ${one.toFixed(2)}`)],
    },
    [
      ...maskJudgesOf(results).map((judge) => ({
        name: `by ${judge}`,
        rows: [...arms, ...labels].map((mask) => rowOf(judge, mask)),
      })),
      {
        name: 'from the image alone',
        rows: alone === undefined ? [] : [rowOf(alone, 'MV', explained(alone))],
      },
    ],
  );
}

/** What was learned about the raters from the training cases. */
export function weightsTable(results: Results): Html {
  const over = results.rounds.length > 1 ? 'over rounds' : 'over resamples of the training patients';
  return table(
    {
      caption: `Weights of the shared expertness, with 95 % intervals ${over}; an equal share is ${decimal(1 / results.data.raters.length)}.`,
      file: 'weights of the raters',
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
      return {
        head: rater,
        cells: measures.map((name) => estimateCell({ value: mean(name), of: own.length })),
      };
    });
  return table(
    {
      caption: 'Skill of the raters as networks that fuse learned it.',
      file: 'skill of the raters',
      columns: ['rater', ...measures],
    },
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
      file: 'expertness at the border',
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
