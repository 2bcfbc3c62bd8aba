import { type Swept, sweep } from '@diff/checks/testing';
import { describe, expect, it } from 'vitest';
import * as metrics from './index.js';

const mask = [0, 1, 1, 0, 1, 1, 0, 0];
const other = [0, 1, 0, 0, 1, 1, 1, 0];
const soft = [0, 0.25, 0.75, 0, 1, 0.5, 0, 0.125];
const map = [0, 1, 2, 0, 1, 1, 2, 0];
const labels = [0, 1, 1, 0, 1, 0, 0, 1];
const scores = [0.1, 0.4, 0.35, 0.2, 0.8, 0.7, 0.5, 0.9];
const shape = [2, 4];
const spacing = [1, 0.5];
const geometry = { shape, spacing };
const ratings = [
  [1, 2, 3, 3, 2, 1, 4, 1],
  [1, 2, 3, 3, 2, 2, 4, 1],
];
const overlap = { threshold: 0.5, empty: 1 };
const surface = { ...geometry, threshold: 0.5, bothEmpty: 0, oneEmpty: 9 };

type Case = Omit<Swept, 'name' | 'run'> & { name?: string; run?: Swept['run'] };
/** `empty` and its like are returned as they are, NaN too. */
const returned = (place: string, hostile: string) => /mpty$/.test(place) && hostile === 'NaN';

const pair = { prediction: mask, reference: other };
const onMaps = { prediction: map, reference: [...map].reverse() };
const required = (...names: string[]) => [...names, 'options', 'options.shape'];

