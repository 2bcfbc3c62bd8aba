import { randomStream } from '@diff/train';
import { describe, expect, it } from 'vitest';
import { outlinePath } from './outline-path.js';

/** Which pixels a path covers: a ray from a pixel's centre to the left crosses its vertical lines an odd number of times. */
function covered(path: string, { height, width }: { height: number; width: number }): number[] {
  const lines: { x: number; from: number; to: number }[] = [];
  for (const loop of path.split('M').filter(Boolean)) {
    const [, x0, y0, rest] = /^(\d+) (\d+)(.*)z$/.exec(loop)!;
    let [x, y] = [Number(x0), Number(y0)];
    for (const [, along, by] of rest!.matchAll(/([hv])(-?\d+)/g)) {
      if (along === 'h') x += Number(by);
      else {
        lines.push({ x, from: Math.min(y, y + Number(by)), to: Math.max(y, y + Number(by)) });
        y += Number(by);
      }
    }
    expect([x, y]).toEqual([Number(x0), Number(y0)]);
  }
  return Array.from({ length: height * width }, (_, p) => {
    const [x, y] = [(p % width) + 0.5, Math.floor(p / width) + 0.5];
    return lines.filter((line) => line.x < x && line.from < y && y < line.to).length % 2;
  });
}

describe('outlinePath', () => {
  it('covers the pixels that reach one half, and no others, however they lie', () => {
    const random = randomStream(5, 1);
    for (const [height, width] of [
      [1, 1],
      [5, 9],
      [16, 12],
    ] as const)
      for (let tries = 0; tries < 20; tries++) {
        const map = Float32Array.from({ length: height * width }, () => random.uniform(0, 1));
        const size = { height, width };
        expect(covered(outlinePath(map, size), size)).toEqual(
          Array.from(map, (level) => Number(level >= 0.5)),
        );
      }
  });

  it('is a few straight lines around a rectangle, and nothing around nothing', () => {
    const size = { height: 3, width: 4 };
    expect(outlinePath([0, 0, 0, 0, 0, 0.5, 1, 1, 0, 1, 1, 1], size)).toBe('M1 1h3v2h-3v-2z');
    expect(outlinePath(new Float32Array(12), size)).toBe('');
  });
});
