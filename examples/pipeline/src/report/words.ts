import type { Results } from '../results.js';
import { type Html, html } from './html.js';
import {
  armsOf,
  auc,
  aucDifference,
  diceDifference,
  diceOf,
  isCrossValidated,
  judgesOf,
  meanOverCases,
  testCasesOf,
} from './numbers.js';
import type { Estimate } from './student.js';

/** `0.862`, with a real minus. */
export const decimal = (value: number, digits = 3): string => value.toFixed(digits).replace('-', '−');
export const signed = (value: number): string => (value > 0 ? '+' : '') + decimal(value);
export const interval = ([low, high]: readonly [number, number]): string =>
  `${decimal(low)} to ${decimal(high)}`;
export const probability = (p: number): string => (p < 0.001 ? '< 0.001' : decimal(p));

const list = (names: readonly string[]) =>
  names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
const count = (n: number, one: string, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;
const withInterval = ({ value, interval: range }: Estimate) =>
  decimal(value) + (range ? ` (${interval(range)})` : '');

/** What was found, in a paragraph for each arm that the first is compared with. */
export function findings(results: Results): Html {
  const [first, ...others] = armsOf(results);
  const cases = testCasesOf(results);
  const patients = new Set(cases.map(({ patient }) => patient)).size;
  const tested = new Set(cases.map(({ id }) => id)).size;
  const opening = `On ${count(tested, 'test case')} of ${count(patients, 'patient')}, none of them seen in the training of the network that is judged,`;
  if (others.length === 0)
    return html`<p>${opening} <strong>${first}</strong> was the only network: ${alone(results, first!)}</p>`;
  return html`${others.map(
    (other, i) =>
      html`<p>${i === 0 && `${opening} `}<strong>${first}</strong> ${i === 0 ? 'was compared with' : 'Compared with'} <strong>${other}</strong>. ${agreement(results, [first!, other])} ${ability(results, [first!, other])}</p>`,
  )}<p class="quiet">Numbers in brackets are 95 % intervals. Soft Dice runs from 0 (no overlap) to 1 (the same mask); an AUC of 0.5 is chance, 1 is perfect.</p>`;
}

function alone(results: Results, arm: string): string {
  const dice = meanOverCases(results, (one) => diceOf(one, arm, results.data.structures, ['DF-GT']));
  const [judge] = judgesOf(results);
  const area = judge === undefined ? undefined : auc(results, judge, arm);
  return `${dice ? `soft Dice against DF-GT ${withInterval(dice)}` : 'its soft Dice could not be computed'}; ${
    area
      ? `AUC of ${judge} on its masks ${withInterval(area)}.`
      : 'its AUC could not be computed, because the test cases are of one class.'
  }`;
}

/** Whether an interval of a difference leaves out 0, in words that claim no more than that. */
function verdict(
  { value, interval: range }: Estimate,
  [a, b]: readonly [string, string],
  by: string,
): string {
  if (!range) return 'with too few cases for an interval';
  if (range[0] <= 0 && range[1] >= 0)
    return `the ${by} of the difference, ${interval(range)}, includes 0, so this run does not show which is higher`;
  return `the ${by} of the difference, ${interval(range)}, excludes 0 in favour of ${value > 0 ? a : b}`;
}

function agreement(results: Results, pair: readonly [string, string]): string {
  const { structures, raters } = results.data;
  const parts = [
    { references: raters, name: raters.length === 1 ? raters[0]! : `the ${raters.length} raters, averaged` },
    { references: ['MV'], name: 'the majority vote (MV)' },
    { references: ['DF-GT'], name: 'the diagnosis-first label (DF-GT)' },
  ].flatMap(({ references, name }) => {
    const difference = diceDifference(results, pair, structures, references);
    const [a, b] = pair.map((mask) =>
      meanOverCases(results, (one) => diceOf(one, mask, structures, references)),
    );
    if (!difference || !a || !b) return [];
    return `${decimal(a.value)} against ${decimal(b.value)} with ${name} as the reference (${verdict(difference, pair, 'interval')})`;
  });
  return parts.length
    ? `Soft Dice, in that order, was ${parts.join('; ')}.`
    : 'Their soft Dice could not be compared.';
}

function ability(results: Results, pair: readonly [string, string]): Html {
  const by =
    isCrossValidated(results) || results.rounds.length === 1
      ? 'DeLong interval'
      : 'Student interval over rounds';
  const judges = judgesOf(results).filter((judge) => judge !== 'noMask');
  const sentences = judges.flatMap((judge) => {
    const [a, b] = pair.map((mask) => auc(results, judge, mask));
    const difference = aucDifference(results, judge, pair);
    if (!a || !b || !difference) return [];
    return `${judge === 'Baseline-Dia' ? 'Baseline-Dia' : `The independent judge ${judge}`}, shown image and predicted mask, told ill from healthy with an AUC of ${withInterval(a)} and ${withInterval(b)}: ${verdict(difference, pair, by)}.`;
  });
  if (sentences.length === 0) return html`No AUC could be computed, because the test cases are of one class.`;
  return html`${sentences.join(' ')}`;
}

/** What the numbers can and cannot say. */
export function limits(results: Results): Html {
  const cases = testCasesOf(results);
  const patients = new Set(cases.map(({ patient }) => patient)).size;
  const distinct = new Set(cases.map(({ id }) => id)).size;
  const rounds = results.rounds.length;
  const independent = judgesOf(results).filter((judge) => judge !== 'Baseline-Dia' && judge !== 'noMask');
  const drawn = results.config.data.root === undefined;
  const items = [
    drawn &&
      html`<b>Phantoms are no patients.</b> The images and the raters were drawn by a program whose raters differ in ways that it was told. The numbers show that the method runs and finds what was put in; they say nothing about any disease.`,
    html`<b>DF-GT has seen the diagnosis.</b> The DF-GT of a test case was fitted with that case’s diagnosis in hand. Its AUC therefore shows no diagnostic ability, and is not comparable with the others. The predicted masks were made from the image alone.`,
    html`<b>Baseline-Dia is not impartial.</b> It made DF-GT, and judges the network that learned from it; and it was itself trained on majority votes. ${
      independent.length
        ? html`No label was fitted to ${list(independent)}: trust ${independent.length === 1 ? 'it' : 'them'} more.`
        : 'This run has no independent judge, so an advantage may be one with this judge alone.'
    }`,
    html`<b>No rater is the truth.</b> Soft Dice says how much a mask agrees with a rater or a fusion, not how right it is. Every network agrees best with labels like those that it was trained on.`,
    patients < distinct
      ? html`<b>Cases of one patient are not independent.</b> There are ${distinct} test cases of ${count(patients, 'patient')}. Intervals of soft Dice allow for that, by drawing whole patients; DeLong’s intervals of the AUC do not, and are too narrow.`
      : html`<b>One case a patient.</b> Every test patient has one case, so cases can count as independent.`,
    rounds === 1
      ? html`<b>One round.</b> The intervals say how much other test cases would change the numbers, not how much another training would: each network was trained once.`
      : isCrossValidated(results)
        ? html`<b>${rounds} folds.</b> Every case is tested once. An AUC pools cases that were scored by networks of different folds, whose scores may not be on one scale; that tends to lower it.`
        : html`<b>${rounds} rounds.</b> Intervals of AUCs are over rounds. Rounds share patients in training and in test, so these intervals are somewhat too narrow.`,
    html`<b>Many comparisons.</b> The tables hold many intervals at 95 %: about one in twenty leaves out the truth by chance.`,
  ];
  return html`<ul>${items.map((item) => item && html`<li>${item}</li>`)}</ul>`;
}
