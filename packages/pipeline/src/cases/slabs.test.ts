import { majorityVote, meanVote } from '@diff/fusion';
import { entropy } from '@diff/metrics';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { meanDisagreement } from './fuse-structure.js';
import { bySlabs, slabs } from './slabs.js';

const panel = fc
  .tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 4 }))
  .chain(([length, raters]) =>
    fc.array(fc.uint8Array({ min: 0, max: 1, minLength: length, maxLength: length }), {
      minLength: raters,
      maxLength: raters,
    }),
  );

it('gives slab by slab what fusing all at once gives', () => {
  fc.assert(
    fc.property(panel, fc.integer({ min: 1, max: 50 }), (masks, size) => {
      expect(bySlabs(masks, meanVote, size)).toEqual(new Float32Array(meanVote(masks)));
      expect(bySlabs(masks, majorityVote, size)).toEqual(new Float32Array(majorityVote(masks)));
      const pieces = [...slabs(masks, size)];
      expect(pieces.map(({ from }) => from)).toEqual(pieces.map((_, i) => i * size));
      masks.forEach((mask, rater) => {
        expect(pieces.flatMap(({ slab }) => [...slab[rater]!])).toEqual([...mask]);
      });
    }),
  );
});

it('gives the disagreement of more pixels than a slab has', () => {
  const length = 2 ** 20 + 1000;
  const masks = [2, 3, 5].map((n) => Uint8Array.from({ length }, (_, i) => Number(i % n === 0)));
  const all = entropy(masks).reduce((sum, value) => sum + value, 0) / length;
  expect(meanDisagreement(Object.fromEntries(masks.map((mask, i) => [i, mask])))).toBe(all);
});
