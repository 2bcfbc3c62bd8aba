import type { EpochRecord } from '@diff/train';
import { stringify } from 'yaml';
import type { OutlinedCase, Results } from '../folder/results.js';
import { duration } from '../terminal/duration.js';
import { attentionHealthTable } from './attention-health-table.js';
import { calibrationSection } from './calibration-section.js';
import { caseBrowser } from './case-browser.js';
import { caseBrowserScript } from './case-browser-script.js';
import {
  figure,
  legend,
  NO_MASK,
  rocChart,
  seriesOf,
  timingChart,
  trainingChart,
  worthChart,
  worthLegend,
} from './charts.js';
import { dataSection } from './data-section.js';
import { distanceTable } from './distance-table.js';
import { documentOf, type Section, sectioned } from './document.js';
import type { GalleryPicture } from './gallery.js';
import { explained } from './glossary.js';
import { type Content, type Html, html } from './html.js';
import { armsOf, imageJudge, labelsOf, maskJudgesOf, roc, secondsByStep, worthAtBorder } from './numbers.js';
import { attentionTable, casesTable, expertnessTable, opinionTables } from './pictures.js';
import { raterDiceTable } from './rater-dice-table.js';
import { aucTable, diceTable, operatingTable, skillsTable, weightsTable, worthTable } from './tables.js';
import { findings, limits } from './words.js';

/** The report as one HTML document that needs nothing but itself. */
export async function page(
  results: Results,
  gallery: readonly GalleryPicture[],
  outlined: readonly OutlinedCase[] = [],
): Promise<string> {
  const { data } = results;
  const masks = [...armsOf(results), ...labelsOf(results)];
  const sections: Section[] = [
    ['limits', 'What these numbers can and cannot say', limits(results)],
    ['data', 'The data', dataSection(results)],
    ['cases', 'Cases, outlines and predictions', await casesSection(results, gallery)],
    ...(outlined.length
      ? [['browse', 'Case by case', caseBrowser(results, outlined)] satisfies Section]
      : []),
    ...(await opinionSection(results, gallery)),
    ['expertness', 'Whom DF-GT followed, pixel by pixel', await expertnessSection(results, gallery)],
    [
      'dice',
      'Agreement with the raters and the fused labels',
      data.structures.map((structure) => diceTable(results, structure)),
    ],
    ...distanceSection(results),
    ['auc', 'Diagnosis from the masks', aucSection(results)],
    ['roc', 'ROC curves', rocSection(results, masks)],
    ['calibration', 'Calibration', calibrationSection(results)],
    ['training', 'Training', trainingSection(results)],
    ['worth', 'What each rater was worth', worthSection(results)],
    ['attention', 'Attention', await attentionSection(gallery)],
    ['timing', 'Time', timingSection(results)],
    ['again', 'How this was made, and how to make it again', provenanceSection(results)],
  ];
  return documentOf(`Diagnosis-first segmentation: ${data.name}`, {
    about: `${results.provenance.finished.slice(0, 10)} · ${results.provenance.engine.name} on ${results.provenance.machine}`,
    body: html`${results.warnings.length > 0 && html`<div class="found doubtful" role="alert"><h2>These numbers are doubtful</h2><ul>${results.warnings.map((text) => html`<li>${text}.</li>`)}</ul></div>`}
<div class="found">${findings(results)}</div>
${sectioned(sections)}`,
    ...(outlined.length && { script: caseBrowserScript }),
  });
}

async function casesSection(results: Results, gallery: readonly GalleryPicture[]): Promise<Html> {
  const { data } = results;
  const masks = [...labelsOf(results), ...armsOf(results)];
  const several =
    data.structures.length > 1 &&
    ` With several structures a picture is their mean: what lies in ${data.structures.join(' and ')} is brightest.`;
  return html`<p>Test cases of the first round. All columns but the first show the square around the outlines. Contours are where a rater’s mask reaches one half; where contours coincide, their colours alternate. Fused labels and predictions are soft: white is certainly the structure, black certainly not.${several}</p>
${await casesTable(gallery, data, masks)}`;
}

async function expertnessSection({ data }: Results, gallery: readonly GalleryPicture[]): Promise<Html> {
  const table = await expertnessTable(gallery, data.raters);
  if (!table) return html`<p>This run kept no expertness maps.</p>`;
  return html`<p>The ${explained('expertness')} of each rater, the weight that DF-GT gave them at each pixel; over the raters the weights sum to 1. The pictures show the square around the outlines. Where all raters agree a weight changes nothing, and colours are paler. “None”: the rater did not outline the case.</p>
${table}`;
}

/** Only of runs with arms that learned every rater's masks. */
async function opinionSection(results: Results, gallery: readonly GalleryPicture[]): Promise<Section[]> {
  const tables = await opinionTables(gallery, results.data.structures);
  if (!tables.length) return [];
  const content = html`<p>What networks that learned every rater’s masks say beside their mean: the mask that each rater would draw, or, of those that know no rater, samples of what they take for possible.</p>
${raterDiceTable(results)}
${tables.map(({ arm, table }) => html`<h3>${explained(arm)}</h3>${table}`)}`;
  return [['opinions', 'Each rater as the networks see them', content]];
}

const aucSection = (results: Results): Html =>
  html`${aucTable(results)}<details><summary>Operating points</summary>${operatingTable(results)}</details>`;

