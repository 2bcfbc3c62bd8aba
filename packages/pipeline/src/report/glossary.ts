import { multiRaterNetworks } from '@diff/networks/multi-rater';
import { segmentationNetworks } from '@diff/networks/segmentation';
import { type Content, type Html, html } from './html.js';

/** What the report's own names mean, as a reader needs it at the foot of a table. */
const terms: Readonly<Record<string, string>> = {
  'T&G':
    'Take and Give: a segmentation network that asks a diagnosis network for features, and is asked by it in turn.',
  'Baseline-Seg': 'The same segmentation network without Take and Give.',
  guide:
    'A diagnosis network that sees the image alone and guides T&G; it learns from every diagnosed training case, outlined or not.',
  'Baseline-Dia': 'The diagnosis network that DF-GT is fitted to. It sees image and mask.',
  dlCat:
    'A diagnosis network that sees the mask as one more channel of the image. No label of a test case was fitted to it.',
  noMask: 'A diagnosis network that sees the image alone: what masks add is measured against it.',
  MV: 'Mean vote: at each pixel the share of raters who are inside.',
  STAPLE:
    'The probability of the structure, by a model that learns each rater’s sensitivity and specificity from how they agree. It knows no diagnosis.',
  AggNet: 'A fusion by a network that sees the image, learned together with each rater’s confusion matrix.',
  MaxMig:
    'A fusion by a network that sees the image, learned so that network and raters tell the most of each other.',
  'DF-GT':
    'Diagnosis-first ground truth: raters weighed pixel by pixel so that a diagnosis network diagnoses this very case right. It has seen the diagnosis.',
  Shared:
    'The raters’ masks weighed by shared expertness: learned once from training cases, and applied to cases whose diagnosis it never sees.',
  expertness:
    'How much a rater counts at a pixel; over the raters it sums to 1. DF-GT chooses it so that a diagnosis network diagnoses right.',
  randomRater: 'A label that is drawn anew for each image and step: the mask of one of the raters.',
  ...Object.fromEntries(
    segmentationNetworks.map(({ name, paper }) => [name, `A segmentation network: ${paper}.`]),
  ),
  ...Object.fromEntries(
    multiRaterNetworks.map(({ name, paper }) => [
      name,
      `A network that learns from several raters: ${paper}.`,
    ]),
  ),
};

const names = Object.keys(terms);
const idOf = (name: string) => `term-${names.indexOf(name)}`;
const escaped = names.map((name) => name.replace(/[.*+?^${}()|[\]\\&]/g, '\\$&'));
const known = new RegExp(`(?<![\\w-])(${escaped.join('|')})(?![\\w-])`);

/** A name whose known words explain themselves where they are pointed at, tapped or entered. */
export function explained(text: string): Content {
  return text
    .split(known)
    .map((part, i) =>
      i % 2
        ? html`<button type="button" class="term" popovertarget="${idOf(part)}" title="${terms[part]}">${part}</button>`
        : part,
    );
}

/** The explanations themselves, once a page: they open above everything, without a script. */
export const explanations = (): Html =>
  html`${names.map((name) => html`<div popover class="explanation" id="${idOf(name)}"><b>${name}</b> ${terms[name]}</div>`)}`;
