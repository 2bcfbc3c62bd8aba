import { expect, test } from 'vitest';
import type { FitState } from './fit.js';
import { verdictOf } from './verdict.js';

const at = (step: number, logit: number): FitState => ({
  step,
  logit,
  objective: 1,
  fused: {},
  expertness: {},
});

test('it says what the network says of the mean vote, and of the label that was told', () => {
  expect(verdictOf(1, {})).toEqual([]);
  expect(verdictOf(0, { truth: [at(0, 0.5)] })).toEqual([
    "The patient is healthy; with the raters' mean vote the network says ill (logit +0.50).",
  ]);
  expect(verdictOf(0, { truth: [at(0, 0.5), at(1, -1.256)] })[1]).toBe(
    'Told “healthy”, the fused label brings it to −1.26 after 1 step.',
  );
});

test('once both were told, it says what such a label may not be used for', () => {
  const runs = { truth: [at(0, 0.5), at(9, 3)], opposite: [at(0, 0.5), at(9, -3)] };
  const sentences = verdictOf(1, runs);
  expect(sentences).toHaveLength(4);
  expect(sentences[2]).toContain('Told “healthy”');
  expect(sentences[3]).toContain('must never be used to find a diagnosis');
  expect(verdictOf(1, { ...runs, opposite: [at(0, 0.5)] })).toHaveLength(2);
});
