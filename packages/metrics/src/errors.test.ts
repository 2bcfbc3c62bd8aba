import { describe, expect, it } from 'vitest';
import * as metrics from './index.js';

type Values = ArrayLike<number>;
type Call = (first: Values, second: Values) => unknown;

const functions: Record<string, unknown> = { ...metrics };
/** One of the kinds of array that numbers come in. */
interface Kind {
  from(values: number[]): Values;
}

const shape = [4, 1];
const ones = [1, 1, 0, 0];

/** Every metric of two arrays, with its arguments' names and two good arrays. */
const pairs: [name: string, first: string, second: string, call: Call, a: number[], b: number[]][] = [
  ...[
    'dice',
    'jaccard',
    'softDice',
    'softDiceProfile',
    'confusion',
    'sensitivity',
    'specificity',
    'precision',
  ].map((name): (typeof pairs)[number] => [
    name,
    'prediction',
    'reference',
    functions[name] as Call,
    [0.2, 0.7, 0.9, 0],
    ones,
  ]),
  ...['hausdorff', 'averageSurfaceDistance', 'surfaceDistances'].map((name): (typeof pairs)[number] => [
    name,
    'prediction',
    'reference',
    (a, b) => (functions[name] as typeof metrics.hausdorff)(a, b, { shape }),
    ones,
    ones,
  ]),
  [
    'surfaceDice',
    'prediction',
    'reference',
    (a, b) => metrics.surfaceDice(a, b, { shape, tolerance: 1 }),
    ones,
    ones,
  ],
  ...['rocAuc', 'rocCurve', 'averagePrecision', 'delong', 'youden'].map((name): (typeof pairs)[number] => [
    name,
    'labels',
    'scores',
    functions[name] as Call,
    ones,
    [0.1, 0.2, 0.3, 0.4],
  ]),
  [
    'operatingPoint',
    'labels',
    'scores',
    (a, b) => metrics.operatingPoint(a, b, { sensitivity: 1 }),
    ones,
    [1, 2, 3, 4],
  ],
  ['delongTest', 'labels', 'a', (a, b) => metrics.delongTest(a, b, [1, 2, 3, 4]), ones, [4, 3, 2, 1]],
  ['brier', 'labels', 'probabilities', metrics.brier, ones, [0.1, 0.2, 0.3, 0.4]],
  [
    'expectedCalibrationError',
    'labels',
    'probabilities',
    metrics.expectedCalibrationError,
    ones,
    [0.1, 0.2, 0.3, 0.4],
  ],
  ['cohenKappa', 'first', 'second', metrics.cohenKappa, ones, [1, 0, 0, 0]],
  ['fleissKappa', 'ratings[0]', 'ratings[1]', (a, b) => metrics.fleissKappa([a, b]), ones, ones],
  ['pairwiseDice', 'masks[0]', 'masks[1]', (a, b) => metrics.pairwiseDice([a, b]), ones, ones],
  ['entropy', 'masks[0]', 'masks[1]', (a, b) => metrics.entropy([a, b]), ones, ones],
  ['variance', 'masks[0]', 'masks[1]', (a, b) => metrics.variance([a, b]), ones, ones],
  [
    'generalizedEnergyDistance',
    'predictions[0]',
    'predictions[1]',
    (a, b) => metrics.generalizedEnergyDistance([a, b], [ones]),
    ones,
    ones,
  ],
  [
    'generalizedEnergyDistance',
    'references[0]',
    'references[1]',
    (a, b) => metrics.generalizedEnergyDistance([ones], [a, b]),
    ones,
    ones,
  ],
  ['areaRatio', 'part', 'whole', metrics.areaRatio, ones, ones],
  [
    'verticalCupToDiscRatio',
    'cup',
    'disc',
    (a, b) => metrics.verticalCupToDiscRatio(a, b, { shape }),
    ones,
    ones,
  ],
  [
    'bootstrap',
    'columns[0]',
    'columns[1]',
    (a, b) => metrics.bootstrap([a, b], (x) => x[0]!, { resamples: 2 }),
    ones,
    ones,
  ],
  [
    'diceAccumulator',
    'prediction',
    'reference',
    (a, b) => metrics.diceAccumulator().update(a, b),
    ones,
    ones,
  ],
  [
    'confusionAccumulator',
    'prediction',
    'reference',
    (a, b) => metrics.confusionAccumulator().update(a, b),
    ones,
    ones,
  ],
  ['aucAccumulator', 'labels', 'scores', (a, b) => metrics.aucAccumulator().update(a, b), ones, [1, 2, 3, 4]],
];

