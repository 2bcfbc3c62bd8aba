import { describe, expect, it } from 'vitest';
import { randomStream } from './random.js';
import { randomRater } from './random-rater.js';

const image = { data: new Float32Array(1), height: 1, width: 1, channels: 1 };
/** Rater r's mask of structure s holds s + r / 10. */
const mask = (s: number, r: number) => Float32Array.of(s + r / 10);
const example = { id: 'a', image, masks: [mask(0, 0), mask(1, 0)] };
const everybody = [0, 1].map((s) => [0, 1, 2].map((r) => mask(s, r)));

describe('randomRater', () => {
  it('takes each rater about as often, the same one for every structure', () => {
    const random = randomStream(1);
    const counts = [0, 0, 0];
    for (let i = 0; i < 3000; i++) {
      const [first, second] = randomRater().draw({ ...example, raters: everybody }, random);
      const rater = everybody[0]!.indexOf(first as Float32Array<ArrayBuffer>);
      expect(second).toBe(everybody[1]![rater]);
      counts[rater]!++;
    }
    // 1000 ± 4 standard deviations.
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(4 * Math.sqrt((3000 * 2) / 9));
  });

  it('takes somebody else for a structure that the rater did not outline', () => {
    const raters = [everybody[0]!, [null, everybody[1]![1]!, null]];
    for (let seed = 0; seed < 20; seed++)
      expect(randomRater().draw({ ...example, raters }, randomStream(seed))[1]).toBe(everybody[1]![1]);
  });

  it('names the case that carries no raters, or nobody for a structure', () => {
    expect(() => randomRater().draw(example, randomStream(0))).toThrow(
      `randomRater: case "a" carries no raters' masks, expected them in raters`,
    );
    expect(() =>
      randomRater().draw({ ...example, raters: [everybody[0]!, [null, null, null]] }, randomStream(0)),
    ).toThrow('randomRater: case "a" has no rater of structure 1, expected one');
  });
});
