import { describe, expect, it } from 'vitest';
import { sentence, tracker } from './progress.js';

describe('tracker', () => {
  const job = (id: string, step: string, size: number, cost: number) => ({
    id,
    step,
    size,
    cost,
    unit: 'cases',
  });
  const jobs = [job('a', 'one', 10, 1), job('b', 'one', 10, 1), job('c', 'two', 5, 4)];

  it('adds up the jobs of a step, and guesses the time left from what this session did', () => {
    let time = 60_000;
    const track = tracker(jobs, { started: 0, now: () => time });
    track.skip(jobs[0]!);
    track.start();
    // Too early to guess.
    expect(track.update('b', 4)).toEqual({
      ...{ step: 'one', done: 14, total: 20, unit: 'cases', seconds: 60, left: undefined },
      running: [{ id: 'b', done: 4, size: 10, unit: 'cases' }],
    });
    // In 16 s 7 of the cost were done, beside the first unit of a job, which may be from a session before; 23 are left.
    time += 16_000;
    expect(track.update('b', 7)).toMatchObject({ done: 17, seconds: 76, left: 16 * (23 / 4) });
  });

  it('does not count as fast what a resumed job had behind it', () => {
    let time = 0;
    const track = tracker([job('a', 'one', 100, 1)], { now: () => time });
    track.start();
    time = 10_000;
    expect(track.update('a', 91).left).toBeCloseTo(90, 6);
  });
});

it('a sentence tells the step, how far it is, and how long it takes', () => {
  const progress = { step: 'DF-GT', done: 96.4, total: 144, unit: 'cases', seconds: 65 };
  expect(sentence(progress)).toBe('DF-GT: 96 of 144 cases, 1 min 05 s');
  expect(sentence({ ...progress, left: 1e-13 })).toBe(sentence(progress));
  expect(sentence({ ...progress, left: 3725 })).toBe(
    'DF-GT: 96 of 144 cases, 1 min 05 s, about 1 h 02 min left',
  );
});
