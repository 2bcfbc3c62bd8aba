import { type Swept, sweep } from '@diff/checks/testing';
import { expect, test } from 'vitest';
import * as fusion from './index.js';

const masks = [
  [1, 0, 1, 0, 1, 0],
  [1, 1, 0, 0, 1, 0],
  [0, 0, 1, 1, 1, 0],
];
const labelMaps = [
  [1, 0, 2, 0, 1, 2],
  [1, 1, 2, 0, 1, 0],
  [0, 0, 2, 1, 1, 2],
];
const shape = [2, 3];
const em = { maxIterations: 4, tolerance: 0.001 };
const missing = [[false, true, false, false, false, false], null, null];
const all = <T extends object>(steps: Iterable<T>) => Array.from(steps, (step) => ({ ...step }));

/** Every public function, with every option that it has. */
const functions: Record<string, Pick<Swept, 'run' | 'args' | 'required'>> = {
  dawidSkene: {
    run: fusion.dawidSkene,
    args: { votes: labelMaps, options: { ...em, classes: 3, soft: false, missing: 9 } },
    required: ['options', 'options.classes'],
  },
  dawidSkeneIterations: {
    run: (...args: Parameters<typeof fusion.dawidSkeneIterations>) =>
      all(fusion.dawidSkeneIterations(...args)),
    args: { votes: labelMaps, options: { ...em, classes: 3, soft: false, missing: 9 } },
    required: ['options', 'options.classes'],
  },
  disagreement: {
    run: fusion.disagreement,
    args: { masks, options: { shape, connectivity: 'faces', missing: 9 } },
    required: ['options', 'options.shape'],
  },
  fuse: {
    run: fusion.fuse,
    args: { masks, expertness: [0.5, 0.25, 0.25], options: { missing: 9, unrated: 0 } },
  },
  majorityVote: {
    run: fusion.majorityVote,
    args: { masks, options: { weights: [1, 2, 1], missing: 9, unrated: 0, ties: 'foreground' } },
  },
  majorityVoteMultiLabel: {
    run: fusion.majorityVoteMultiLabel,
    args: {
      labelMaps,
      options: { weights: [1, 2, 1], missing: 9, unrated: 0, ties: 'first', labels: [0, 1, 2], undecided: 7 },
    },
  },
  meanVote: {
    run: fusion.meanVote,
    args: { masks, options: { weights: [1, 2, 1], missing, unrated: 0 } },
  },
  rankRaters: {
    run: fusion.rankRaters,
    args: { masks, fusion: [1, 0.5, 1, 0, 1, 0], options: { by: 'dice', missing: 9 } },
  },
  rasterize: {
    run: fusion.rasterize,
    args: {
      polygons: [
        [
          [0, 0],
          [3, 0],
          [0, 2],
        ],
      ],
      options: { shape, rule: 'nonzero', origin: 'corner' },
    },
    required: ['polygons', 'polygons[0]', 'options', 'options.shape'],
  },
  shapeBasedAverage: {
    run: fusion.shapeBasedAverage,
    args: { masks, options: { shape, spacing: [1, 2], weights: [1, 2, 1] } },
    required: ['options', 'options.shape'],
  },
  shapeBasedAverageMultiLabel: {
    run: fusion.shapeBasedAverageMultiLabel,
    args: { labelMaps, options: { shape, spacing: [1, 2], weights: [1, 2, 1], labels: [0, 1, 2] } },
    required: ['options', 'options.shape'],
  },
  simple: {
    run: fusion.simple,
    args: { masks, options: { ...em, alpha: 1, margin: 0.1, minimumRaters: 2, missing: 9 } },
  },
  simpleIterations: {
    run: (...args: Parameters<typeof fusion.simpleIterations>) => all(fusion.simpleIterations(...args)),
    args: { masks, options: { ...em, alpha: 1, margin: 0.1, minimumRaters: 2, missing: 9 } },
  },
  staple: {
    run: fusion.staple,
    args: {
      masks,
      options: { ...em, prior: 0.4, confidenceWeight: 1, region: [1, 1, 1, 1, 0, 0], missing },
    },
  },
  stapleIterations: {
    run: (...args: Parameters<typeof fusion.stapleIterations>) => all(fusion.stapleIterations(...args)),
    args: {
      masks,
      options: {
        ...em,
        prior: [0.4, 0.4, 0.5, 0.1, 0, 1],
        confidenceWeight: 1,
        region: [1, 1, 1, 1, 0, 0],
        missing: 9,
      },
    },
  },
  stapleMrf: {
    run: fusion.stapleMrf,
    args: { masks, options: { ...em, shape, coupling: 0.5, prior: 0.4, missing: 9 } },
    required: ['options', 'options.shape'],
  },
  stapleMrfIterations: {
    run: (...args: Parameters<typeof fusion.stapleMrfIterations>) =>
      all(fusion.stapleMrfIterations(...args)).length,
    args: { masks, options: { ...em, shape, coupling: 0.5, prior: 0.4, missing: 9 } },
    required: ['options', 'options.shape'],
  },
  stapleMultiLabel: {
    run: fusion.stapleMultiLabel,
    args: {
      labelMaps,
      options: { ...em, labels: [0, 1, 2], prior: [0.5, 0.25, 0.25], undecided: 7, missing: 9 },
    },
  },
  stapleMultiLabelIterations: {
    run: (...args: Parameters<typeof fusion.stapleMultiLabelIterations>) =>
      all(fusion.stapleMultiLabelIterations(...args)),
    args: {
      labelMaps,
      options: { ...em, labels: [0, 1, 2], prior: [0.5, 0.25, 0.25], undecided: 7, missing: 9 },
    },
  },
  stapleSpatial: {
    run: fusion.stapleSpatial,
    args: { masks, options: { ...em, shape, radius: 1, priorVotes: 5, prior: 0.4, missing: 9 } },
    required: ['options', 'options.shape'],
  },
  stapleSpatialIterations: {
    run: (...args: Parameters<typeof fusion.stapleSpatialIterations>) =>
      all(fusion.stapleSpatialIterations(...args)),
    args: { masks, options: { ...em, shape, radius: 1, priorVotes: 5, prior: 0.4, missing: 9 } },
    required: ['options', 'options.shape'],
  },
};

/** What the docs say of values that are hostile elsewhere. */
const documented = (place: string, hostile: string) =>
  // An absent rater.
  (/^(masks|labelMaps|votes|options\.missing|expertness)\[\d\]$/.test(place) &&
    /^(null|undefined)$/.test(hostile)) ||
  // Any number may stand for a missing vote, or for what nobody rated.
  (/^options\.(missing|unrated)$/.test(place) && hostile === 'NaN') ||
  // Flags are 0/1 or booleans, one array per rater or none; or a number stands for a missing vote.
  (/^options\.(missing\[\d\]|region)(\[\d\])?$/.test(place) &&
    /^(true|0|1|array of booleans)$/.test(hostile)) ||
  (place === 'options.missing' && /^(3|sparse array)$/.test(hostile)) ||
  // No polygon encloses nothing.
  (place.startsWith('polygons') && hostile === '[]');

test('every public function is swept', () => {
  expect(Object.keys(functions).sort()).toEqual(
    Object.entries(fusion)
      .flatMap(([name, value]) => (typeof value === 'function' ? name : []))
      .sort(),
  );
});

test.each(Object.entries(functions))('%s answers hostile values as documented', async (name, swept) => {
  expect(await sweep({ name, documented, ...swept })).toEqual([]);
});
