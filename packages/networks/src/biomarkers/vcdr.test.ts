import { auc, type Example, randomStream } from '@diff/train';
import { describe, expect, it } from 'vitest';
import { vcdrSvm, vcdrThreshold } from './vcdr.js';

/** A disc of 20 rows with a cup of `rows` rows inside. */
function eye(id: string, rows: number, diagnosis: 0 | 1): Example {
  const mask = (from: number, to: number) =>
    Uint8Array.from({ length: 24 * 8 }, (_, i) => Number(i >> 3 >= from && i >> 3 < to));
  const masks = [mask(3, 3 + rows), mask(2, 22)];
  return { id, image: { data: new Float32Array(192), height: 24, width: 8, channels: 1 }, masks, diagnosis };
}
const healthy = [4, 6, 7, 8, 9, 12].map((rows, i) => eye(`h${i}`, rows, 0));
const ill = [8, 11, 12, 13, 14, 15].map((rows, i) => eye(`i${i}`, rows, 1));
const eyes = [...healthy, ...ill];
const places = { cup: 0, disc: 1 };

describe('vcdrThreshold', () => {
  it('cuts where sensitivity + specificity is greatest, and scores by the ratio', () => {
    const { threshold, score } = vcdrThreshold(eyes, places);
    // By hand: from 11 / 20 up five of six are ill, and five of six healthy lie below; no other cut does as well.
    expect(threshold).toBeCloseTo(11 / 20, 9);
    expect(score(eye('x', 16, 1))).toBeCloseTo(16 / 20 - 11 / 20, 9);
    expect(score(eye('y', 5, 0))).toBeLessThan(0);
  });
});

describe('vcdrSvm', () => {
  it('orders eyes by their ratio as a linear machine, and finds a band that no threshold does as another', () => {
    const linear = vcdrSvm(eyes, { ...places, kernel: 'linear', cost: 100 });
    const outputs = (score: (eye: Example) => number, list: Example[]) =>
      list.map((each) => Float32Array.of(score(each)));
    expect(auc.compute(outputs(linear.score, eyes), eyes)).toBeCloseTo(
      auc.compute(outputs(vcdrThreshold(eyes, places).score, eyes), eyes),
      9,
    );
    const random = randomStream(1);
    const band = Array.from({ length: 40 }, (_, i) => {
      const rows = 3 + random.integer(14);
      return eye(`b${i}`, rows, rows > 6 && rows < 12 ? 1 : 0);
    });
    const { score, machine } = vcdrSvm(band, { ...places, cost: 100 });
    expect(machine.converged).toBe(true);
    for (const each of band) expect(score(each) > 0 ? 1 : 0).toBe(each.diagnosis);
  });
});

it('both name the case that they cannot use', () => {
  const empty = { ...eyes[0]!, id: 'no disc', masks: [eyes[0]!.masks[0]!, new Uint8Array(192)] };
  for (const fit of [vcdrThreshold, vcdrSvm]) {
    expect(() => fit([...eyes, empty], places)).toThrow(
      'case "no disc": verticalCupToDiscRatio: disc is an empty mask',
    );
    const { score } = fit([...eyes, empty], { ...places, empty: 0 });
    expect(score(empty)).toBeLessThan(score(ill[0]!));
    expect(() => fit([...eyes, { ...eyes[0]!, id: 'one', masks: [] }], places)).toThrow(
      'case "one" has 0 masks',
    );
    expect(() => fit([...eyes, { ...eyes[0]!, id: 'none', diagnosis: undefined as never }], places)).toThrow(
      'diagnosis of case "none" is undefined',
    );
    expect(() => fit(ill, places)).toThrow(RangeError);
    expect(() => fit(eyes, { cup: 0, disc: 0 })).toThrow('disc and cup are both 0, expected two masks');
    expect(() => fit(eyes, {} as never)).toThrow('disc is undefined');
  }
});
