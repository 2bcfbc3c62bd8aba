import * as metrics from '@diff/metrics';
import { expect, test } from 'vitest';
import { textOf } from '../support/pages.js';

const page = 'docs/which-metric.md';
/** The rows of the table under a heading, each cell by the name of its column. */
function tableOf(heading: string): Record<string, string>[] {
  const section =
    textOf(page)
      .split(/^## /m)
      .find((each) => each.startsWith(`${heading}\n`)) ?? '';
  const [head, , ...rows] = section.split('\n').filter((line) => line.startsWith('|'));
  const cells = (line: string) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim());
  return rows.map((row) => Object.fromEntries(cells(row).map((cell, i) => [cells(head!)[i]!, cell])));
}

/** What a metric gives, in the words of the page. */
function answer(run: () => unknown): string {
  try {
    const value = run();
    if (typeof value === 'number') return String(Object.is(value, -0) ? 0 : value).replace('-', '−');
    return JSON.stringify(value);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return 'error';
  }
}

type Two = (prediction: number[], reference: number[], options?: object) => unknown;
const shape = [1, 4];
const [some, none] = [
  [0, 1, 1, 0],
  [0, 0, 0, 0],
];
const placed =
  (metric: unknown, more: object = {}): Two =>
  (p, r, options) =>
    (metric as Two)(p, r, { shape, ...more, ...options });
const masks: Record<string, Two> = {
  dice: metrics.dice,
  jaccard: metrics.jaccard,
  softDice: metrics.softDice,
  probabilisticDice: metrics.probabilisticDice,
  sensitivity: metrics.sensitivity,
  precision: metrics.precision,
  specificity: metrics.specificity,
  volumeSimilarity: metrics.volumeSimilarity,
  relativeVolumeDifference: metrics.relativeVolumeDifference,
  hausdorff95: placed(metrics.hausdorff95),
  hausdorff: placed(metrics.hausdorff),
  averageSurfaceDistance: placed(metrics.averageSurfaceDistance),
  surfaceDice: placed(metrics.surfaceDice, { tolerance: 1 }),
  areaSurfaceDice: placed(metrics.areaSurfaceDice, { tolerance: 1 }),
  boundaryIou: placed(metrics.boundaryIou, { distance: 1 }),
  clDice: placed(metrics.clDice),
  instanceScores: (p, r, options) => metrics.instanceScores(p, r, { shape, ...options }).panopticQuality,
};

const namesIn = (cell: string) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name!);

test('empty masks give what the page says', () => {
  const rows = tableOf('A predicted mask against a reference');
  expect(rows.map(({ metric }) => namesIn(metric!)[0]).sort()).toEqual(Object.keys(masks).sort());
  const columns = { both: 'both masks empty', prediction: 'prediction empty', reference: 'reference empty' };
  for (const row of rows) {
    const [name] = namesIn(row.metric!) as [string];
    const metric = masks[name]!;
    const given = (options?: object) => ({
      both: answer(() => metric(none, none, options)),
      prediction: answer(() => metric(none, some, options)),
      reference: answer(() => metric(some, none, options)),
    });
    const said = {
      both: row[columns.both],
      prediction: row[columns.prediction],
      reference: row[columns.reference],
    };
    expect(given(), name).toEqual(said);
    for (const option of namesIn(row['another value by']!)) {
      const own = (cell: string, both: boolean) =>
        option === 'bothEmpty' ? both : option === 'oneEmpty' ? !both : both || cell === 'error';
      const expected = Object.entries(said).map(([which, cell]) => [
        which,
        own(cell!, which === 'both') ? '0.25' : cell,
      ]);
      expect(given({ [option]: 0.25 }), `${name}, ${option}`).toEqual(Object.fromEntries(expected));
    }
  }
});

test('sets of empty masks give what the page says', () => {
  type Sets = (predictions: number[][], references: number[][], options?: object) => unknown;
  const mean = (set: number[][]) =>
    set[0]!.map((_, i) => set.reduce((sum, mask) => sum + mask[i]!, 0) / set.length);
  const sets: Record<string, Sets> = {
    softDice: (p, r, options) => metrics.softDice(mean(p), mean(r), options),
    generalizedEnergyDistance: metrics.generalizedEnergyDistance,
    diceMax: (p, r, options) => metrics.diceMax(p, r, options).mean,
    diceMatch: metrics.diceMatch,
    hungarianIou: metrics.hungarianIou,
  };
  const rows = tableOf('Predictions against several raters');
  expect(rows.map(({ metric }) => namesIn(metric!)[0]).sort()).toEqual(Object.keys(sets).sort());
  const [somes, nones] = [
    [some, some],
    [none, none],
  ];
  for (const row of rows) {
    const [name] = namesIn(row.metric!) as [string];
    expect(
      answer(() => sets[name]!(nones, nones)),
      name,
    ).toBe(row['all masks empty']);
    expect(
      answer(() => sets[name]!(nones, somes)),
      name,
    ).toBe(row['all predictions empty']);
    if (name === 'generalizedEnergyDistance') {
      expect(answer(() => sets[name]!(nones, nones, { bothEmpty: 1 }))).toBe(row['all masks empty']);
      const [plain, apart] = [{}, { bothEmpty: 1 }].map((options) =>
        sets[name]!([some, none], nones, options),
      );
      expect(apart).not.toBe(plain);
      continue;
    }
    const [option] = namesIn(row['another value by']!) as [string];
    expect(
      answer(() => sets[name]!(nones, nones, { [option]: 0.25 })),
      name,
    ).not.toBe(row['all masks empty']);
  }
});

