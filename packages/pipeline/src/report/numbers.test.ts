import { randomStream } from '@diff/train';
import { describe, expect, it } from 'vitest';
import type { CaseResult, RoundResult } from '../folder/results.js';
import { caseOf, resultsOf } from './fixtures/results.js';
import {
  armsOf,
  aucDifference,
  aucOf,
  diceDifference,
  diceOf,
  gainOverImage,
  imageJudge,
  judgesOf,
  maskJudgesOf,
  meanOverCases,
  roc,
  secondsByStep,
  sensitivityAt,
  worthAtBorder,
} from './numbers.js';
import { student } from './student.js';

const arms = ['T&G on DF-GT', 'Baseline-Seg on MV'] as const;

function drawn(cases: number, seed: number, copies = 1): CaseResult[] {
  const random = randomStream(3, seed);
  return Array.from({ length: cases }, (_, i) => {
    const diagnosis = i % 3 ? 0 : 1;
    const dice = { [arms[0]]: random.uniform(0.5, 0.9), [arms[1]]: random.uniform(0.4, 0.9) };
    // Rounded, so that there are ties.
    const logit = () => Math.round(4 * (random.normal() + diagnosis)) / 4;
    const logits = { [arms[0]]: logit(), [arms[1]]: logit() };
    return Array.from({ length: copies }, (_, k) => caseOf(`${i}.${k}`, diagnosis, dice, logits, `p${i}`));
  }).flat();
}

const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const mannWhitney = (cases: CaseResult[], mask: string) => {
  const of = (wanted: 0 | 1) =>
    cases.filter(({ diagnosis }) => diagnosis === wanted).map(({ logits }) => logits['Baseline-Dia']![mask]!);
  return mean(of(1).flatMap((a) => of(0).map((b) => (a > b ? 1 : a === b ? 0.5 : 0))));
};
const diceWith = (mask: string) => (one: CaseResult) => diceOf(one, mask, ['lesion'], ['A']);

describe('meanOverCases', () => {
  it('is the plain mean over all cases of all rounds', () => {
    const rounds = [drawn(20, 1), drawn(20, 2)];
    const { value, of } = meanOverCases(resultsOf(rounds), diceWith(arms[0]))!;
    expect(of).toBe(40);
    expect(value).toBeCloseTo(mean(rounds.flat().map((one) => one.softDice[arms[0]]!.lesion!.A!)), 12);
  });

  it('has an interval that nothing is gained on by looking at every patient four times', () => {
    const once = meanOverCases(resultsOf([drawn(40, 1)]), diceWith(arms[0]))!;
    const often = meanOverCases(resultsOf([drawn(40, 1, 4)]), diceWith(arms[0]))!;
    expect(often.of).toBe(160);
    expect(often.interval![0]).toBeCloseTo(once.interval![0], 12);
    expect(often.interval![1]).toBeCloseTo(once.interval![1], 12);
  });

  it('has the interval mean ± 1.96 standard errors of many independent cases', () => {
    const cases = drawn(400, 5);
    const { value, interval } = meanOverCases(resultsOf([cases]), diceWith(arms[0]))!;
    const values = cases.map((one) => one.softDice[arms[0]]!.lesion!.A!);
    const error = Math.sqrt(mean(values.map((x) => (x - value) ** 2)) / values.length);
    expect(Math.abs((interval![0] + interval![1]) / 2 - value)).toBeLessThan(0.2 * error);
    const ratio = (interval![1] - interval![0]) / (2 * 1.96 * error);
    expect(Math.abs(ratio - 1)).toBeLessThan(0.06);
  });

  it('leaves out what could not be computed, and says of how many cases it is', () => {
    const cases = drawn(10, 1);
    cases[0]!.softDice[arms[0]]!.lesion!.A = null as unknown as number;
    delete cases[1]!.softDice[arms[0]];
    expect(meanOverCases(resultsOf([cases]), diceWith(arms[0]))!.of).toBe(8);
    expect(meanOverCases(resultsOf([cases]), diceWith('no such mask'))).toBeUndefined();
  });

  it('gives a single patient no interval', () => {
    expect(meanOverCases(resultsOf([drawn(1, 1)]), diceWith(arms[0]))!.interval).toBeUndefined();
  });
});

describe('diceDifference', () => {
  it('is paired: a constant difference has no spread', () => {
    const cases = drawn(12, 1).map((one) =>
      caseOf(one.id, one.diagnosis, {
        [arms[0]]: one.softDice[arms[0]]!.lesion!.A! + 0.05,
        [arms[1]]: one.softDice[arms[0]]!.lesion!.A!,
      }),
    );
    const { value, interval } = diceDifference(resultsOf([cases]), arms, ['lesion'], ['A', 'B'])!;
    for (const x of [value, ...interval!]) expect(x).toBeCloseTo(0.05, 12);
  });
});

