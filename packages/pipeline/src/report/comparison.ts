import type { CaseResult, Results } from '../folder/results.js';
import { documentOf, type Section, sectioned } from './document.js';
import { explained } from './glossary.js';
import { type Html, html } from './html.js';
import {
  armsOf,
  aucDifference,
  aucOf,
  diceDifference,
  diceOf,
  distanceOf,
  judgesMasks,
  judgesOf,
  labelsOf,
  meanOverCases,
  testCasesOf,
} from './numbers.js';
import type { Estimate } from './student.js';
import { decimal, estimateCell, signed, table } from './table.js';

/** A finished run, as a comparison calls it. */
export interface NamedRun {
  name: string;
  results: Results;
}

type Pair = readonly [NamedRun, NamedRun];

/** Two runs side by side as one HTML document: what they differ in, and their numbers with the difference per arm. */
export function comparison(pair: Pair): string {
  const [a, b] = pair;
  const both = joined(pair);
  const cases = pair.map(({ results }) => testCasesOf(results).length);
  const sections: Section[] = [
    ['settings', 'What the runs differ in', settingsTable(pair)],
    ['dice', 'Agreement with the raters and the fused labels', diceTable(pair, both)],
    ['distance', 'Distance from the raters’ outlines', distanceTable(pair, both)],
    ['auc', 'Diagnosis from the masks', aucTable(pair, both)],
    ['made', 'How they were made', madeTable(pair)],
  ];
  const paired = both
    ? html`<p>Both runs tested the same ${cases[0]} cases in the same rounds, so that differences are paired by case, with 95 % intervals.</p>`
    : html`<p>The runs did not test the same cases in the same rounds (${cases[0]} and ${cases[1]} cases). Differences are of their means, and have no interval: chance alone makes such numbers differ.</p>`;
  const body = html`<div class="found">${paired}<p>A difference is ${b.name} less ${a.name}. MV and STAPLE are the same in both where the data are; DF-GT and Shared are each run’s own, and so are the judges.</p></div>
${sectioned(sections)}`;
  return documentOf(`Two runs: ${a.name} and ${b.name}`, {
    about: pair.map(({ results }) => results.data.name).join(' · '),
    body,
  });
}

/** Masks of both runs as masks of one: `0 MV` of the first, `1 MV` of the second. Absent where the runs tested other cases. */
function joined([a, b]: Pair): Results | undefined {
  const tested = ({ results: { rounds, provenance } }: NamedRun) =>
    JSON.stringify([provenance.dataHash, rounds.map(({ cases }) => cases.map(({ id }) => id))]);
  if (tested(a) !== tested(b)) return undefined;
  const merged = <T>(one: Record<string, T> = {}, other: Record<string, T> = {}): Record<string, T> =>
    Object.fromEntries(
      [one, other].flatMap((of, run) => Object.entries(of).map(([mask, value]) => [`${run} ${mask}`, value])),
    );
  const both = (one: CaseResult, other: CaseResult): CaseResult => ({
    ...one,
    softDice: merged(one.softDice, other.softDice),
    hd95: merged(one.hd95, other.hd95),
    logits: Object.fromEntries(
      Object.keys(one.logits).map((judge) => [judge, merged(one.logits[judge], other.logits[judge])]),
    ),
  });
  const rounds = a.results.rounds.map((round, r) => ({
    ...round,
    cases: round.cases.map((one, i) => both(one, b.results.rounds[r]!.cases[i]!)),
  }));
  return { ...a.results, rounds };
}

/** What either run has, in the order of the first. */
const union = (pair: Pair, of: (results: Results) => readonly string[]) => [
  ...new Set(pair.flatMap(({ results }) => of(results))),
];

type Measure = (results: Results, mask: string) => Estimate | undefined;
type Difference = (both: Results, masks: readonly [string, string]) => Estimate | undefined;

/** The difference of the runs in a measure of one mask, then the measure in either. */
function row(
  pair: Pair,
  both: Results | undefined,
  mask: string,
  measure: Measure,
  apart: Difference,
  show = decimal,
) {
  const each = pair.map(({ results }) => measure(results, mask));
  const [one, other] = each;
  const unpaired = one && other && { value: other.value - one.value, of: Math.min(one.of, other.of) };
  const difference = both ? apart(both, [`1 ${mask}`, `0 ${mask}`]) : unpaired;
  return {
    head: explained(mask),
    cells: [
      estimateCell(one && other && difference, signed),
      ...each.map((estimate) => estimateCell(estimate, show)),
    ],
  };
}

const columnsOf = ([a, b]: Pair) => ['mask', `${b.name} − ${a.name}`, a.name, b.name];
const masksOf = (pair: Pair) => [...union(pair, armsOf), ...union(pair, labelsOf)];

