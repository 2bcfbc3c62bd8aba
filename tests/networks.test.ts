import { readFileSync } from 'node:fs';
import '@tensorflow/tfjs-backend-cpu';
import { setBackend } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { built, type Count, networksPage, networksSection } from '../tools/networks.js';

/** Channels are multiples of the width, or fixed: weights are a polynomial of second degree in it, which three small widths decide. */
const extrapolated: Count = (network, { width, ...options }) => {
  const [first, second, third] = [8, 16, 24].map((each) => built(network, { ...options, width: each }));
  const t = width / 8;
  return ((t - 2) * (t - 3) * first! + (t - 1) * (t - 2) * third!) / 2 - (t - 1) * (t - 3) * second!;
};

test('the page of networks is that of the lists (npm run network-table)', async () => {
  await setBackend('cpu');
  const [, section] = /<!-- networks -->\n([\s\S]*)\n<!-- \/networks -->/.exec(
    readFileSync(networksPage, 'utf8'),
  )!;
  expect(section).toBe(networksSection(extrapolated));
});
