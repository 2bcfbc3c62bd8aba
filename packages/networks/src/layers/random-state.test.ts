import { useBackend } from '@diff/backend';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { dropPath } from './drop-path.js';
import { nextState, randomState, uniform } from './random-state.js';

beforeAll(() => useBackend({ prefer: 'cpu' }));

/** `steps` states and the first uniform number of each. */
function run(seed: number, steps: number): { states: number[][]; numbers: number[] } {
  return tf.tidy(() => {
    let state = randomState(seed);
    const states = [Array.from(state.dataSync())];
    const numbers: number[] = [];
    for (let i = 0; i < steps; i++) {
      state = nextState(state);
      states.push(Array.from(state.dataSync()));
      numbers.push(uniform(state, 1).dataSync()[0]!);
    }
    return { states, numbers };
  });
}

describe('the random state', () => {
  it("follows Wichmann and Hill's generators in whole numbers", () => {
    const { states, numbers } = run(5, 300);
    let [x, y, z] = states[0] as [number, number, number];
    for (let i = 0; i < 300; i++) {
      [x, y, z] = [(171 * x) % 30269, (172 * y) % 30307, (170 * z) % 30323];
      expect(states[i + 1]).toEqual([x, y, z]);
      expect(numbers[i]).toBeCloseTo((x / 30269 + y / 30307 + z / 30323) % 1, 5);
    }
  });

  it('gives numbers that are spread evenly, and other ones for another seed', () => {
    const { numbers } = run(0, 2000);
    for (let decile = 0; decile < 10; decile++) {
      const share = numbers.filter((u) => Math.floor(u * 10) === decile).length / 2000;
      expect(Math.abs(share - 0.1)).toBeLessThan(0.03);
    }
    expect(run(1, 5).numbers).not.toEqual(run(0, 5).numbers);
    expect(run(1, 5).numbers).toEqual(run(1, 5).numbers);
  });
});

describe('dropPath', () => {
  it('leaves whole samples out at its rate, and keeps the mean', () =>
    tf.tidy(() => {
      let state = randomState(3);
      const draw = () => {
        state = tf.keep(nextState(state));
        return uniform(state, 8);
      };
      const branch = tf.ones<tf.Rank.R3>([8, 2, 3]);
      let kept = 0;
      for (let i = 0; i < 250; i++) {
        const rows = tf.reshape(dropPath(branch, 0.2, draw), [8, 6]).arraySync() as number[][];
        for (const row of rows) {
          expect(new Set(row).size).toBe(1);
          expect([0, 1.25]).toContainEqual(row[0]);
          kept += row[0]! > 0 ? 1 : 0;
        }
      }
      expect(Math.abs(kept / 2000 - 0.8)).toBeLessThan(0.03);
    }));

  it('changes nothing at inference', () =>
    tf.tidy(() => {
      const branch = tf.ones<tf.Rank.R3>([2, 2, 3]);
      expect(dropPath(branch, 0.5)).toBe(branch);
    }));
});
