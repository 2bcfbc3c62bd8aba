import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { showProgress } from './progress.js';

describe('showProgress', () => {
  const shown = (isTTY: boolean, done = 0) => {
    let time = 0;
    let text = '';
    const stream = { isTTY, write: (more: string) => (text += more) };
    const clock = () => new Date(Date.UTC(2025, 0, 31, 10, 0, 0) + time);
    const progress = showProgress({ verb: 'fused', total: 100, done, stream, now: () => time, clock });
    return {
      at: (seconds: number, count: number) => {
        time = seconds * 1000;
        progress.to(count);
      },
      end: progress.end,
      text: () => text,
    };
  };

  it('writes a line with the time every five seconds, and the time left by the pace since it began', () => {
    const { at, text } = shown(false, 20);
    for (const [seconds, count] of [
      [1, 21],
      [5, 30],
      [9, 35],
      [10, 40],
    ] as const)
      at(seconds, count);
    expect(text()).toBe(
      '2025-01-31T10:00:05Z fused 30 of 100, 5.0 s, about 35 s left\n2025-01-31T10:00:10Z fused 40 of 100, 10 s, about 30 s left\n',
    );
  });

  it('keeps a bar up to date on a terminal, and says how long it takes once enough was measured', () => {
    const { at, end, text } = shown(true);
    at(1, 0);
    at(1.05, 1);
    at(2, 1);
    at(6, 1);
    at(7, 2);
    end();
    const lines = stripVTControlCharacters(text()).split('\n').filter(Boolean);
    expect(lines.map((line) => line.replace(/^[█▏▎▍▌▋▊▉░]{20} +/, ''))).toEqual([
      '0 % fused 0 of 100, 1.0 s, time left not yet known',
      '1 % fused 1 of 100, 2.0 s, time left not yet known',
      '1 % fused 1 of 100, 6.0 s, time left not yet known',
      '2 % fused 2 of 100, 7.0 s, about 5 min 43 s left',
    ]);
    // What was shown is erased.
    expect(text().endsWith('\n')).toBe(false);
  });
});