describe('auc', () => {
  it('is the share of pairs in order, of one round and of folds pooled', () => {
    const rounds = [drawn(30, 1), drawn(30, 2)];
    const one = resultsOf([rounds[0]!]);
    expect(aucOf(one, 'Baseline-Dia', arms[0])!.value).toBeCloseTo(mannWhitney(rounds[0]!, arms[0]), 12);
    const folds = resultsOf(rounds, { data: { folds: 2 } });
    expect(aucOf(folds, 'Baseline-Dia', arms[0])!.value).toBeCloseTo(mannWhitney(rounds.flat(), arms[0]), 12);
    expect(aucOf(folds, 'Baseline-Dia', arms[0])!.of).toBe(60);
  });

  it("of several rounds is their mean, with Student's interval", () => {
    const rounds = [drawn(30, 1), drawn(30, 2), drawn(30, 3)];
    const expected = student(
      rounds.map((cases) => mannWhitney(cases, arms[1])),
      [0, 1],
    );
    const found = aucOf(resultsOf(rounds), 'Baseline-Dia', arms[1])!;
    expect(found.value).toBeCloseTo(expected.value, 12);
    expect(found.interval![0]).toBeCloseTo(expected.interval![0], 12);
    expect(found.of).toBe(3);
  });

  it("has Hanley and McNeil's interval, nearly", () => {
    const cases = drawn(300, 8);
    const { value, interval } = aucOf(resultsOf([cases]), 'Baseline-Dia', arms[0])!;
    const [ill, healthy] = [100, 200];
    const [q1, q2] = [value / (2 - value), (2 * value ** 2) / (1 + value)];
    const variance =
      (value * (1 - value) + (ill - 1) * (q1 - value ** 2) + (healthy - 1) * (q2 - value ** 2)) /
      (ill * healthy);
    const ratio = (interval![1] - interval![0]) / (2 * 1.96 * Math.sqrt(variance));
    expect(Math.abs(ratio - 1)).toBeLessThan(0.1);
  });

  it('is absent where the test cases are of one class, and without interval where one has one case', () => {
    const cases = drawn(30, 1);
    const healthy = cases.filter(({ diagnosis }) => diagnosis === 0);
    expect(aucOf(resultsOf([healthy]), 'Baseline-Dia', arms[0])).toBeUndefined();
    const lone = aucOf(resultsOf([[...healthy, cases[0]!]]), 'Baseline-Dia', arms[0])!;
    expect(lone.value).toBeCloseTo(mannWhitney([...healthy, cases[0]!], arms[0]), 12);
    expect(lone.interval).toBeUndefined();
  });
});

describe('aucDifference', () => {
  it('is the difference of the AUCs, and its interval excludes 0 where p < 0.05', () => {
    for (let seed = 0; seed < 12; seed++) {
      const cases = drawn(45, seed);
      const { value, interval, p } = aucDifference(resultsOf([cases]), 'Baseline-Dia', arms)!;
      expect(value).toBeCloseTo(mannWhitney(cases, arms[0]) - mannWhitney(cases, arms[1]), 12);
      expect(p! < 0.05).toBe(interval![0] > 0 || interval![1] < 0);
    }
  });

  it('of several rounds is paired by round', () => {
    const rounds = [drawn(30, 1), drawn(30, 2), drawn(30, 3)];
    const apart = rounds.map((cases) => mannWhitney(cases, arms[0]) - mannWhitney(cases, arms[1]));
    const { value, interval } = aucDifference(resultsOf(rounds), 'Baseline-Dia', arms)!;
    expect(value).toBeCloseTo(mean(apart), 12);
    expect(interval![1]).toBeCloseTo(student(apart, [-1, 1]).interval![1], 12);
  });
});

describe('gainOverImage', () => {
  const cases = drawn(40, 3);
  // The judge that sees the image alone says of every mask what the other says of the second arm.
  const seen = cases.map((one) => {
    const { 'Baseline-Dia': logits } = one.logits;
    return { ...one, logits: { 'Baseline-Dia': logits!, noMask: { MV: logits![arms[1]]! } } };
  });

  it('is what the mask adds to the image alone, paired by case', () => {
    const results = resultsOf([seen]);
    expect(imageJudge(results)).toBe('noMask');
    expect(maskJudgesOf(results)).toEqual(['Baseline-Dia']);
    const gain = gainOverImage(results, 'Baseline-Dia', arms[0])!;
    expect(gain.value).toBeCloseTo(mannWhitney(cases, arms[0]) - mannWhitney(cases, arms[1]), 12);
    expect(gain).toEqual(aucDifference(results, 'Baseline-Dia', arms));
  });

  it('is absent where no judge sees the image alone', () => {
    expect(gainOverImage(resultsOf([cases]), 'Baseline-Dia', arms[0])).toBeUndefined();
  });
});