function diceTable(pair: Pair, both: Results | undefined): Html {
  const raters = union(pair, ({ data }) => data.raters);
  const references = [
    ['the raters', raters],
    ['MV', ['MV']],
    ['DF-GT', ['DF-GT']],
  ] as const;
  return table(
    {
      caption: 'Mean soft Dice over test cases.',
      file: 'soft Dice of two runs',
      columns: columnsOf(pair),
    },
    union(pair, ({ data }) => data.structures).flatMap((structure) =>
      references.map(([name, among]) => ({
        name: `${structure}, with ${name}`,
        rows: masksOf(pair)
          .filter((mask) => mask !== name)
          .map((mask) =>
            row(
              pair,
              both,
              mask,
              (results, of) => meanOverCases(results, (one) => diceOf(one, of, [structure], among)),
              (of, masks) => diceDifference(of, masks, [structure], among),
            ),
          ),
      })),
    ),
  );
}

/** HD95 with the raters of the case, their mean. */
function distanceTable(pair: Pair, both: Results | undefined): Html {
  const raters = union(pair, ({ data }) => data.raters);
  const far = (one: CaseResult, mask: string, structure: string) => {
    const values = raters.flatMap((rater) => distanceOf(one, mask, structure, rater) ?? []);
    return values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : undefined;
  };
  return table(
    {
      caption: 'Mean HD95 with the raters, in pixels; smaller is better.',
      file: 'HD95 of two runs',
      columns: columnsOf(pair),
    },
    union(pair, ({ data }) => data.structures).map((structure) => ({
      name: structure,
      rows: union(pair, armsOf).map((arm) =>
        row(
          pair,
          both,
          arm,
          (results, mask) => meanOverCases(results, (one) => far(one, mask, structure)),
          (of, masks) =>
            meanOverCases(of, (one) => {
              const [second, first] = masks.map((mask) => far(one, mask, structure));
              return second === undefined || first === undefined ? undefined : second - first;
            }),
          (value) => value.toFixed(2),
        ),
      ),
    })),
  );
}

function aucTable(pair: Pair, both: Results | undefined): Html {
  return table(
    {
      caption: 'AUC of the diagnosis made from image and mask. Judges are trained by either run.',
      file: 'AUC of two runs',
      columns: columnsOf(pair),
    },
    union(pair, judgesOf).map((judge) => ({
      name: judgesMasks(judge) ? `by ${judge}` : `by ${judge}, from the image alone`,
      // Who does not look at masks says the same of all.
      rows: (judgesMasks(judge) ? masksOf(pair) : ['MV']).map((mask) =>
        row(
          pair,
          both,
          mask,
          (results, of) => aucOf(results, judge, of),
          (of, masks) => aucDifference(of, judge, masks),
        ),
      ),
    })),
  );
}

/** Every setting that differs. */
function settingsTable(pair: Pair): Html {
  const apart = differing(pair[0].results.config, pair[1].results.config);
  if (apart.length === 0) return html`<p>All settings are the same.</p>`;
  return table(
    {
      caption: 'Settings that differ.',
      file: 'settings of two runs',
      columns: ['setting', ...pair.map(({ name }) => name)],
      className: 'numbers words',
    },
    [
      {
        rows: apart.map(([setting, ...values]) => ({
          head: setting,
          cells: values.map((value) => html`<td>${value}</td>`),
        })),
      },
    ],
  );
}

/** `[path, in the one, in the other]` of whatever is not the same in two settings. */
export function differing(one: unknown, other: unknown, path = ''): [string, string, string][] {
  if (isSettings(one) && isSettings(other))
    return [...new Set([...Object.keys(one), ...Object.keys(other)])].flatMap((key) =>
      differing(one[key], other[key], path ? `${path}.${key}` : key),
    );
  const [a, b] = [one, other].map((value) => JSON.stringify(value) ?? 'not given') as [string, string];
  return a === b ? [] : [[path, a, b]];
}

const isSettings = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function madeTable(pair: Pair): Html {
  const facts = pair.map(({ results: { provenance, data, rounds } }) => ({
    data: data.name,
    'hash of the data': provenance.dataHash,
    rounds: String(rounds.length),
    'test cases': String(rounds.reduce((sum, { cases }) => sum + cases.length, 0)),
    command: provenance.command,
    engine: `${provenance.engine.name} ${provenance.engine.version}, ${provenance.engine.device}`,
    machine: provenance.machine,
    finished: provenance.finished,
    versions: Object.entries(provenance.versions)
      .map((one) => one.join(' '))
      .join(', '),
  }));
  const names = Object.keys(facts[0]!) as (keyof (typeof facts)[0])[];
  return table(
    {
      caption: 'Data, machine and versions of either run.',
      file: 'making of two runs',
      columns: ['', ...pair.map(({ name }) => name)],
      className: 'numbers words',
    },
    [
      {
        rows: names.map((name) => ({ head: name, cells: facts.map((one) => html`<td>${one[name]}</td>`) })),
      },
    ],
  );
}
