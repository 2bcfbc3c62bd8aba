import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeCase, makeNetwork } from './fixtures/discs.js';
import {
  type DiagnosedCase,
  type DiagnosisNetwork,
  diagnosisFirst,
  diagnosisFirstFolds,
  pixels,
  stratifiedFolds,
} from './index.js';

let network: DiagnosisNetwork;
beforeAll(async () => {
  await tf.setBackend('cpu');
  network = makeNetwork();
});

type Patient = DiagnosedCase & { patient: string };
/** Twelve cases of eight patients: four have two. */
const cases: Patient[] = Array.from({ length: 12 }, (_, i) => ({
  ...makeCase(i, Number(i % 8 < 3)),
  patient: `P${i % 8}`,
}));

async function collect(protocol: 'crossfit' | 'paper') {
  const trained: { cases: Patient[]; disposed: boolean }[] = [];
  const train = async (training: Patient[], fold: number) => {
    trained[fold] = { cases: training, disposed: false };
    return {
      network,
      dispose: () => {
        trained[fold]!.disposed = true;
      },
    };
  };
  const rows = [];
  for await (const row of diagnosisFirstFolds(cases, {
    protocol,
    folds: 4,
    train,
    expertness: pixels(),
    iterations: 2,
  }))
    rows.push(row);
  return { rows, trained };
}

describe('diagnosisFirstFolds', () => {
  test('fuses every case once, by a network that never saw its patient', async () => {
    const { rows, trained } = await collect('crossfit');
    expect(rows.map((row) => row.case.id).sort()).toEqual(cases.map(({ id }) => id).sort());
    for (const { case: one, fold } of rows)
      expect(trained[fold]!.cases.map(({ patient }) => patient)).not.toContain(one.patient);
    for (const [fold, { cases: training, disposed }] of trained.entries()) {
      expect(training.length + rows.filter((row) => row.fold === fold).length).toBe(cases.length);
      expect(disposed).toBe(true);
    }
  });

  test('as the paper does it, trains one network on the cases it then fuses', async () => {
    const { rows, trained } = await collect('paper');
    expect(trained).toHaveLength(1);
    expect(trained[0]!.cases).toEqual(cases);
    const alone = await diagnosisFirst({ ...cases[5]!, network, expertness: pixels(), iterations: 2 });
    rows[5]!.result.fused.nodule!.forEach((value, p) =>
      expect(value).toBeCloseTo(alone.fused.nodule![p]!, 5),
    );
  });

  test('disposes of a network when the caller stops early', async () => {
    let disposed = 0;
    const train = async () => ({ network, dispose: () => void disposed++ });
    for await (const _ of diagnosisFirstFolds(cases, { folds: 2, train, iterations: 1 })) break;
    expect(disposed).toBe(1);
  });

  test('refuses a protocol that is none', async () => {
    const train = async () => ({ network });
    const run = diagnosisFirstFolds(cases, { protocol: 'other' as 'paper', train });
    await expect(run.next()).rejects.toThrow(/^diagnosisFirstFolds: protocol is "other"/);
  });
});

describe('stratifiedFolds', () => {
  test('keeps patients whole and shares the ill and the healthy out evenly', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 5 }),
        fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 1 })), {
          minLength: 40,
          maxLength: 80,
        }),
        fc.integer(),
        (folds, draws, seed) => {
          const first = makeCase(0, 0);
          const diagnosisOf = new Map(draws);
          const all = draws.map(([patient]) => ({
            ...first,
            patient: `P${patient}`,
            diagnosis: diagnosisOf.get(patient)!,
          }));
          fc.pre(diagnosisOf.size >= folds);
          const shares = stratifiedFolds(all, folds, seed);
          expect(shares.flat()).toHaveLength(all.length);
          const people = shares.map((share) => new Map(share.map((one) => [one.patient, one.diagnosis])));
          expect(people.reduce((sum, one) => sum + one.size, 0)).toBe(diagnosisOf.size);
          for (const diagnosis of [0, 1]) {
            const counts = people.map(
              (one) => [...one.values()].filter((value) => value === diagnosis).length,
            );
            expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  test('refuses fewer than two folds, or more than patients', () => {
    expect(() => stratifiedFolds(cases, 1, 0)).toThrow(
      /^stratifiedFolds: folds is 1, expected an integer of at least 2$/,
    );
    expect(() => stratifiedFolds(cases, 9, 0)).toThrow(/folds is 9/);
  });
});
