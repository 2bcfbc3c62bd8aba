import { expect, test } from 'vitest';
import { nearest } from './nearest.js';

test.each([
  ['threshhold', 'threshold'],
  ['Threshold', 'threshold'],
  ['seeds', 'seed'],
  ['patchsize', 'patchSize'],
  ['colour', undefined],
  ['x'.repeat(1000), undefined],
])('%s is near to %s', (name, expected) => {
  expect(nearest(name, ['threshold', 'seed', 'patchSize'])).toBe(expected);
});
