import { expect, it } from 'vitest';
import { dataSection } from './data-section.js';
import { resultsOf } from './fixtures/results.js';
import { textOf } from './html.js';

const results = resultsOf([[{ id: 'a', patient: 'a', diagnosis: 1, softDice: {}, logits: {} }]]);
const shown = (given: typeof results) => textOf(dataSection(given));

it('says how many cases had a diagnosis alone, and what learned from them', () => {
  expect(shown(results)).not.toMatch(/diagnosed alone|without outlines/);
  const [round] = results.rounds;
  const guided = {
    ...results,
    data: { ...results.data, unoutlined: 7 },
    rounds: [{ ...round!, train: ['b', 'c'], diagnosed: ['d', 'e', 'f'] }],
  };
  const text = shown(guided).replaceAll(/\s+/g, ' ');
  expect(text).toContain('cases without outlines7, diagnosed');
  expect(text).toMatch(/training cases ?diagnosed alone ?validation cases/);
  expect(text).toContain('only the network that guides T&amp;G learns');
  expect(dataSection(guided).markup).toMatch(/<td>2<\/td><td>3<\/td><td>0<\/td>/);
});