/** Right arguments for every public function, with every option that it has. */
const cases: Record<string, Case[]> = {
  ...Object.fromEntries(
    [
      'dice',
      'jaccard',
      'sensitivity',
      'specificity',
      'precision',
      'volumeSimilarity',
      'relativeVolumeDifference',
    ].map((name): [string, Case[]] => [
      name,
      [
        { args: { ...pair, options: overlap }, documented: returned },
        { args: { ...onMaps, options: { labels: [0, 1, 2], empty: 1 } }, documented: returned },
      ],
    ]),
  ),
  confusion: [
    { args: { ...pair, options: { threshold: 0.5 } } },
    { args: { ...onMaps, options: { labels: [1, 2] } } },
  ],
  softDice: [
    {
      args: { prediction: soft, reference: mask, options: { thresholds: [0.25, 0.5], empty: 1 } },
      documented: returned,
    },
  ],
  softDiceProfile: [
    {
      args: { prediction: soft, reference: mask, options: { thresholds: [0.25, 0.5], empty: 1 } },
      documented: returned,
    },
  ],
  probabilisticDice: [
    { args: { prediction: soft, reference: mask, options: { empty: 1 } }, documented: returned },
  ],
  ...Object.fromEntries(
    [
      ['hausdorff', { percentile: 90 }],
      ['hausdorff95', {}],
      ['averageSurfaceDistance', {}],
      ['surfaceDice', { tolerance: 1 }],
      ['areaSurfaceDice', { tolerance: 1 }],
      ['boundaryIou', { distance: 1 }],
      ['clDice', {}],
    ].map(([name, more]): [string, Case[]] => [
      name as string,
      [
        {
          args: { ...pair, options: { ...surface, ...(more as object) } },
          documented: returned,
          required: [...required('prediction', 'reference'), 'options.tolerance', 'options.distance'],
        },
        {
          args: {
            ...onMaps,
            options: { ...geometry, labels: [1, 2], bothEmpty: 0, oneEmpty: 9, ...(more as object) },
          },
          documented: returned,
          required: [...required('prediction', 'reference'), 'options.tolerance', 'options.distance'],
        },
      ],
    ]),
  ),
  surfaceDistances: [
    {
      args: { ...pair, options: { ...geometry, threshold: 0.5 } },
      required: required('prediction', 'reference'),
    },
  ],
  distanceTransform: [
    { args: { mask, options: { ...geometry, threshold: 0.5 } }, required: required('mask') },
  ],
  ...Object.fromEntries(
    ['rocAuc', 'rocCurve', 'averagePrecision', 'youden'].map((name): [string, Case[]] => [
      name,
      [{ args: { labels, scores } }],
    ]),
  ),
  delong: [{ args: { labels, scores, options: { level: 0.9 } } }],
  delongTest: [{ args: { labels, a: scores, b: soft, options: { level: 0.9 } } }],
  operatingPoint: [
    {
      args: { labels, scores, wanted: { sensitivity: 0.9 } },
      required: ['labels', 'scores', 'wanted', 'wanted.sensitivity'],
    },
    {
      args: { labels, scores, wanted: { specificity: 0.9 } },
      required: ['labels', 'scores', 'wanted', 'wanted.specificity'],
    },
  ],
  brier: [{ args: { labels, probabilities: scores } }],
  expectedCalibrationError: [{ args: { labels, probabilities: scores, options: { bins: 5 } } }],
  cohenKappa: [{ args: { first: ratings[0], second: ratings[1], options: { weights: 'linear' } } }],
  cohenKappaInterval: [
    { args: { first: ratings[0], second: ratings[1], options: { weights: 'linear', level: 0.9 } } },
  ],
  fleissKappa: [{ args: { ratings }, missing: ['ratings'] }],
  fleissKappaInterval: [{ args: { ratings, options: { level: 0.9 } }, missing: ['ratings'] }],
  gwetAc: [{ args: { ratings, options: { weights: 'linear' } }, missing: ['ratings'] }],
  gwetAcInterval: [{ args: { ratings, options: { weights: 'linear', level: 0.9 } }, missing: ['ratings'] }],
  krippendorffAlpha: [{ args: { ratings, options: { metric: 'interval' } }, missing: ['ratings'] }],
  krippendorffAlphaInterval: [
    { args: { ratings, options: { metric: 'ordinal', level: 0.9 } }, missing: ['ratings'] },
  ],
  pairwiseDice: [{ args: { masks: [mask, other], options: overlap }, documented: returned }],
  icc: [{ args: { ratings: [scores, labels], options: { form: '2,1' } } }],
  ...Object.fromEntries(
    ['diceMax', 'diceMatch', 'hungarianIou'].map((name): [string, Case[]] => [
      name,
      [{ args: { predictions: [mask, other], references: [other], options: overlap } }],
    ]),
  ),
  instanceScores: [
    {
      args: {
        ...pair,
        options: { shape, threshold: 0.5, minimumIou: 0.5, corners: false, bothEmpty: 1 },
      },
      required: required('prediction', 'reference'),
      documented: returned,
    },
  ],
  partialAuc: [
    {
      args: { labels, scores, options: { maximum: 0.5 } },
      required: ['labels', 'scores', 'options', 'options.maximum'],
    },
  ],
  weightedAuc: [{ args: { labels, scores, weights: [1, 2, 1, 1, 3, 1, 1, 2] } }],
  crps: [{ args: { ensemble: [scores, soft], observed: labels } }],
  crpsNormal: [{ args: { means: scores, deviations: soft, observed: labels } }],
  entropy: [{ args: { masks: [mask, soft] } }],
  variance: [{ args: { masks: [mask, soft] } }],
  generalizedEnergyDistance: [
    { args: { predictions: [mask, other], references: [other], options: { threshold: 0.5, bothEmpty: 1 } } },
  ],
  areaRatio: [{ args: { part: mask, whole: other, options: overlap }, documented: returned }],
  verticalDiameter: [
    {
      args: { mask, options: { ...geometry, ...overlap } },
      required: required('mask'),
      documented: returned,
    },
  ],
  verticalCupToDiscRatio: [
    {
      args: { cup: mask, disc: other, options: { ...geometry, ...overlap } },
      required: required('cup', 'disc'),
      documented: returned,
    },
  ],
  asymmetry: [{ args: { mask, options: { ...geometry, threshold: 0.5 } }, required: required('mask') }],
  perimeter: [{ args: { mask, options: { ...geometry, threshold: 0.5 } }, required: required('mask') }],
  ...Object.fromEntries(
    ['compactness', 'borderIrregularity'].map((name): [string, Case[]] => [
      name,
      [
        {
          args: { mask, options: { ...geometry, ...overlap } },
          required: required('mask'),
          documented: returned,
        },
      ],
    ]),
  ),
  bootstrap: [
    {
      args: {
        columns: [labels, scores],
        statistic: (a: Float64Array) => a[0]!,
        options: {
          strata: labels,
          resamples: 20,
          level: 0.9,
          seed: 1,
          method: 'percentile',
          onProgress: () => {},
          signal: new AbortController().signal,
        },
      },
    },
  ],
  meanInterval: [{ args: { values: scores, options: { level: 0.9 } } }],
  holm: [{ args: { pValues: scores } }],
  diceAccumulator: [
    {
      args: { options: { thresholds: [0.2, 0.5], empty: 1 } },
      run: seen(metrics.diceAccumulator),
      documented: returned,
    },
    {
      args: { options: { labels: [0, 1], empty: 1 } },
      run: seen(metrics.diceAccumulator),
      documented: returned,
    },
    { args: pair, run: updated(metrics.diceAccumulator) },
  ],
  confusionAccumulator: [
    { args: { options: { threshold: 0.5 } }, run: seen(metrics.confusionAccumulator) },
    { args: { options: { labels: [0, 1] } }, run: seen(metrics.confusionAccumulator) },
    { args: pair, run: updated(metrics.confusionAccumulator) },
  ],
  aucAccumulator: [
    {
      args: { options: { bins: 4, range: [0, 1] } },
      run: seen(metrics.aucAccumulator),
      mentions: ['scores'],
    },
    { args: { labels, scores }, run: updated(metrics.aucAccumulator) },
  ],
};

interface Counter {
  update(first: ArrayLike<number>, second: ArrayLike<number>): void;
  compute(): unknown;
}

/** What an accumulator of these options computes of good data. */
function seen(make: (options: never) => Counter): Swept['run'] {
  return (options) => {
    const counter = make(options);
    counter.update(mask, other);
    return counter.compute();
  };
}

/** What an accumulator computes of these data. */
function updated(make: () => Counter): Swept['run'] {
  return (first, second) => {
    const counter = make();
    counter.update(first, second);
    return counter.compute();
  };
}

describe('every public function, with hostile values in place of each argument and option', () => {
  it('is swept', () => {
    expect(Object.keys(cases).sort()).toEqual(Object.keys(metrics).sort());
  });

  const all = Object.entries(cases).flatMap(([name, list]) =>
    list.map((one, k) => [name, k + 1, one] as const),
  );

  it.each(all)(
    '%s, %i: an answer that is documented, or an error that explains itself',
    async (name, _, one) => {
      const run = one.run ?? (metrics as unknown as Record<string, Swept['run']>)[name]!;
      expect(await sweep({ ...one, name, run })).toEqual([]);
    },
  );
});
