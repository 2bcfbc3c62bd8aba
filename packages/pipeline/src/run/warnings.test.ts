import { expect, it } from 'vitest';
import { caseOf, resultsOf } from '../report/fixtures/results.js';
import { warningsOf } from './warnings.js';

const tested = ['a', 'b'].map((id) => caseOf(id, 0, {}));
const run = (change: object, config = {}) => {
  const results = resultsOf([tested], config);
  Object.assign(results.rounds[0]!, { train: Array.from({ length: 14 }, (_, i) => `t${i}`) }, change);
  return warningsOf(results);
};
const losses = (...values: number[]) => values.map((loss, epoch) => ({ epoch, loss }));

it('a run that went well has no warnings', () => {
  const training = { 'Baseline-Dia': losses(0.7, 0.72, 0.5), 'T&G on DF-GT': losses(0.4) };
  const settings = { diagnosis: { batchSize: 14 }, segmentation: { batchSize: 4 } };
  expect(run({ training, empty: { 'T&G on DF-GT': { lesion: 1 } } }, settings)).toEqual([]);
});

it('says what is doubtful: a batch cut short, a loss that has not fallen, empty predictions, images seen before', () => {
  expect(
    run({ training: { dlCat: losses(0.7, 0.6, 0.7) }, empty: { arm: { lesion: 2 } }, seen: ['b'] }),
  ).toEqual([
    'diagnosis.batchSize is 16, but there are 14 training cases: 14 are taken',
    'segmentation.batchSize is 16, but there are 14 training cases: 14 are taken',
    'dlCat has learned nothing: its loss was 0.700 in the first epoch and 0.700 in the last',
    'arm predicts no lesion: not one of 2 test predictions reaches 0.5 anywhere',
    '1 of 2 test images are also among the training images (b): their scores say nothing of new images',
  ]);
});

it('names the round where there are several', () => {
  const results = resultsOf([tested, tested], {
    diagnosis: { batchSize: 1 },
    segmentation: { batchSize: 1 },
  });
  for (const round of results.rounds) round.train = ['t'];
  results.rounds[1]!.seen = ['a'];
  expect(warningsOf(results)).toEqual([expect.stringContaining('1 of 2 test images of round 1 are also')]);
});
