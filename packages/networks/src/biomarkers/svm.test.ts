import { randomStream } from '@diff/train';
import { describe, expect, it } from 'vitest';
import fixture from './fixtures/svm.json' with { type: 'json' };
import { type SvmOptions, svm } from './svm.js';

const { samples, probes, runs } = fixture;
const labels = fixture.labels as (0 | 1)[];

describe('svm', () => {
  it.each(runs)('scores as LIBSVM does, $options', ({ options, scores, supportVectors }) => {
    const machine = svm(samples, labels, { ...(options as SvmOptions), tolerance: 1e-8 });
    expect(machine.converged).toBe(true);
    expect(machine.supportVectors).toBe(supportVectors);
    for (const [i, probe] of probes.entries()) expect(machine.score(probe)).toBeCloseTo(scores[i]!, 4);
  });

  it('puts the boundary between two points in the middle, at one margin from each', () => {
    const machine = svm([[0], [4]], [0, 1], { kernel: 'linear', cost: 100 });
    for (const [x, want] of [
      [0, -1],
      [2, 0],
      [4, 1],
    ] as const)
      expect(machine.score([x])).toBeCloseTo(want, 9);
    expect(machine.supportVectors).toBe(2);
  });

  it('separates what no line separates', () => {
    const random = randomStream(1);
    const points = Array.from({ length: 60 }, () => [random.uniform(-1, 1), random.uniform(-1, 1)]);
    const inside = points.map(([x, y]) => (Math.hypot(x!, y!) < 0.6 ? 1 : 0) as 0 | 1);
    const machine = svm(points, inside, { cost: 1000, gamma: 2 });
    for (const [i, point] of points.entries()) expect(machine.score(point) > 0 ? 1 : 0).toBe(inside[i]);
  });

  it('says that it did not converge rather than throw', () => {
    expect(svm(samples, labels, { maxIterations: 3 })).toMatchObject({ converged: false, iterations: 3 });
  });

  it('refuses samples and options that make no sense', () => {
    expect(() => svm([[1], [2]], [1, 1])).toThrow('svm: labels are all 1');
    expect(() => svm([[1], [Number.NaN]], [0, 1])).toThrow('svm: samples[1][0] is NaN');
    expect(() => svm([[1], [1, 2]], [0, 1])).toThrow('svm: samples[1] has 2 values');
    expect(() => svm([[1]], [0, 1])).toThrow('svm: labels has 2 values, expected 1');
    expect(() => svm([[1], [2]], [0, 1], { cost: 0 })).toThrow('svm: cost is 0');
    expect(() => svm([[1], [2]], [0, 1], { kernel: 'cubic' as never })).toThrow('"cubic"');
    expect(() => svm([[1], [2]], [0, 1]).score([1, 2])).toThrow('sample has 2 values, expected 1');
  });
});
