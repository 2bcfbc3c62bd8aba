import { describe, expect, it } from 'vitest';
import { instanceScores } from '../index.js';

const prediction = [
  [1, 1, 0, 0, 0, 1],
  [1, 1, 0, 0, 0, 0],
  [0, 0, 0, 1, 1, 0],
].flat();
const reference = [
  [1, 1, 0, 0, 0, 0],
  [1, 0, 0, 0, 0, 0],
  [0, 0, 0, 0, 1, 1],
].flat();
const shape = [3, 6];

describe('instanceScores', () => {
  it('matches components one to one, by hand', () => {
    // four against three voxels share three: Jaccard 3/4; two against two share one: 1/3, not above a half
    expect(instanceScores(prediction, reference, { shape })).toEqual({
      matches: [{ prediction: 1, reference: 1, jaccard: 3 / 4, dice: 6 / 7 }],
      referenceDice: [6 / 7, 0],
      truePositives: 1,
      falsePositives: 2,
      falseNegatives: 1,
      f1: 2 / 5,
      segmentationQuality: 3 / 4,
      panopticQuality: 1.5 / 5,
      lesionDice: 6 / 7 / 4,
    });
    const loose = instanceScores(prediction, reference, { shape, minimumIou: 0.2 });
    expect(loose.referenceDice).toEqual([6 / 7, 1 / 2]);
    expect(loose.panopticQuality).toBeCloseTo((2 * (3 / 4 + 1 / 3)) / 5, 12);
  });

  it('joins over corners unless told', () => {
    const [diagonal, shape] = [
      [1, 0, 0, 1],
      [2, 2],
    ];
    expect(instanceScores(diagonal, diagonal, { shape }).truePositives).toBe(1);
    expect(instanceScores(diagonal, diagonal, { shape, corners: false }).truePositives).toBe(2);
  });

  it('is 0 where one mask is empty, and what bothEmpty says where both are', () => {
    const none = new Uint8Array(18);
    const one = instanceScores(prediction, none, { shape });
    expect([one.f1, one.panopticQuality, one.lesionDice, one.falsePositives]).toEqual([0, 0, 0, 3]);
    const both = instanceScores(none, none, { shape, bothEmpty: 0.5 });
    expect([both.f1, both.panopticQuality, both.lesionDice, both.segmentationQuality]).toEqual([
      0.5, 0.5, 0.5, 0.5,
    ]);
  });
});
