import { describe, expect, it } from 'vitest';
import type { CaseResult } from '../folder/results.js';
import { caseOf, resultsOf } from './fixtures/results.js';
import { findings, limits } from './words.js';

const [first, other] = ['T&G on DF-GT', 'Baseline-Seg on MV'] as const;
const textOf = ({ markup }: { markup: string }) =>
  markup
    .replace(/<[^>]+>/g, '')
    .replace(/&#38;/g, '&')
    .replace(/\s+/g, ' ');

/** 40 cases; `ahead` is how much the first arm is ahead, in soft Dice and in logits. */
function cases(ahead: (i: number) => number): CaseResult[] {
  return Array.from({ length: 40 }, (_, i) => {
    const diagnosis = i % 2 ? 1 : 0;
    const noise = 3 * Math.sin(7 * i) ** 3;
    const sign = diagnosis ? 1 : -1;
    const dice = { [first]: 0.8 + 0.01 * Math.sin(i) + 0.01 * ahead(i), [other]: 0.8 };
    return caseOf(`c${i}`, diagnosis, dice, { [first]: sign * ahead(i) + noise, [other]: noise });
  });
}

describe('findings', () => {
  it('say which arm is ahead where the interval excludes 0', () => {
    const text = textOf(findings(resultsOf([cases(() => 3)])));
    expect(text).toContain(`${first} agreed more with the mean of the 2 raters, MV and DF-GT`);
    expect(text).toContain(
      `Baseline-Dia tells ill from healthy better with the masks of ${first} (the DeLong`,
    );
    expect(text).not.toContain('includes 0');
  });

  it('say so where the other is ahead', () => {
    const text = textOf(findings(resultsOf([cases(() => -3)])));
    expect(text).toContain(`${other} agreed more with`);
    expect(text).toContain(`better with the masks of ${other}`);
  });

  it('claim nothing where the interval includes 0', () => {
    const text = textOf(findings(resultsOf([cases((i) => 0.2 * Math.cos(5 * i))])));
    expect(text).toContain('the interval of the difference includes 0, so that this run does not show which');
    expect(text).toContain('for Baseline-Dia the DeLong interval of the difference in AUC includes 0');
    expect(text).not.toContain('agreed more with the');
  });

  it('compare no AUC where the test cases are of one class', () => {
    const healthy = cases(() => 3).filter(({ diagnosis }) => diagnosis === 0);
    expect(textOf(findings(resultsOf([healthy])))).toContain('The AUCs cannot be compared');
  });

  it('say that there is nothing to compare a lone arm with', () => {
    const config = { segmentation: { arms: [{ network: 'T&G', label: 'DF-GT' }] } };
    expect(textOf(findings(resultsOf([cases(() => 1)], config)))).toContain(
      'no other network to compare it with',
    );
  });
});

describe('limits', () => {
  it('say that phantoms are no patients, of phantoms alone', () => {
    const tested = cases(() => 1);
    expect(textOf(limits(resultsOf([tested])))).toContain('Phantoms are no patients');
    expect(textOf(limits(resultsOf([tested], { data: { root: 'somewhere' } })))).not.toContain('Phantoms');
  });

  it('name the independent judges, or say that there are none', () => {
    const tested = cases(() => 1);
    expect(textOf(limits(resultsOf([tested])))).toContain('no independent judge');
    const judged = tested.map((one) => ({
      ...one,
      logits: { ...one.logits, dlAtt: {}, dlCat: {}, noMask: {} },
    }));
    expect(textOf(limits(resultsOf([judged])))).toContain(
      'No label was fitted to dlAtt and dlCat: trust them',
    );
  });

  it('count patients, rounds and folds', () => {
    const tested = cases(() => 1);
    const paired = tested.map((one, i) => ({ ...one, patient: `p${i >> 1}` }));
    expect(textOf(limits(resultsOf([tested])))).toContain('One case a patient.');
    expect(textOf(limits(resultsOf([paired])))).toContain('40 test cases of 20 patients');
    expect(textOf(limits(resultsOf([tested])))).toContain('One round.');
    expect(textOf(limits(resultsOf([tested, tested])))).toContain('2 rounds.');
    const folds = resultsOf([tested.slice(0, 20), tested.slice(20)], { data: { folds: 2 } });
    expect(textOf(limits(folds))).toContain('2 folds.');
  });
});