describe('sensitivityAt', () => {
  /** The best over every threshold, by counting. */
  const counted = (cases: CaseResult[], specificity: number) => {
    const of = (wanted: 0 | 1) =>
      cases
        .filter(({ diagnosis }) => diagnosis === wanted)
        .map(({ logits }) => logits['Baseline-Dia']![arms[0]]!);
    const thresholds = [...of(0), ...of(1), Infinity];
    const share = (values: number[], keep: (value: number) => boolean) =>
      values.filter(keep).length / values.length;
    return Math.max(
      ...thresholds
        .filter((t) => share(of(0), (value) => value < t) >= specificity)
        .map((t) => share(of(1), (value) => value >= t)),
    );
  };

  it('is the most that a threshold finds of the ill while it leaves so many of the healthy alone', () => {
    for (const seed of [1, 2, 3])
      for (const specificity of [0, 0.8, 0.95, 1]) {
        const cases = drawn(60, seed);
        const { value, interval, of } = sensitivityAt(
          resultsOf([cases]),
          'Baseline-Dia',
          arms[0],
          specificity,
        )!;
        expect(value).toBeCloseTo(counted(cases, specificity), 12);
        expect(interval![0]).toBeLessThanOrEqual(value);
        expect(interval![1]).toBeGreaterThanOrEqual(value);
        expect(of).toBe(60);
      }
  });

  it('is the mean over rounds, and absent where a class is', () => {
    const rounds = [drawn(30, 1), drawn(30, 2)];
    const { value } = sensitivityAt(resultsOf(rounds), 'Baseline-Dia', arms[0], 0.8)!;
    expect(value).toBeCloseTo(mean(rounds.map((cases) => counted(cases, 0.8))), 12);
    const healthy = rounds[0]!.filter(({ diagnosis }) => diagnosis === 0);
    expect(sensitivityAt(resultsOf([healthy]), 'Baseline-Dia', arms[0], 0.8)).toBeUndefined();
  });
});

describe('roc', () => {
  const area = (points: readonly (readonly [number, number])[]) =>
    points.slice(1).reduce((sum, [x, y], i) => sum + ((x - points[i]![0]) * (y + points[i]![1])) / 2, 0);

  it('has the area of the AUC', () => {
    const results = resultsOf([drawn(30, 1)]);
    expect(area(roc(results, 'Baseline-Dia', arms[0])!)).toBeCloseTo(
      aucOf(results, 'Baseline-Dia', arms[0])!.value,
      12,
    );
  });

  it('of several rounds goes from (0, 0) to (1, 1) and has the area of the mean AUC, to the width of its grid', () => {
    const results = resultsOf([drawn(60, 1), drawn(60, 2)]);
    const points = roc(results, 'Baseline-Dia', arms[0])!;
    expect([points[0], points.at(-1)]).toEqual([
      [0, 0],
      [1, 1],
    ]);
    expect(points.every(([x, y], i) => i === 0 || (x >= points[i - 1]![0] && y >= points[i - 1]![1]))).toBe(
      true,
    );
    expect(Math.abs(area(points) - aucOf(results, 'Baseline-Dia', arms[0])!.value)).toBeLessThan(1 / 200);
  });
});

describe('names', () => {
  it('come from the configuration, and Baseline-Dia judges first', () => {
    const results = resultsOf([[{ ...caseOf('a', 0, {}), logits: { dlCat: {}, 'Baseline-Dia': {} } }]]);
    expect(armsOf(results)).toEqual(arms);
    expect(judgesOf(results)).toEqual(['Baseline-Dia', 'dlCat']);
  });
});

describe('worthAtBorder and secondsByStep', () => {
  const [first, second] = resultsOf([[], []]).rounds as [RoundResult, RoundResult];
  const row: Omit<RoundResult['worth'][number], 'mean'> = {
    rater: 'A',
    diagnosis: 'all',
    region: 'border',
    interval: [0.5, 0.7],
    cases: 9,
  };
  const rounds: RoundResult[] = [
    {
      ...first,
      seconds: { one: 2, two: 4 },
      worth: [
        { ...row, mean: 0.6 },
        { ...row, region: 'all', mean: 1 },
      ],
    },
    { ...second, seconds: { one: 4 }, worth: [{ ...row, mean: 0.7 }] },
  ];
  const results = { ...resultsOf([]), rounds };

  it('take the border alone: of one round as it is, of several the mean over rounds', () => {
    expect(worthAtBorder({ ...results, rounds: rounds.slice(0, 1) })).toEqual([
      { rater: 'A', diagnosis: 'all', estimate: { value: 0.6, interval: [0.5, 0.7], of: 9 } },
    ]);
    const [{ estimate }] = worthAtBorder(results) as [ReturnType<typeof worthAtBorder>[0]];
    expect(estimate.value).toBeCloseTo(0.65, 12);
    expect(estimate.of).toBe(2);
  });

  it('average a step over the rounds that have it', () => {
    expect(secondsByStep(results)).toEqual([
      { step: 'one', seconds: 3 },
      { step: 'two', seconds: 4 },
    ]);
  });
});
