import { describe, expect, test } from 'vitest';
import type { Case } from '../dataset/case.js';
import { phantom } from './phantom.js';
import { annotated, type PhantomTruth } from './phantom-case.js';
import type { PhantomKind } from './phantom-kind.js';
import { phantomModel, predictedAuc } from './phantom-model.js';
import { raterCharacters } from './rater-characters.js';

const kinds: PhantomKind[] = ['fundus', 'thyroid', 'skin', 'lung'];

async function drawn(dataset: ReturnType<typeof phantom>): Promise<Case[]> {
  const cases: Case[] = [];
  for await (const one of dataset.cases()) cases.push(one);
  return cases;
}

const truthOf = ({ meta }: Case) => meta!.truth as PhantomTruth;
const sum = (mask: ArrayLike<number>) => Array.from(mask).reduce((a, b) => a + b, 0);

describe.each(kinds)('The %s phantom', (kind) => {
  test('has the structures, raters and channels that its table says', async () => {
    const dataset = phantom(kind, { cases: 3, size: 48, seed: 1 });
    expect(dataset.length).toBe(3);
    expect(dataset.structures).toEqual(
      kind === 'fundus' ? ['disc', 'cup'] : [kind === 'skin' ? 'lesion' : 'nodule'],
    );
    expect(dataset.raters).toEqual(raterCharacters[kind].map(({ name }) => name));
    expect(dataset.raters).toHaveLength({ fundus: 7, thyroid: 5, skin: 4, lung: 4 }[kind]);
    for (const { image, annotations } of await drawn(dataset)) {
      expect(image).toMatchObject({
        height: 48,
        width: 48,
        channels: kind === 'fundus' || kind === 'skin' ? 3 : 1,
      });
      expect(image.data).toHaveLength(48 * 48 * image.channels);
      for (const masks of Object.values(annotations)) {
        for (const mask of Object.values(masks)) {
          expect(mask).toBeInstanceOf(Uint8Array);
          expect(mask).toHaveLength(48 * 48);
          expect(new Set(mask)).toEqual(new Set([0, 1]));
        }
      }
    }
  });

  test('holds eight-bit grey levels and uses most of their range', async () => {
    for (const { image } of await drawn(phantom(kind, { cases: 4, seed: 2 }))) {
      let [low, high] = [1, 0];
      for (const value of image.data) {
        expect(Math.abs(255 * value - Math.round(255 * value))).toBeLessThan(1e-4);
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
      expect(high - low).toBeGreaterThan(0.4);
    }
  });

  test('draws the same bytes for the same seed, in any order, however many cases there are', async () => {
    const some = await drawn(phantom(kind, { cases: 6, size: 32, seed: 5 }));
    const more = await drawn(phantom(kind, { cases: 30, size: 32, seed: 5 }).shuffle(1));
    for (const one of some) expect(more.find(({ id }) => id === one.id)).toEqual(one);
    const others = await drawn(phantom(kind, { cases: 6, size: 32, seed: 6 }));
    expect(others[0]!.image.data).not.toEqual(some[0]!.image.data);
  });

  test('draws the same patient at another size', async () => {
    const [coarse, fine] = await Promise.all(
      [64, 128].map((size) => drawn(phantom(kind, { cases: 3, size, seed: 3 }))),
    );
    const apart = (a: Case, b: Case) => {
      const { channels } = a.image;
      let sum = 0;
      for (let i = 0; i < 64 * 64; i++) {
        const corner = 2 * Math.floor(i / 64) * 128 + 2 * (i % 64);
        const four = [0, 1, 128, 129].map((step) => b.image.data[(corner + step) * channels]!);
        sum += Math.abs(a.image.data[i * channels]! - mean(four));
      }
      return sum / 64 ** 2;
    };
    coarse!.forEach((one, i) => {
      expect(apart(one, fine![i]!)).toBeLessThan(0.7 * apart(one, fine![(i + 1) % 3]!));
    });
  });

  test('draws a picture that knows nothing of the raters or of the patient’s record', async () => {
    const usual = await drawn(phantom(kind, { cases: 4, size: 32, seed: 3 }));
    const blind = await drawn(
      phantom(kind, { cases: 4, size: 32, seed: 3, raters: ['R1'], clinicalEvidence: 9 }),
    );
    for (const [i, one] of usual.entries()) expect(blind[i]!.image).toEqual(one.image);
  });

  test('gives a rater the same masks whoever else outlines the case', async () => {
    const all = await drawn(phantom(kind, { cases: 5, size: 32, seed: 3 }));
    const two = await drawn(phantom(kind, { cases: 5, size: 32, seed: 3, raters: ['R3', 'R1'] }));
    for (const [i, { annotations }] of two.entries()) {
      for (const structure of Object.keys(annotations)) {
        const expected = all[i]!.annotations[structure]!;
        for (const name of ['R1', 'R3']) expect(annotations[structure]![name]).toEqual(expected[name]);
      }
    }
  });

  test('describes in its entries what its cases turn out to hold', async () => {
    const dataset = phantom(kind, { cases: 60, size: 16, seed: 8 });
    const cases = await drawn(dataset);
    for (const [i, { id, diagnosis, annotated }] of dataset.entries.entries()) {
      expect(cases[i]).toMatchObject({ id, diagnosis });
      for (const [structure, names] of Object.entries(annotated)) {
        expect(Object.keys(cases[i]!.annotations[structure]!)).toEqual(names);
      }
    }
  });

  test('has as many ill cases as the prevalence asks for, within one, in any whole number of twenties', () => {
    for (const prevalence of [undefined, 0, 0.3, 1]) {
      const { entries } = phantom(kind, { cases: 400, prevalence });
      const share = prevalence ?? { fundus: 0.1, thyroid: 0.555, skin: 0.195, lung: 0.447 }[kind];
      for (let from = 0; from < 400; from += 100) {
        const ill = entries.slice(from, from + 100).filter(({ diagnosis }) => diagnosis === 1).length;
        expect(Math.abs(ill - 100 * share)).toBeLessThanOrEqual(1);
      }
    }
  });

  test('shows the true shape exactly at full evidence, no ambiguity and full insight', async () => {
    const sage = {
      name: 'sage',
      insight: 1,
      awareness: 0,
      noise: 0,
      lean: 0,
      margin: 0,
      wobble: 0,
      blunders: 0,
      missing: 0,
    };
    for (const one of await drawn(phantom(kind, { cases: 5, raters: [sage], imageEvidence: 0.3 }))) {
      for (const [structure, mask] of Object.entries(truthOf(one).masks)) {
        expect(one.annotations[structure]!.sage).toEqual(mask);
      }
    }
    for (const one of await drawn(phantom(kind, { cases: 5, raters: 1, imageEvidence: 1 }))) {
      expect(truthOf(one).visible).toBeCloseTo(truthOf(one).severity, 12);
    }
  });

  test('correlates what the picture shows with the true severity by the image evidence, and no more', () => {
    const model = phantomModel(kind, { size: 16, raters: 1, effect: 0, imageEvidence: 0.6, seed: 4 });
    const truths = Array.from({ length: 1500 }, (_, index) => annotated(model, index).truth);
    const correlation = mean(truths.map(({ visible, severity }) => visible * severity));
    expect(correlation).toBeGreaterThan(0.53);
    expect(correlation).toBeLessThan(0.67);
  });

  test('sets the structure off from the ring around it', async () => {
    for (const one of await drawn(phantom(kind, { cases: 12, imageEvidence: 1, ambiguity: 0.3, seed: 9 }))) {
      const mask = Object.values(truthOf(one).masks)[0]!;
      const near = (i: number) => [-6, 6, -6 * 64, 6 * 64].some((step) => mask[i + step]);
      const grey = (i: number) => one.image.data[i * one.image.channels]!;
      const inside = Array.from(mask.keys())
        .filter((i) => mask[i])
        .map(grey);
      const ring = Array.from(mask.keys())
        .filter((i) => !mask[i] && near(i))
        .map(grey);
      expect(Math.abs(mean(inside) - mean(ring))).toBeGreaterThan(0.015);
    }
  });
});

const mean = (values: number[]) => sum(values) / values.length;

describe('A phantom rater', () => {
  test('keeps every cup inside the disc', async () => {
    for (const view of ['disc', 'whole'] as const) {
      for (const { annotations } of await drawn(phantom('fundus', { cases: 60, size: 32, view, seed: 2 }))) {
        for (const [name, cup] of Object.entries(annotations.cup!)) {
          const disc = annotations.disc![name]!;
          expect(cup.every((value, i) => value <= disc[i]!)).toBe(true);
          expect(cup).toContain(1);
        }
      }
    }
  });

  test('leaves out, and blunders in, about the share of cases that the character says', () => {
    const rater = { ...raterCharacters.skin[2]!, name: 'A', missing: 0.3, blunders: 0.2 };
    const other = { ...rater, name: 'B', missing: 0 };
    const model = phantomModel('skin', { size: 16, raters: [rater, other] });
    const cases = Array.from({ length: 500 }, (_, index) => annotated(model, index));
    const present = cases.filter(({ annotations }) => annotations.lesion!.A);
    expect(present.length / 500).toBeGreaterThan(0.64);
    expect(present.length / 500).toBeLessThan(0.76);
    const blunders = cases.filter(({ truth }) => truth.raters.B!.blunder).length;
    expect(blunders / 500).toBeGreaterThan(0.14);
    expect(blunders / 500).toBeLessThan(0.26);
  });

  test('never leaves a case without anyone', async () => {
    const absent = { ...raterCharacters.lung[0]!, missing: 1 };
    for (const { annotations } of await drawn(phantom('lung', { cases: 5, size: 16, raters: [absent] }))) {
      expect(Object.keys(annotations.nodule!)).toEqual(['R1']);
    }
  });

  test('who is generous outlines more than one who is tight', async () => {
    const plain = { ...raterCharacters.skin[1]!, noise: 0, wobble: 0 };
    const raters = [
      { ...plain, name: 'generous', margin: 0.1 },
      plain,
      { ...plain, name: 'tight', margin: -0.1 },
    ];
    for (const { annotations } of await drawn(phantom('skin', { cases: 10, raters }))) {
      const [generous, usual, tight] = raters.map(({ name }) => sum(annotations.lesion![name]!));
      expect(generous! / usual!).toBeCloseTo(1.1 ** 2, 1);
      expect(tight! / usual!).toBeCloseTo(0.9 ** 2, 1);
    }
  });

  test('who is aware draws a larger cup when the record speaks of glaucoma, and not when blinded to it', () => {
    const enlarged = (awareness: number) => {
      const model = phantomModel('fundus', {
        size: 16,
        prevalence: 0.5,
        effect: 0,
        awareness,
        raters: ['R2'],
      });
      const cases = Array.from({ length: 600 }, (_, index) => annotated(model, index));
      const cups = (ill: 0 | 1) =>
        cases.filter((one) => one.diagnosis === ill).map(({ truth }) => truth.raters.R2!.biomarker);
      return mean(cups(1)) - mean(cups(0));
    };
    expect(enlarged(1)).toBeGreaterThan(0.1);
    expect(Math.abs(enlarged(0))).toBeLessThan(0.03);
  });
});

describe('phantom', () => {
  test.each([
    [
      () => phantom('brain' as PhantomKind),
      'phantom: kind is "brain", expected one of "fundus", "thyroid", "skin", "lung"',
    ],
    [() => phantom('skin', { size: 8 }), 'phantom: size is 8, expected an integer from 16 to 4096'],
    [() => phantom('skin', { size: Number.NaN }), 'phantom: size is NaN'],
    [() => phantom('skin', { cases: 0 }), 'phantom: cases is 0'],
    [() => phantom('skin', { raters: 5 }), 'phantom: raters is 5, expected an integer from 1 to 4'],
    [
      () => phantom('skin', { raters: ['R9'] }),
      'phantom: raters is "R9", expected one of "R1", "R2", "R3", "R4"',
    ],
    [() => phantom('skin', { raters: ['R1', 'R1'] }), 'phantom: raters has 2 names, 1 different ones'],
    [
      () => phantom('skin', { raters: [{ ...raterCharacters.skin[0]!, insight: 2 }] }),
      'phantom: raters.insight is 2',
    ],
    [() => phantom('skin', { prevalence: 1.5 }), 'phantom: prevalence is 1.5, expected a number from 0 to 1'],
    [() => phantom('skin', { imageEvidence: -1 }), 'phantom: imageEvidence is -1'],
    [
      () => phantom('skin', { signs: 'none' as 'edge' }),
      'phantom: signs is "none", expected one of "edge", "apart"',
    ],
    [() => phantom('fundus', { view: 'macula' as 'disc' }), 'phantom: view is "macula"'],
    [
      () => predictedAuc('skin', 'R7'),
      'predictedAuc: of is "R7", expected one of "truth", "image", "signs", "R1", "R2", "R3", "R4"',
    ],
  ])('says what is wrong with a bad option: %#', (call, message) => {
    expect(call).toThrow(RangeError);
    expect(call).toThrow(message);
  });
});
