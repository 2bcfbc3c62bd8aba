import type { Results } from '../folder/results.js';
import { type Content, type Html, html } from './html.js';
import { isCrossValidated } from './numbers.js';
import { table } from './table.js';

const SHOWN = 8;

/** What was read, how it was divided, and what was left out and why. */
export function dataSection(results: Results): Html {
  const { data, provenance, rounds } = results;
  const { description, skipped, structures, raters } = data;
  const { cases, decoded, patients, diagnoses, splits, sizes = {}, problems } = description;
  const facts: [string, Content][] = [
    ['source', data.name],
    [
      'cases',
      `${cases}${decoded !== undefined && decoded < cases ? `, of which ${decoded} could be decoded` : ''}${data.withoutPatient ? `; of ${data.withoutPatient} the data do not say whose they are` : `, of ${patients} ${patients === 1 ? 'patient' : 'patients'}`}`,
    ],
    [
      'diagnosis',
      `${diagnoses[0]} × 0 (healthy or benign), ${diagnoses[1]} × 1 (ill or malignant)${diagnoses.unknown ? `, ${diagnoses.unknown} unknown` : ''}`,
    ],
    ['structures', structures.join(', ')],
    ['images, once resized', counts(sizes)],
    ['authors’ splits', counts(splits) || 'none given'],
    ['hash', html`<code>${provenance.dataHash}</code>`],
  ];
  const guided = rounds.some(({ diagnosed }) => diagnosed);
  if (data.unoutlined) facts.splice(2, 0, ['cases without outlines', `${data.unoutlined}, diagnosed`]);
  const structured = Object.entries(description.raters);
  return html`<dl>${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
${table(
  { caption: 'Cases outlined by each rater.', file: 'cases by rater', columns: ['structure', ...raters] },
  [
    {
      rows: structured.map(([head, by]) => ({
        head,
        cells: raters.map((rater) => html`<td>${by[rater] ?? 0}</td>`),
      })),
    },
  ],
)}
${table(
  {
    caption: data.withoutPatient
      ? 'Training and test; where a patient is not known, each case stands for one.'
      : 'Training and test, divided by patient.',
    file: 'training and test',
    columns: [
      isCrossValidated(results) ? 'fold' : 'round',
      'seed',
      'training cases',
      ...(guided ? ['diagnosed alone'] : []),
      'validation cases',
      'test cases',
      'test patients',
      'test, diagnosis 0',
      'test, diagnosis 1',
    ],
  },
  [
    {
      rows: rounds.map(({ round, seed, train, diagnosed = [], validation, test, cases: tested }) => ({
        head: String(round + 1),
        cells: [
          seed,
          train.length,
          ...(guided ? [diagnosed.length] : []),
          validation.length,
          test.length,
          new Set(tested.map(({ patient }) => patient)).size,
          tested.filter(({ diagnosis }) => diagnosis === 0).length,
          tested.filter(({ diagnosis }) => diagnosis === 1).length,
        ].map((value) => html`<td>${value}</td>`),
      })),
    },
  ],
)}
${
  guided &&
  html`<p>From the cases that are diagnosed alone only the network that guides T&amp;G learns, which sees images without masks and learns from the training cases too. None is of a patient of the validation or test cases.</p>`
}
<h3>What was left out, and why</h3>
${folded(
  skipped.map(({ id, reason }) => html`<code>${id}</code>: ${reason}`),
  'Every case was used.',
  (n) => `${n} ${n === 1 ? 'case was' : 'cases were'} not used.`,
)}
<h3>What was wrong with the data</h3>
${folded(
  problems.map(
    ({ id, path, reason, outcome }) =>
      html`<code>${path}</code>${id !== undefined && id !== path && ` (case ${id})`}: ${reason} <span class="quiet">– ${outcome}</span>`,
  ),
  'Nothing was found.',
  (n) =>
    `${n} ${n === 1 ? 'problem was' : 'problems were'} found; “skipped” leaves a case out, “kept” uses it without the faulty part, “repaired” mends it.`,
)}`;
}

const counts = (of: Record<string, number>) =>
  Object.entries(of)
    .sort((a, b) => b[1] - a[1])
    .map(([name, n]) => `${name} (${n})`)
    .join(', ');

/** A list, folded where it is long. */
function folded(items: readonly Html[], none: string, summary: (n: number) => string): Html {
  if (items.length === 0) return html`<p>${none}</p>`;
  const list = html`<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>`;
  if (items.length <= SHOWN) return html`<p>${summary(items.length)}</p>${list}`;
  return html`<p>${summary(items.length)}</p><details><summary>Show all ${items.length}</summary>${list}</details>`;
}
