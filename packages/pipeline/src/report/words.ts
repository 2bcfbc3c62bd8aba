import type { Results } from '../folder/results.js';
import { explained } from './glossary.js';
import { type Content, type Html, html } from './html.js';
import {
  armsOf,
  aucDifference,
  aucOf,
  diceDifference,
  diceOf,
  gainOverImage,
  imageJudge,
  impartialJudge,
  isCrossValidated,
  maskJudgesOf,
  meanOverCases,
  sharedGain,
  testCasesOf,
} from './numbers.js';
import type { Estimate } from './student.js';
import { decimal, estimateCell, signed, table } from './table.js';

const list = (names: readonly string[]) =>
  names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
const count = (n: number, one: string, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;
/** The references of the findings: the raters together, and the labels that the arms of the paper learn. */
const measuresOf = ({ data: { raters } }: Results) => [
  { name: raters.length === 1 ? raters[0]! : `the mean of the ${raters.length} raters`, references: raters },
  { name: 'MV', references: ['MV'] },
  { name: 'DF-GT', references: ['DF-GT'] },
];

/**
 * What whom to trust, learned from training cases, brought to cases that it never saw, whichever sign it has. Absent where the
 * AUCs cannot be compared.
 */
export function headline(results: Results): string | undefined {
  const judge = impartialJudge(results);
  const gain = sharedGain(results);
  const [shared, vote] = ['Shared', 'MV'].map((label) => aucOf(results, judge, label));
  if (!gain?.interval || !shared || !vote) return undefined;
  const [low, high] = gain.interval;
  const verdict = low > 0 ? 'a gain' : high < 0 ? 'a loss' : 'which may be chance';
  return `Whom to trust, learned from diagnosed cases: on ${count(testCasesOf(results).length, 'new case')} the AUC by ${judge} is ${decimal(shared.value)}, by the mean vote ${decimal(vote.value)}: ${signed(gain.value)} [${decimal(low)}, ${decimal(high)}], ${verdict}.`;
}

/** What was found: a paragraph for each arm that the first is compared with, and the numbers that it rests on. */
export function findings(results: Results): Html {
  const learned = headline(results);
  const helped = maskHelp(results);
  return html`${learned && html`<p><strong>${learned}</strong></p>`}${helped && html`<p>${helped}</p>`}${armsFound(results)}`;
}

/** Whether the first arm's mask helps the diagnosis, beside the image alone. Absent where no judge sees that alone. */
export function maskHelp(results: Results): string | undefined {
  const [judge, alone, arm] = [impartialJudge(results), imageJudge(results), armsOf(results)[0]!];
  const gain = gainOverImage(results, judge, arm);
  const [without, withMask] = [alone && aucOf(results, alone, 'MV'), aucOf(results, judge, arm)];
  if (!gain?.interval || !without || !withMask) return undefined;
  const [low, high] = gain.interval;
  const verdict = low > 0 ? 'the mask helps' : high < 0 ? 'the mask harms' : 'which may be chance';
  return `Does a predicted mask help the diagnosis? From the image alone the AUC is ${decimal(without.value)} (${alone}), from the image with the mask of ${arm} ${decimal(withMask.value)} (${judge}): ${signed(gain.value)} [${decimal(low)}, ${decimal(high)}], ${verdict}.`;
}

function armsFound(results: Results): Html {
  const [first, ...others] = armsOf(results);
  const cases = testCasesOf(results);
  const tested = new Set(cases.map(({ id }) => id)).size;
  const patients = new Set(cases.map(({ patient }) => patient)).size;
  const opening = `On ${count(tested, 'test case')}${whose(results, patients)},`;
  if (others.length === 0)
    return html`<p>${opening} <strong>${first}</strong> was judged; there is no other network to compare it with.</p>${findingsTable(results)}`;
  return html`${others.map(
    (other, i) =>
      html`<p>${i === 0 ? html`${opening} <strong>${first}</strong> was compared with` : html`Compared with`} <strong>${other}</strong>${i === 0 ? '. ' : ': '}${agreement(results, [first!, other])} ${ability(results, [first!, other])}</p>`,
  )}${findingsTable(results)}`;
}

/** Whose the test cases are, and what that says of training: no more than the data say. */
function whose({ data: { withoutPatient }, rounds }: Results, patients: number): string {
  if (withoutPatient)
    return ` (${withoutPatient} cases of this run do not say whose they are, so that patients may have been both trained on and tested)`;
  const apart =
    rounds.length > 1
      ? 'each kept out of training in the round that tested it'
      : 'none of them seen in training';
  return ` of ${count(patients, 'patient')}, ${apart}`;
}

type Named = { name: string; difference: Estimate | undefined };

/** Sorts differences by what their interval says: in favour of either, or open. */
function sides(differences: readonly Named[]) {
  const names = (belongs: (range: [number, number]) => boolean) =>
    differences.flatMap(({ name, difference }) =>
      difference?.interval && belongs(difference.interval) ? [name] : [],
    );
  return {
    first: names(([low]) => low > 0),
    second: names(([, high]) => high < 0),
    open: names(([low, high]) => low <= 0 && high >= 0),
  };
}

function agreement(results: Results, pair: readonly [string, string]): string {
  const differences = measuresOf(results).map(({ name, references }) => ({
    name,
    difference: diceDifference(results, pair, results.data.structures, references),
  }));
  const { first, second, open } = sides(differences);
  const parts = [
    first.length && `${pair[0]} agreed more with ${list(first)}`,
    second.length && `${pair[1]} agreed more with ${list(second)}`,
    open.length &&
      `with ${list(open)} the interval of the difference includes 0, so that this run does not show which agrees more`,
  ].filter(Boolean);
  return parts.length
    ? `By soft Dice, ${parts.join('; ')}.`
    : 'There are too few cases to say which agrees more with the raters.';
}

function ability(results: Results, pair: readonly [string, string]): string {
  const name =
    results.rounds.length === 1 || isCrossValidated(results) ? 'DeLong interval' : 'interval over rounds';
  const differences = maskJudgesOf(results).map((judge) => ({
    name: judge,
    difference: aucDifference(results, judge, pair),
  }));
  const { first, second, open } = sides(differences);
  const tell = (judges: string[]) => `${list(judges)} ${judges.length === 1 ? 'tells' : 'tell'}`;
  const better = (arm: string, judges: string[]) =>
    judges.length &&
    `${tell(judges)} ill from healthy better with the masks of ${arm} (the ${name} of the difference in AUC excludes 0)`;
  const parts = [
    better(pair[0], first),
    better(pair[1], second),
    open.length &&
      `for ${list(open)} the ${name} of the difference in AUC includes 0, so that this run does not show whose masks serve the diagnosis better`,
  ].filter(Boolean);
  return parts.length
    ? `As to the diagnosis made from image and mask, ${parts.join('; ')}.`
    : 'The AUCs cannot be compared, because the test cases of a class are too few.';
}

/** The numbers of the findings, arm by arm. */
function findingsTable(results: Results): Html {
  const [arms, { structures }] = [armsOf(results), results.data];
  const [first, ...others] = arms;
  const columns = [...others.map((other) => `${first} − ${other}`), ...arms];
  const row = (
    head: Content,
    of: (arm: string) => Estimate | undefined,
    difference: (pair: readonly [string, string]) => Estimate | undefined,
  ) => ({
    head,
    cells: [
      ...others.map((other) => estimateCell(difference([first!, other]), signed)),
      ...arms.map((arm) => estimateCell(of(arm))),
    ],
  });
  return table(
    {
      caption: `Means${structures.length > 1 ? ' over structures' : ''}, with 95 % intervals. Soft Dice runs from 0 (no overlap) to 1 (the same mask); an AUC of 0.5 is chance, 1 is perfect.`,
      file: 'findings',
      columns: ['measure', ...columns.map(explained)],
    },
    [
      {
        name: 'soft Dice with',
        rows: measuresOf(results).map(({ name, references }) =>
          row(
            explained(name),
            (arm) => meanOverCases(results, (one) => diceOf(one, arm, structures, references)),
            (pair) => diceDifference(results, pair, structures, references),
          ),
        ),
      },
      {
        name: 'AUC of the diagnosis from image and predicted mask, by',
        rows: maskJudgesOf(results).map((judge) =>
          row(
            explained(judge),
            (arm) => aucOf(results, judge, arm),
            (pair) => aucDifference(results, judge, pair),
          ),
        ),
      },
    ],
  );
}

/** What the numbers can and cannot say. */
export function limits(results: Results): Html {
  const cases = testCasesOf(results);
  const patients = new Set(cases.map(({ patient }) => patient)).size;
  const distinct = new Set(cases.map(({ id }) => id)).size;
  const rounds = results.rounds.length;
  const pooled = rounds === 1 || isCrossValidated(results);
  const independent = maskJudgesOf(results).filter((judge) => judge !== 'Baseline-Dia');
  const drawn = results.config.data.root === undefined;
  const items = [
    drawn &&
      html`<b>Phantoms are no patients.</b> The images and the raters were drawn by a program whose raters differ in ways that it was told. The numbers show that the method runs and finds what was put in; they say nothing about any disease.`,
    html`<b>DF-GT has seen the diagnosis.</b> The DF-GT of a test case was fitted with that case’s diagnosis in hand. Its AUC therefore shows no diagnostic ability, and is not comparable with the others. The predicted masks were made from the image alone.`,
    html`<b>Baseline-Dia is not impartial.</b> It made DF-GT, and judges the network that learned from it; and it was itself trained on mean votes. ${
      independent.length
        ? html`No label was fitted to ${list(independent)}: trust ${independent.length === 1 ? 'it' : 'them'} more.`
        : 'This run has no independent judge, so an advantage may be one with this judge alone.'
    }`,
    results.rounds.some(({ shared }) => shared) &&
      html`<b>Shared expertness says what outlines tell of the diagnosis, not how accurate they are.</b> A rater who knew the record comes first. It was learned by ${results.config.shared.judge} networks of its own, each kept from the patients that it judged, and none of them scores here. Where readers are anonymous, so that the first of one case is not the first of another, its weights mean nothing.`,
    html`<b>No rater is the truth.</b> Soft Dice says how much a mask agrees with a rater or a fusion, not how right it is. A network tends to agree best with labels like those that it was trained on.`,
    results.data.withoutPatient
      ? html`<b>Whose the cases are is not known.</b> The data do not say it of ${count(results.data.withoutPatient, 'case')}. Where several are of one patient, the same patient may be in training and in test, scores are too high, and intervals too narrow.`
      : patients < distinct
        ? html`<b>Cases of one patient are not independent.</b> There are ${distinct} test cases of ${count(patients, 'patient')}. Intervals of soft Dice allow for that, by drawing whole patients; ${pooled ? 'those of the AUC and of operating points do not, and are too narrow' : 'those of the AUC are over rounds'}.`
        : html`<b>One case a patient.</b> Every test patient has one case, so cases can count as independent.`,
    rounds === 1
      ? html`<b>One round.</b> The intervals say how much other test cases would change the numbers, not how much another training would: each network was trained once.`
      : isCrossValidated(results)
        ? html`<b>${rounds} folds.</b> Every case is tested once. An AUC pools cases that were scored by networks of different folds, whose scores may not be on one scale; that tends to lower it.`
        : html`<b>${rounds} rounds.</b> Intervals of AUCs are over rounds, each with ${results.config.data.split === 'published' ? 'the same split and other seeds: they say what another training would change, not what other cases would.' : 'another split and other seeds: wide where rounds are few, and yet somewhat too narrow, because rounds share patients.'}`,
    html`<b>Many comparisons.</b> The tables hold many intervals at 95 %: about one in twenty leaves out the truth by chance.`,
  ];
  return html`<ul>${items.map((item) => item && html`<li>${item}</li>`)}</ul>`;
}
