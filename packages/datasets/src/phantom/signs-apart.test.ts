import { describe, expect, test } from 'vitest';
import { stream } from '../dataset/stream.js';
import { type Anatomy, stillHand } from './anatomy.js';
import { latentsOf, signsOf } from './causal-model.js';
import { levelOf } from './contour.js';
import { aucOf } from './fixtures/auc-of.js';
import { fundus } from './fundus.js';
import { lung } from './lung.js';
import { phantom } from './phantom.js';
import { annotated } from './phantom-case.js';
import type { PhantomKind } from './phantom-kind.js';
import { phantomModel, predictedAuc } from './phantom-model.js';
import { skin } from './skin.js';
import { thyroid } from './thyroid.js';

const anatomies = { fundus, thyroid, skin, lung } as Record<PhantomKind, unknown> as Record<
  PhantomKind,
  Anatomy<unknown>
>;
const kinds = Object.keys(anatomies) as PhantomKind[];

describe.each(kinds)('Signs apart from the edge of the %s phantom', (kind) => {
  const size = 96;
  const anatomy = anatomies[kind];

  test('change the picture away from the edge alone', () => {
    for (let index = 0; index < 4; index++) {
      const patient = anatomy.patient(stream('patient', index), 'disc');
      const painted = (count: number) =>
        anatomy.paint(patient, 0, stream('picture', index), {
          size,
          ambiguity: 1,
          view: 'disc',
          signs: { count, random: stream('signs', index) },
        });
      const [without, plenty] = [painted(0), painted(9)];
      const hands = anatomy.structures.map(() => stillHand);
      const levels = anatomy.contours(patient, 0, hands).map((contour) => levelOf(contour, size));
      let changed = 0;
      for (let i = 0; i < size * size; i++) {
        const { channels } = without;
        const apart = Math.abs(plenty.data[i * channels]! - without.data[i * channels]!);
        if (apart < 0.02) continue;
        changed++;
        for (const level of levels) expect(Math.abs(level[i]!)).toBeGreaterThan(0.08);
      }
      expect(changed).toBeGreaterThan(20);
      expect(changed).toBeLessThan(0.15 * size * size);
    }
  });

  test('are as many as the truth says, by the diagnosis, and leave masks as they were', async () => {
    const options = { cases: 5, size: 32, seed: 4 };
    const [usual, apart] = await Promise.all(
      (['edge', 'apart'] as const).map(async (signs) => {
        const cases = [];
        for await (const one of phantom(kind, { ...options, signs }).cases()) cases.push(one);
        return cases;
      }),
    );
    for (const [i, one] of apart!.entries()) {
      expect(one.annotations).toEqual(usual![i]!.annotations);
      expect(one.image.data).not.toEqual(usual![i]!.image.data);
      expect((one.meta!.truth as { signs: number }).signs).toBeGreaterThanOrEqual(0);
      expect(usual![i]!.meta!.truth).not.toHaveProperty('signs');
    }
  });

  test('tell ill from healthy as well as the causal model predicts', () => {
    const options = { signs: 'apart', prevalence: 0.5, size: 16, raters: 1, seed: 6 } as const;
    const model = phantomModel(kind, options);
    const scores = Array.from({ length: 1000 }, (_, index) => {
      const { diagnosis, truth } = annotated(model, index);
      return [diagnosis, truth.signs!] as const;
    });
    const { auc, error } = aucOf(scores);
    expect(Math.abs(auc - predictedAuc(kind, 'signs', options))).toBeLessThan(2.6 * error);
  });
});

test('the picture’s AUC is that of edge and signs together, by a likelihood ratio on 20,000 drawn cases', () => {
  for (const imageEvidence of [0, 0.4, 0.8]) {
    const model = phantomModel('skin', { signs: 'apart', imageEvidence });
    const distance = model.imageEvidence * model.effect;
    const scores = Array.from({ length: 20_000 }, (_, i) => {
      const diagnosis = (i % 2) as 0 | 1;
      const random = stream('monte carlo', imageEvidence, i);
      const { visible } = latentsOf(model, diagnosis, random);
      return [diagnosis, distance * visible + Math.log(3) * signsOf(diagnosis, random)] as const;
    });
    const { auc, error } = aucOf(scores);
    expect(Math.abs(auc - predictedAuc('skin', 'image', { signs: 'apart', imageEvidence }))).toBeLessThan(
      2.6 * error,
    );
  }
});

test('predictedAuc knows no signs where they come with the edge', () => {
  expect(predictedAuc('lung', 'signs')).toBe(0.5);
  expect(predictedAuc('lung', 'signs', { signs: 'apart' })).toBeCloseTo(0.962, 3);
});