test('one category and missing ratings give what the page says', () => {
  type Rated = (ratings: (number | null)[][]) => unknown;
  const raters: Record<string, Rated> = {
    cohenKappa: ([a, b]) => metrics.cohenKappa(a as number[], b as number[]),
    fleissKappa: metrics.fleissKappa,
    krippendorffAlpha: (ratings) => metrics.krippendorffAlpha(ratings),
    gwetAc: (ratings) => metrics.gwetAc(ratings),
    icc: (ratings) => metrics.icc(ratings as number[][], { form: '2,1' }),
    pairwiseDice: (ratings) => metrics.pairwiseDice(ratings as number[][])[0]![1],
    entropy: (ratings) => Math.max(...metrics.entropy(ratings as number[][])),
    variance: (ratings) => Math.max(...metrics.variance(ratings as number[][])),
  };
  const rows = tableOf('Raters among themselves');
  expect(rows.map(({ metric }) => namesIn(metric!)[0]).sort()).toEqual(Object.keys(raters).sort());
  const without = (missing: unknown) =>
    [
      [1, 0, 1, 0, 1, missing],
      [1, 0, 0, 0, 1, 1],
      [1, 1, 1, 0, 1, 0],
    ] as number[][];
  for (const row of rows) {
    const [name] = namesIn(row.metric!) as [string];
    const metric = raters[name]!;
    expect(
      answer(() => metric([none, none, none])),
      name,
    ).toBe(row['only one category']);
    const [ofNaN, ofNull] = [Number.NaN, null].map((missing) => {
      try {
        return metric(without(missing));
      } catch (error) {
        expect(String(error)).toContain('expected');
        return 'error';
      }
    });
    expect(ofNull, name).toBe(ofNaN);
    if (row['a rating is missing (`NaN`, `null`)'] === 'error') expect(ofNaN, name).toBe('error');
    else {
      expect(row['a rating is missing (`NaN`, `null`)']).toBe('left out');
      expect(Number.isFinite(ofNaN), name).toBe(true);
      expect(ofNaN, name).not.toBe(metric(without(0)));
      expect(ofNaN, name).not.toBe(metric(without(1)));
    }
  }
});

test('one class and ties give what the page says', () => {
  type Scored = (labels: number[], scores: number[]) => unknown;
  const scored: Record<string, Scored> = {
    rocAuc: metrics.rocAuc,
    delong: (labels, scores) => metrics.delong(labels, scores).auc,
    partialAuc: (labels, scores) => metrics.partialAuc(labels, scores, { maximum: 0.2 }).standardized,
    weightedAuc: (labels, scores) => metrics.weightedAuc(labels, scores, [1, 2, 2, 1]),
    averagePrecision: metrics.averagePrecision,
    delongTest: (labels, scores) => metrics.delongTest(labels, scores, [0.1, 0.4, 0.4, 0.1]).difference,
    brier: metrics.brier,
    expectedCalibrationError: metrics.expectedCalibrationError,
  };
  const rows = tableOf('Scores of a diagnosis').filter(({ metric }) => !metric!.includes('crps'));
  expect(rows.map(({ metric }) => namesIn(metric!)[0]).sort()).toEqual(Object.keys(scored).sort());
  for (const row of rows) {
    const [name] = namesIn(row.metric!) as [string];
    const oneClass = answer(() => scored[name]!([1, 1, 1, 1], [0.1, 0.2, 0.9, 0.4]));
    if (row['one class only'] === 'defined') expect(Number(oneClass), name).toBeGreaterThan(0);
    else expect(oneClass, name).toBe(row['one class only']);
    const tied = answer(() => scored[name]!([0, 1, 0, 1], [0.5, 0.5, 0.5, 0.5]));
    expect(tied, name).toBe(row['all scores tied, half of them positive']);
  }
});
