import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expectation, maximize, oneHot, type Vote } from './fixtures/em-by-pixel.js';
import itk from './fixtures/itk-staple.json' with { type: 'json' };
import { drawn, largestDifference, noisyPanel, random, randomHoles } from './fixtures/panels.js';
import { stapleMultiLabel, stapleMultiLabelIterations } from './index.js';

describe('stapleMultiLabel', () => {
  test.each(itk.labels)("gives what ITK's MultiLabelSTAPLEImageFilter gives for $title", (expected) => {
    const masks = expected.masks.map((digits) => drawn(digits));
    const result = stapleMultiLabel(masks, { tolerance: expected.threshold });
    expect(result.labelMap.join('')).toBe(expected.labelMap);
    expect(result.iterations).toBe(expected.elapsed + 1);
    const confusion = result.confusion.flatMap((matrix) => [...matrix!]);
    expect(largestDifference(confusion, expected.confusion!)).toBeLessThan(1e-10);
  });

  test('on patterns is the EM on pixels, with missing labels too, to 1e-9', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 3, max: 8 }), (seed, raters) => {
        const [pixels, classes] = [57, 3];
        const { masks } = noisyPanel(raters, pixels, seed, classes);
        const missing = randomHoles(raters, pixels, seed);
        const vote: Vote = (r, j) => (missing[r]![j] ? undefined : oneHot(masks[r]![j]!, classes));
        const tally = [...Array(pixels).keys()].map((j) =>
          [...Array(classes).keys()].map((l) => masks.filter((_, r) => vote(r, j)?.[l]).length),
        );
        const winners = tally.map((row) => {
          const most = Math.max(...row);
          const tied = row.filter((n) => n === most).length;
          return row.map((n) => (most > 0 && n === most ? 1 / tied : 0));
        });
        const prior = [0, 1, 2].map((l) => tally.reduce((sum, row) => sum + row[l]!, 0));
        const votes = prior.reduce((a, b) => a + b);
        let theta = masks.map((_, r) => {
          const counts = [0, 1, 2].map((t) =>
            [0, 1, 2].map((l) => winners.reduce((sum, w, j) => sum + w[t]! * (vote(r, j)?.[l] ?? 0), 0)),
          );
          return counts.map((row) =>
            row.map((n, l) => n / (counts.reduce((sum, other) => sum + other[l]!, 0) || 1)),
          );
        });
        for (let i = 0; i < 5; i++)
          theta = maximize(
            raters,
            classes,
            expectation(
              raters,
              pixels,
              prior.map((n) => n / votes),
              theta,
              vote,
            ),
            vote,
          );
        const result = stapleMultiLabel(masks, {
          missing,
          maxIterations: 5,
          tolerance: 0,
          labels: [0, 1, 2],
        });
        expect(result.converged).toBe(false);
        expect(
          largestDifference(
            result.confusion.flatMap((matrix) => [...matrix!]),
            theta.flat(2),
          ),
        ).toBeLessThan(1e-9);
      }),
      { seed: 7, numRuns: 40 },
    );
  });

  test('recovers the truth better than any rater', () => {
    const { masks, truth } = noisyPanel(7, 3000, 13, 4);
    const errors = (map: ArrayLike<number>) => truth.filter((label, j) => map[j] !== label).length;
    const { labelMap } = stapleMultiLabel(masks);
    expect(errors(labelMap)).toBeLessThan(Math.min(...masks.map(errors)) / 2);
  });

  test('reports ties as undecided', () => {
    const masks = [drawn('001101'), drawn('001110')];
    expect([...stapleMultiLabel(masks).labelMap]).toEqual([0, 0, 1, 1, 2, 2]);
    expect(stapleMultiLabel(masks, { undecided: -1 }).labelMap.at(-1)).toBe(-1);
    expect([...stapleMultiLabel(masks, { prior: [0.4, 0.6] }).labelMap]).toEqual([0, 0, 1, 1, 1, 1]);
  });

  test('keeps label values, and does not mind which they are', () => {
    const { masks } = noisyPanel(5, 200, 14, 3);
    const values = [0, 128, 255];
    const result = stapleMultiLabel(masks.map((mask) => mask.map((v) => values[v]!)));
    expect(result.labels).toEqual(values);
    expect(result.undecided).toBe(256);
    const plain = stapleMultiLabel(masks);
    expect([...result.labelMap]).toEqual(Array.from(plain.labelMap, (v) => [...values, 256][v]));
  });

  test('gives an unrated pixel the label with the largest prior, and leaves out who is absent', () => {
    const masks = [[0, 0, 1, 0, 9], null, [0, 0, 1, 1, 9], [0, 0, 1, 0, 9]];
    const result = stapleMultiLabel(masks, { missing: 9 });
    expect([...result.labelMap]).toEqual([0, 0, 1, 0, 0]);
    expect(result.confusion[1]).toBeNull();
  });

  test('gives probabilities of the labels, of which the label map has the largest', () => {
    const { masks } = noisyPanel(5, 300, 16, 4);
    const { probability, labelMap, confusion, prior, labels } = stapleMultiLabel(masks, { tolerance: 1e-9 });
    const vote: Vote = (r, j) => oneHot(masks[r]![j]!, 4);
    const theta = confusion.map((matrix) => labels.map((_, t) => [...matrix!.subarray(4 * t, 4 * t + 4)]));
    const expected = expectation(5, 300, [...prior], theta, vote);
    expect(largestDifference(probability, expected.flat())).toBeLessThan(1e-12);
    labelMap.forEach((label, j) => {
      const row = probability.subarray(4 * j, 4 * j + 4);
      expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
      expect(row[label]).toBe(Math.max(...row));
    });
  });

  test('refuses values that are no labels, in few words', () => {
    const soft = [0, 0.5, 1];
    expect(() => stapleMultiLabel([soft, soft, soft])).toThrow(
      new RangeError(
        'stapleMultiLabel: labelMaps[0][1] is 0.5, expected an integer from -2147483648 to 2147483647',
      ),
    );
    const draw = random(17);
    const many = Float32Array.from({ length: 100_000 }, draw);
    const message = (call: () => unknown) => {
      try {
        call();
      } catch (error) {
        return String(error);
      }
      return '';
    };
    expect(message(() => stapleMultiLabel([many, many]))).toMatch(/^RangeError: stapleMultiLabel: .{1,200}$/);
    const labels = Int32Array.from({ length: 100_000 }, (_, j) => j);
    expect(message(() => stapleMultiLabel([labels]))).toBe(
      'RangeError: stapleMultiLabel: labelMaps have over 255 different values, expected labels',
    );
    expect(message(() => stapleMultiLabel([[999]], { labels: [...Array(255).keys()] }))).toBe(
      'RangeError: stapleMultiLabel: labelMaps[0][0] is 999, expected one of 0, 1, 2, 3, 4, 5, 6, 7, …',
    );
  });

  test('yields every iteration', () => {
    const { masks } = noisyPanel(3, 90, 15, 3);
    const steps = [...stapleMultiLabelIterations(masks)];
    expect({ ...steps.at(-1) }).toEqual(stapleMultiLabel(masks));
    expect(steps.map(({ converged }) => converged).indexOf(true)).toBe(steps.length - 1);
  });

  test.each<[string, () => unknown, string]>([
    [
      'labels twice',
      () => stapleMultiLabel([[0]], { labels: [0, 0] }),
      'stapleMultiLabel: labels[1] is 0 again, expected different ones',
    ],
    [
      'other labels',
      () => stapleMultiLabel([[0, 2]], { labels: [0, 1] }),
      'stapleMultiLabel: labelMaps[0][1] is 2, expected one of 0, 1',
    ],
    [
      'a prior of another length',
      () => stapleMultiLabel([[0, 1]], { prior: [1] }),
      'prior has 1 values, expected 2',
    ],
    ['no rater', () => stapleMultiLabel([]), 'stapleMultiLabel: no rater at all'],
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(RangeError);
    expect(call).toThrow(message);
  });
});