function rocSection(results: Results, masks: readonly string[]): Html {
  const alone = imageJudge(results);
  const series = seriesOf(alone === undefined ? masks : [...masks, NO_MASK]);
  const charts = maskJudgesOf(results).map((judge) => {
    const curves = series.flatMap((one) => {
      const points = one.name === NO_MASK ? roc(results, alone!, 'MV') : roc(results, judge, one.name);
      return points ? { ...one, points } : [];
    });
    return { judge, curves };
  });
  if (charts.every(({ curves }) => curves.length === 0))
    return html`<p>There is no curve to draw: the test cases are of one class.</p>`;
  const notes: Record<string, string> = { 'DF-GT': 'has seen the diagnosis', [NO_MASK]: `by ${alone}` };
  return html`${legend(series.map((one) => ({ ...one, note: notes[one.name] })))}
<div class="charts">${charts.map(({ judge, curves }) => figure(judge, rocChart(judge, curves)))}</div>`;
}

/** Only of runs that have distances. */
function distanceSection(results: Results): Section[] {
  const tables = results.data.structures.flatMap((structure) => distanceTable(results, structure) ?? []);
  return tables.length ? [['distance', 'Distance from the raters’ outlines', tables]] : [];
}

function trainingSection({ rounds, config }: Results): Html {
  const networks = [...new Set(rounds.flatMap(({ training }) => Object.keys(training)))];
  const parts = rounds.map(({ validation }) => validation.length);
  const validated = parts.some((cases) => cases > 0);
  const about = validated
    ? html`Solid: mean loss over each epoch’s training batches, which are augmented; dashed: loss on ${range(parts)} validation cases, which no network learned from. Each network has the weights of its best epoch there, and stopped after ${config.train.patience} epochs without a better one.`
    : 'Mean loss over each epoch. No cases were kept for validation, so that every network has the weights of its last epoch.';
  return html`<p>${about}${rounds.length > 1 && ' A line stands for a round.'}</p>
<div class="charts">${networks.map((network) => figure(network, trainingChart(network, rounds)))}</div>
${validated && html`<ul>${networks.map((network) => html`<li>${network}: ${rounds.map(({ training }) => bestOf(training[network] ?? [])).join('; ')}</li>`)}</ul>`}`;
}

const range = (counts: readonly number[]) => {
  const [low, high] = [Math.min(...counts), Math.max(...counts)];
  return low === high ? `${low}` : `${low} to ${high}`;
};

/** Which epoch's weights a network has. */
function bestOf(history: readonly EpochRecord[]): string {
  const [best] = [...history].sort((a, b) => (a.validation ?? 0) - (b.validation ?? 0));
  return best ? `epoch ${best.epoch + 1} of ${history.length}` : 'not trained';
}

function worthSection(results: Results): Html {
  const learned = results.rounds.some(({ shared }) => shared);
  return html`${learned && html`<p>What was learned once, from the diagnoses of the training cases, and is applied to cases without one. It measures what outlines tell of the diagnosis, not how accurate they are.</p>${weightsTable(results)}`}
${skillsSection(results)}
${borderSection(results)}`;
}

function skillsSection(results: Results): Content {
  if (!results.rounds.some(({ skills }) => skills)) return false;
  return html`<p>What networks that fuse learned of the raters, from images and masks and no diagnosis: how often a rater is right inside and outside what the network believes, measured in the box around all masks. Expertness is (sensitivity + specificity − 1) where positive, divided by its sum.</p>${skillsTable(results)}`;
}

function borderSection(results: Results): Html {
  const rows = worthAtBorder(results);
  if (rows.length === 0) return html`<p>The raters disagree nowhere in the training cases.</p>`;
  const over = results.rounds.length > 1 ? 'over rounds' : 'over training cases';
  return html`<p>How much weight DF-GT gave each rater where raters disagree (the border), with 95 % intervals ${over}. Right of the dashed line, a rater was followed more than the others.</p>
${worthLegend()}
<div class="charts">${figure('Mean expertness at the border', worthChart(rows, results.data.raters))}</div>
<details><summary>The same as a table</summary>${worthTable(results)}</details>`;
}

async function attentionSection(gallery: readonly GalleryPicture[]): Promise<Html> {
  const table = await attentionTable(gallery);
  if (!table) return html`<p>This run kept no attention maps.</p>`;
  return html`<p>Where each Take and Give of T&amp;G looks, on average over heads and over the pixels that ask. 1 is an even spread; brighter places are looked at more. A place that is looked at is not thereby a reason for the diagnosis.</p>
${table}
${attentionHealthTable(gallery)}`;
}

function timingSection({ rounds, ...results }: Results): Html {
  const steps = secondsByStep({ ...results, rounds });
  if (steps.length === 0) return html`<p>No step was timed.</p>`;
  const sum = steps.reduce((all, { seconds }) => all + seconds, 0);
  const { workers, engine, started, finished } = results.provenance;
  const wall = (Date.parse(finished) - Date.parse(started)) / 1000;
  return html`<p>${rounds.length > 1 ? `Mean over ${rounds.length} rounds: ` : ''}${duration(sum)} of work, added up over ${workers === undefined ? 'workers' : workers === 1 ? 'one worker' : `${workers} workers`} on ${engine.name}. The session that ended the run took ${duration(wall)}.</p>
<div class="charts">${figure('Time by step', timingChart(steps))}</div>`;
}

function provenanceSection({ provenance, config, rounds }: Results): Html {
  const { command, versions, engine, machine, started, finished } = provenance;
  const facts: [string, Content][] = [
    ['command', html`<code>${command}</code>`],
    ['engine', `${engine.name} ${engine.version}, ${engine.device}`],
    ['machine', machine],
    ['started', started],
    ['finished', finished],
    ['seeds', `${config.seed}; by round ${rounds.map(({ seed }) => seed).join(', ')}`],
    [
      'versions',
      Object.entries(versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
    ],
  ];
  return html`<dl>${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
<details><summary>The whole configuration</summary><pre tabindex="0">${stringify(config)}</pre></details>`;
}
