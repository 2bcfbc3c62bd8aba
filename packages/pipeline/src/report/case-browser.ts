import type { CaseResult, OutlinedCase, Results } from '../folder/results.js';
import { type Content, Html, html } from './html.js';
import { armsOf, judgesOf, labelsOf } from './numbers.js';
import { csvFile } from './table.js';

/** What the script of the browser reads: numbers by structure, mask and reference, in the order of the names. */
function browserData(results: Results, outlined: readonly OutlinedCase[]) {
  const { structures, raters } = results.data;
  const [arms, labels, judges] = [armsOf(results), labelsOf(results), judgesOf(results)];
  const masks = [...arms, ...labels];
  const references = [...raters, ...labels];
  const scored = new Map(results.rounds[0]?.cases.map((one) => [one.id, one]));
  const measured = (of: CaseResult['softDice'] | undefined) =>
    structures.map((structure) =>
      masks.map((mask) =>
        references.map((reference) => rounded(own(own(own(of, mask), structure), reference))),
      ),
    );
  const cases = outlined.flatMap(({ disagreement, ...one }) => {
    const told = scored.get(one.id);
    if (!told) return [];
    const paths = (by: OutlinedCase['masks'], names: readonly string[]) =>
      structures.map((structure) => names.map((name) => own(own(by, structure), name) ?? null));
    return {
      ...one,
      patient: told.patient,
      diagnosis: told.diagnosis,
      raters: paths(one.raters, raters),
      masks: paths(one.masks, masks),
      dice: measured(told.softDice),
      hd95: measured(told.hd95),
      logits: judges.map((judge) => masks.map((mask) => rounded(own(own(told.logits, judge), mask)))),
      disagreement: rounded(disagreement),
    };
  });
  return { structures, raters, masks, references, judges, cases };
}

/** A property of its own: a rater may be called `constructor`. */
const own = <T>(of: Readonly<Record<string, T>> | undefined, name: string): T | undefined =>
  of && Object.hasOwn(of, name) ? of[name] : undefined;

/** JSON has no NaN, and the file is to be small. */
const rounded = (value: number | undefined) =>
  typeof value === 'number' && Number.isFinite(value) ? Number(value.toFixed(4)) : null;

const select = (name: string, label: string, options: readonly [value: string | number, text: string][]) =>
  html`<label>${label} <select name="${name}">${options.map(([value, text]) => html`<option value="${value}">${text}</option>`)}</select></label>`;

/** A row per test case of every round: soft Dice with the raters, which is their mean, HD95 likewise, and logits. */
function casesFile(results: Results): Html {
  const { structures, raters } = results.data;
  const masks = [...armsOf(results), ...labelsOf(results)];
  const withRaters = (name: string, of: (one: CaseResult) => CaseResult['softDice'] | undefined) =>
    masks.flatMap((mask) =>
      structures.map((structure) => ({
        column: `${name}, ${mask}, ${structure}`,
        of: (one: CaseResult) => {
          const by = own(own(of(one), mask), structure);
          const values = raters.flatMap((rater) => own(by, rater) ?? []);
          return values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : undefined;
        },
      })),
    );
  const measures = [
    ...withRaters('soft Dice', ({ softDice }) => softDice),
    ...withRaters('HD95', ({ hd95 }) => hd95).filter(
      (_, i) => i < armsOf(results).length * structures.length,
    ),
    ...judgesOf(results).flatMap((judge) =>
      masks.map((mask) => ({
        column: `logit by ${judge}, ${mask}`,
        of: ({ logits }: CaseResult) => own(own(logits, judge), mask),
      })),
    ),
  ];
  const rows = results.rounds.flatMap(({ round, cases }) =>
    cases.map((one) => ({
      ...{ case: one.id, patient: one.patient, round: round + 1, diagnosis: one.diagnosis },
      ...Object.fromEntries(measures.map(({ column, of }) => [column, of(one)])),
    })),
  );
  const columns = ['case', 'patient', 'round', 'diagnosis', ...measures.map(({ column }) => column)];
  return csvFile('cases', rows, columns);
}

/** A place for the script to show test cases one by one, sorted and filtered, with their outlines and numbers. */
export function caseBrowser(results: Results, outlined: readonly OutlinedCase[]): Html {
  const data = browserData(results, outlined);
  const numbered = (names: readonly string[]) => names.map((name, i): [number, string] => [i, name]);
  const controls: Content[] = [
    select('sort', 'sort by', [
      ['dice', 'soft Dice'],
      ['hd95', 'HD95'],
      ['logit', 'logit'],
      ['disagreement', 'disagreement of the raters'],
    ]),
    select('order', 'order', [
      ['worst', 'worst first'],
      ['best', 'best first'],
    ]),
    select('mask', 'mask', numbered(data.masks)),
    select('reference', 'compared with', [['all', 'all raters'], ...numbered(data.references)]),
    select('structure', 'structure', [['all', 'all'], ...numbered(data.structures)]),
    select('judge', 'judge', numbered(data.judges)),
    select('diagnosis', 'diagnosis', [
      ['all', 'both'],
      ['0', '0'],
      ['1', '1'],
    ]),
  ];
  // No `</script>` can stand in it.
  const json = JSON.stringify(data).replace(
    /[<\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return html`<p>${data.cases.length} test cases of the first round. A mask’s outline is where it reaches one half. The worst logit is the one that is most wrong about the diagnosis; of disagreement the worst is the most. Arrow keys go from case to case, and move the picture where it has the focus; + and − zoom, 0 shows all of it again.</p>
<p id="browser-off">This part needs scripts, which are off here.</p>
<div id="browser" class="browser" hidden>
<form class="controls">${controls}</form>
<p class="quiet" data-part="count" role="status"></p>
<ol data-part="list" aria-label="Cases"></ol>
<div data-part="detail" role="group" aria-label="Chosen case"><h3 data-part="title">Chosen case</h3>
<div class="stage"><svg data-part="picture" role="img" tabindex="0" aria-label="The chosen case"></svg><div class="zoom"><button type="button" data-zoom="1.5" aria-label="zoom in">+</button><button type="button" data-zoom="0.667" aria-label="zoom out">−</button><button type="button" data-zoom="0" aria-label="show all of it">all</button></div></div>
<ul class="legend" data-part="legend"></ul>
<div class="scroll" role="region" tabindex="0" aria-label="Numbers of the chosen case"><table class="numbers"><caption><span data-part="caption">Numbers of the chosen case.</span></caption><thead data-part="head"></thead><tbody data-part="body"></tbody></table></div>${casesFile(results)}</div>
</div>
<script type="application/json" id="browser-data">${new Html(json)}</script>`;
}
