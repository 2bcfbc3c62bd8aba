import { describe, expect, it } from 'vitest';
import { showProgress } from './progress.js';

describe('showProgress', () => {
  const shown = (isTTY: boolean, done = 0) => {
    let time = 0;
    let text = '';
    const stream = { isTTY, write: (more: string) => (text += more) };
    const progress = showProgress({ verb: 'fused', total: 100, done, stream, now: () => time });
    return {
      at: (seconds: number, count: number) => {
        time = seconds * 1000;
        progress.to(count);
      },
      end: progress.end,
      text: () => text,
    };
  };

  it('writes a line every five seconds, with the time left by the pace since it began', () => {
    const { at, text } = shown(false, 20);
    for (const [seconds, count] of [
      [1, 21],
      [5, 30],
      [9, 35],
      [10, 40],
    ] as const)
      at(seconds, count);
    expect(text()).toBe('fused 30 of 100, 5.0 s, about 35 s left\nfused 40 of 100, 10 s, about 30 s left\n');
  });

  it('keeps one line up to date on a terminal, and clears it', () => {
    const { at, end, text } = shown(true);
    at(1, 0);
    at(1.05, 1);
    at(2, 1);
    end();
    expect(text()).toBe(
      '\rfused 0 of 100, 1.0 s, time left not yet known\x1b[K\rfused 1 of 100, 2.0 s, about 3 min 18 s left\x1b[K\r\x1b[K',
    );
  });
});