/** Every metric of one mask. */
const single: [name: string, call: (mask: Values) => unknown][] = [
  'verticalDiameter',
  'asymmetry',
  'perimeter',
  'compactness',
  'borderIrregularity',
  'distanceTransform',
].map((name) => [name, (mask) => (functions[name] as typeof metrics.perimeter)(mask, { shape })]);

function message(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
  throw new Error('expected an error');
}

const at = (values: number[], index: number, value: unknown) =>
  values.map((old, i) => (i === index ? (value as number) : old));

describe('errors', () => {
  it('cover every function', () => {
    const functions = Object.keys(metrics).filter(
      (name) => !['krippendorffAlpha', 'meanInterval'].includes(name),
    );
    expect(new Set([...pairs, ...single].map(([name]) => name))).toEqual(new Set(functions));
  });

  it.each(pairs)(
    '%s(%s, %s) accepts what is right and names what is not finite',
    (name, first, second, call, a, b) => {
      call(a, b);
      for (const value of [Number.NaN, Infinity, -Infinity, undefined]) {
        const pattern = (array: string, i: number) =>
          new RegExp(
            `^(RangeError|TypeError): ${name}: ${array.replace(/[[\]]/g, '\\$&')}\\[${i}\\] is ${value}, expected `,
          );
        const kinds: Kind[] = value === undefined ? [Array] : [Array, Float32Array, Float64Array];
        for (const Kind of kinds) {
          expect(message(() => call(Kind.from(at(a, 2, value)), b))).toMatch(pattern(first, 2));
          expect(message(() => call(a, Kind.from(at(b, 3, value))))).toMatch(pattern(second, 3));
          expect(message(() => call(a, Kind.from(at(b, 0, value))))).toMatch(pattern(second, 0));
        }
      }
    },
  );

  it.each(pairs)(
    '%s(%s, %s) names unequal lengths, empty arrays and what is no array',
    (name, first, second, call, a, b) => {
      expect(message(() => call(a.slice(1), b))).toBe(
        `RangeError: ${name}: ${first} has 3 values, ${second} has 4`,
      );
      expect(message(() => call([], []))).toBe(`RangeError: ${name}: ${first} is empty`);
      expect(message(() => call(a, []))).toBe(`RangeError: ${name}: ${second} is empty`);
      expect(message(() => call(a, new Float32Array()))).toBe(`RangeError: ${name}: ${second} is empty`);
      const none = undefined as unknown as number[];
      expect(message(() => call(a, none))).toBe(
        `TypeError: ${name}: ${second} is undefined, expected an array of numbers`,
      );
      expect(message(() => call(a, 'text' as unknown as number[]))).toMatch(
        `TypeError: ${name}: ${second} is text`,
      );
      expect(message(() => call(a, ['1', '0', '1', '0'] as unknown as number[]))).toMatch(
        `TypeError: ${name}: ${second}[0] is 1, expected a finite number`,
      );
      expect(message(() => call(a, new BigInt64Array(4) as unknown as number[]))).toMatch('TypeError');
    },
  );

  it.each(single)(
    '%s names what is not finite, empty arrays, and a shape or spacing that does not fit',
    (name, call) => {
      call(ones);
      for (const value of [Number.NaN, Infinity, -Infinity]) {
        expect(message(() => call(Float32Array.from(at(ones, 2, value))))).toBe(
          `RangeError: ${name}: mask[2] is ${value}, expected a finite number`,
        );
      }
      expect(message(() => call([]))).toBe(`RangeError: ${name}: mask is empty`);
      expect(message(() => call(undefined as unknown as number[]))).toMatch(
        `TypeError: ${name}: mask is undefined`,
      );
    },
  );

  const geometric: [name: string, call: (options: metrics.Geometry) => unknown][] = [
    ...single.map(([name]): [string, (options: metrics.Geometry) => unknown] => [
      name,
      (options) => (functions[name] as typeof metrics.perimeter)(ones, options),
    ]),
    ['hausdorff', (options) => metrics.hausdorff(ones, ones, options)],
    ['averageSurfaceDistance', (options) => metrics.averageSurfaceDistance(ones, ones, options)],
    ['surfaceDistances', (options) => metrics.surfaceDistances(ones, ones, options)],
    ['surfaceDice', (options) => metrics.surfaceDice(ones, ones, { ...options, tolerance: 1 })],
    ['verticalCupToDiscRatio', (options) => metrics.verticalCupToDiscRatio(ones, ones, options)],
  ];

  it.each(geometric)('%s names a shape or spacing that does not fit', (name, call) => {
    call({ shape: [2, 2], spacing: [0.5, 2] });
    const error = (options: metrics.Geometry) => message(() => call(options));
    expect(error({ shape: [2, 3] })).toMatch(
      new RegExp(`^RangeError: ${name}: shape \\[2,3\\] holds 6 values, \\w+ has 4$`),
    );
    expect(error({ shape: [-2, -2] })).toBe(
      `RangeError: ${name}: shape[0] is -2, expected an integer from 1`,
    );
    expect(error({ shape: [2, 2.5] })).toBe(
      `RangeError: ${name}: shape[1] is 2.5, expected an integer from 1`,
    );
    expect(error({ shape: undefined as unknown as number[] })).toBe(
      `TypeError: ${name}: shape is undefined, expected an array of numbers`,
    );
    for (const step of [-1, 0, Number.NaN, Infinity]) {
      expect(error({ shape: [2, 2], spacing: [1, step] })).toBe(
        `RangeError: ${name}: spacing[1] is ${step}, expected a finite number above 0`,
      );
    }
    expect(error({ shape: [2, 2], spacing: [1] })).toBe(
      `RangeError: ${name}: shape has 2 values, spacing has 1`,
    );
  });

  it('names the axes that a 2-D measure expects', () => {
    expect(() => metrics.perimeter(ones, { shape: [4] })).toThrow('perimeter: shape has 1 axes, expected 2');
    expect(() => metrics.verticalDiameter(ones, { shape: [1, 2, 2] })).toThrow(
      'verticalDiameter: shape has 3 axes',
    );
  });

  const labelled = pairs.filter(([, first]) => first === 'labels');

  it.each(labelled)('%s names a label that is neither 0 nor 1', (name, _, __, call, a, b) => {
    for (const label of [2, -1, 0.5, 256]) {
      for (const Kind of [Array, Float64Array] as Kind[]) {
        expect(message(() => call(Kind.from(at(a, 1, label)), b))).toBe(
          `RangeError: ${name}: labels[1] is ${label}, expected 0 or 1`,
        );
      }
    }
  });

  it.each(
    labelled.filter(([name]) => !['brier', 'expectedCalibrationError', 'aucAccumulator'].includes(name)),
  )('%s says which class is missing', (name, _, __, call, ___, b) => {
    expect(message(() => call([0, 0, 0, 0], b))).toBe(
      `RangeError: ${name}: labels hold no positive case (1)`,
    );
    expect(message(() => call([1, 1, 1, 1], b))).toBe(
      `RangeError: ${name}: labels hold no negative case (0)`,
    );
  });

  it.each([
    [
      'dice: threshold is NaN, expected a finite number',
      () => metrics.dice(ones, ones, { threshold: Number.NaN }),
    ],
    [
      'jaccard: threshold is Infinity, expected a finite number',
      () => metrics.jaccard(ones, ones, { threshold: Infinity }),
    ],
    [
      'confusion: threshold is NaN, expected a finite number',
      () => metrics.confusion(ones, ones, { threshold: Number.NaN }),
    ],
    ['softDice: thresholds is empty', () => metrics.softDice(ones, ones, { thresholds: [] })],
    [
      'softDice: thresholds[1] is NaN, expected a finite number',
      () => metrics.softDice(ones, ones, { thresholds: [0, Number.NaN] }),
    ],
    [
      'hausdorff: percentile is 101, expected a number from 0 to 100',
      () => metrics.hausdorff(ones, ones, { shape, percentile: 101 }),
    ],
    [
      'surfaceDice: tolerance is -1, expected a finite number from 0',
      () => metrics.surfaceDice(ones, ones, { shape, tolerance: -1 }),
    ],
    ['delong: level is 1, expected a number between 0 and 1', () => metrics.delong(ones, ones, { level: 1 })],
    [
      'delongTest: level is 0, expected a number between 0 and 1',
      () => metrics.delongTest(ones, ones, ones, { level: 0 }),
    ],
    [
      'delong: labels hold one positive case, expected at least two for a variance',
      () => metrics.delong([1, 0, 0], [1, 2, 3]),
    ],
    [
      'operatingPoint: sensitivity is 1.1, expected a number from 0 to 1',
      () => metrics.operatingPoint(ones, ones, { sensitivity: 1.1 }),
    ],
    [
      'brier: probabilities[3] is 1.5, expected a number from 0 to 1',
      () => metrics.brier(ones, [0, 1, 1, 1.5]),
    ],
    [
      'expectedCalibrationError: bins is 0, expected an integer from 1',
      () => metrics.expectedCalibrationError(ones, ones, { bins: 0 }),
    ],
    [
      'entropy: masks[1][0] is 1.5, expected a number from 0 to 1',
      () => metrics.entropy([ones, [1.5, 0, 0, 0]]),
    ],
    ['pairwiseDice: masks holds 0 arrays, expected at least 1', () => metrics.pairwiseDice([])],
    ['fleissKappa: ratings holds 1 arrays, expected at least 2', () => metrics.fleissKappa([ones])],
    [
      'fleissKappa: all ratings are 1, which leaves kappa undefined',
      () =>
        metrics.fleissKappa([
          [1, 1],
          [1, 1],
        ]),
    ],
    [
      'cohenKappa: both raters only chose 3, which leaves kappa undefined',
      () => metrics.cohenKappa([3, 3], [3, 3]),
    ],
    [
      'krippendorffAlpha: all values are 2, which leaves alpha undefined',
      () =>
        metrics.krippendorffAlpha([
          [2, 2],
          [2, 2],
        ]),
    ],
    [
      'krippendorffAlpha: no unit has two values',
      () =>
        metrics.krippendorffAlpha([
          [2, Number.NaN],
          [null, 2],
        ]),
    ],
    [
      'krippendorffAlpha: ratings[1][0] is Infinity, expected a finite number',
      () =>
        metrics.krippendorffAlpha([
          [2, 2],
          [Infinity, 2],
        ]),
    ],
    [
      'krippendorffAlpha: ratings[1][1] is -2, expected a number from 0',
      () =>
        metrics.krippendorffAlpha(
          [
            [2, 2],
            [1, -2],
          ],
          { metric: 'ratio' },
        ),
    ],
    [
      'krippendorffAlpha: ratings[0] has 2 values, ratings[1] has 1',
      () => metrics.krippendorffAlpha([[2, 2], [1]]),
    ],
    [
      'bootstrap: resamples is 1, expected an integer from 2',
      () => metrics.bootstrap([ones], () => 1, { resamples: 1 }),
    ],
    [
      'bootstrap: seed is 0.5, expected an integer from 0',
      () => metrics.bootstrap([ones], () => 1, { seed: 0.5 }),
    ],
    [
      'bootstrap: level is 2, expected a number between 0 and 1',
      () => metrics.bootstrap([ones], () => 1, { level: 2 }),
    ],
    ['bootstrap: columns holds 0 arrays, expected at least 1', () => metrics.bootstrap([], () => 1)],
    [
      'bootstrap: statistic is NaN, expected a finite number',
      () => metrics.bootstrap([ones], () => Number.NaN),
    ],
    [
      'bootstrap: columns[0] has 4 values, strata has 1',
      () => metrics.bootstrap([ones], () => 1, { strata: [1] }),
    ],
    ['aucAccumulator: bins is -1, expected an integer from 0', () => metrics.aucAccumulator({ bins: -1 })],
    [
      'aucAccumulator: range[1] is 0, expected a finite number above 0',
      () => metrics.aucAccumulator({ range: [0, 0] }),
    ],
    [
      'confusionAccumulator: thresholds[0] is NaN, expected a finite number',
      () => metrics.confusionAccumulator({ threshold: Number.NaN }),
    ],
    ['diceAccumulator: thresholds is empty', () => metrics.diceAccumulator({ thresholds: [] })],
  ])('%s', (expected, run) => {
    expect(message(run)).toBe(`RangeError: ${expected}`);
  });

  it.each([
    [
      "cohenKappa: weights is cubic, expected 'none', 'linear' or 'quadratic'",
      () => metrics.cohenKappa(ones, ones, { weights: 'cubic' as 'none' }),
    ],
    [
      "krippendorffAlpha: metric is cubic, expected 'nominal', 'ordinal', 'interval' or 'ratio'",
      () => metrics.krippendorffAlpha([ones, ones], { metric: 'cubic' as 'ratio' }),
    ],
    [
      "bootstrap: method is basic, expected 'percentile' or 'bca'",
      () => metrics.bootstrap([ones], () => 1, { method: 'basic' as 'bca' }),
    ],
    [
      'krippendorffAlpha: ratings[1] is undefined, expected an array of numbers',
      () => metrics.krippendorffAlpha([ones, undefined as unknown as number[]]),
    ],
    [
      'operatingPoint: expected either a sensitivity or a specificity',
      () => metrics.operatingPoint(ones, ones, {} as { sensitivity: number }),
    ],
    [
      'pairwiseDice: masks is 3, expected an array of arrays',
      () => metrics.pairwiseDice(3 as unknown as number[][]),
    ],
  ])('%s', (expected, run) => {
    expect(message(run)).toContain(`Error: ${expected}`);
  });
});
