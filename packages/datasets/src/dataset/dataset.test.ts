import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Case, Diagnosis } from './case.js';
import { createDataset, type DatasetSource } from './dataset.js';
import type { Entry } from './entry.js';
import { DataError } from './problem.js';

const entriesOf = (count: number): Entry[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `case ${i}`,
    patient: `patient ${i >> 1}`,
    split: i < count / 2 ? 'train' : 'test',
    diagnosis: i % 3 === 0 ? 1 : 0,
    annotated: { disc: ['a', 'b'] },
  }));

const draw = ({ id, diagnosis }: Entry): Case => ({
  id,
  diagnosis,
  image: { data: new Float32Array(4), width: 2, height: 2, channels: 1 },
  annotations: { disc: { a: new Uint8Array(4), b: new Uint8Array(4) } },
});

const dataset = (count = 10, more: Partial<DatasetSource> = {}) =>
  createDataset({ name: 'drawn', entries: entriesOf(count), load: draw, ...more });

async function idsOf(cases: AsyncIterable<Case>): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of cases) ids.push(id);
  return ids;
}

const later = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

test('cases come in the order of the entries, however long each takes to load', async () => {
  const slow = dataset(8, {
    load: async (entry) => {
      await later(entry.id.endsWith('0') ? 20 : 1);
      return draw(entry);
    },
  });
  expect(await idsOf(slow.cases())).toEqual(entriesOf(8).map(({ id }) => id));
});

test('a dataset can be iterated again, and one iteration does not disturb another', async () => {
  const data = dataset(5);
  const cases = data.cases();
  const first = cases[Symbol.asyncIterator]();
  await first.next();
  expect(await idsOf(cases)).toHaveLength(5);
  expect((await first.next()).value.id).toBe('case 1');
});

test('nothing is loaded before it is asked for, nor when a dataset is filtered, shuffled or split', async () => {
  let loaded = 0;
  const load = (entry: Entry) => {
    loaded++;
    return draw(entry);
  };
  const data = dataset(100, { load, prefetch: 3 });
  data
    .filter(({ diagnosis }) => diagnosis === 1)
    .shuffle(1)
    .take(5)
    .split();
  expect(loaded).toBe(0);
  for await (const _ of data.cases()) break;
  await later(5);
  expect(loaded).toBeLessThanOrEqual(4);
});

test.each([0, 1, 4])(
  'with prefetch %i at most so many cases and one more are loaded or loading',
  async (prefetch) => {
    let begun = 0;
    let done = 0;
    let most = 0;
    const data = dataset(20, {
      prefetch,
      load: async (entry) => {
        begun++;
        most = Math.max(most, begun - done);
        await later(1);
        return draw(entry);
      },
    });
    for await (const _ of data.cases()) {
      await later(3);
      // The case in hand is alive until the next is asked for.
      expect(begun - done).toBeLessThanOrEqual(prefetch + 1);
      done++;
    }
    expect(most).toBe(prefetch + 1);
  },
);

test('an abort ends the iteration with its reason and reaches the loads under way', async () => {
  const stop = new AbortController();
  const signals: AbortSignal[] = [];
  const data = dataset(20, {
    load: async (entry, { signal }) => {
      signals.push(signal);
      await later(1);
      return draw(entry);
    },
  });
  const reading = (async () => {
    for await (const { id } of data.cases({ signal: stop.signal }))
      if (id === 'case 3') stop.abort(new Error('enough'));
  })();
  await expect(reading).rejects.toThrow('enough');
  expect(signals.length).toBeLessThan(12);
  expect(signals.at(-1)!.aborted).toBe(true);
});

test('leaving the loop aborts the loads under way', async () => {
  const signals: AbortSignal[] = [];
  const data = dataset(20, {
    load: async (entry, { signal }) => {
      signals.push(signal);
      await later(2);
      return draw(entry);
    },
  });
  for await (const _ of data.cases()) break;
  expect(signals.at(-1)!.aborted).toBe(true);
});

test('a DataError skips its case and is told in problems; another error passes through', async () => {
  const broken = dataset(4, {
    load: (entry) => {
      if (entry.id === 'case 2') throw new DataError('two.png', 'truncated');
      return draw(entry);
    },
  });
  expect(broken.problems).toEqual([]);
  expect(await idsOf(broken.cases())).toEqual(['case 0', 'case 1', 'case 3']);
  const problem = { path: 'two.png', reason: 'truncated', id: 'case 2', outcome: 'skipped' };
  expect(broken.problems).toEqual([problem]);
  await idsOf(broken.cases());
  expect((await broken.describe()).problems).toEqual([problem]);

  const wrong = dataset(4, {
    load: () => {
      throw new RangeError('a slip in the program');
    },
  });
  await expect(idsOf(wrong.cases())).rejects.toThrow('a slip in the program');
});

test('a strict dataset throws what others note, of the listing at once, of a case when it is loaded', async () => {
  const problems = [{ path: 'labels.csv', reason: 'unknown label', outcome: 'kept' as const }];
  expect(dataset(2, { problems }).problems).toEqual(problems);
  expect(() => dataset(2, { problems, strict: true })).toThrow(new DataError('labels.csv', 'unknown label'));
  const strict = dataset(2, {
    strict: true,
    load: (entry, { report }) => {
      report({ path: 'a.png', reason: 'odd', outcome: 'kept' });
      return draw(entry);
    },
  });
  await expect(idsOf(strict.cases())).rejects.toThrow('a.png: odd');
});

test('problems go where their cases go, those of no case everywhere', () => {
  const problems = [
    { path: 'one', reason: 'r', id: 'case 1', outcome: 'kept' as const },
    { path: 'two', reason: 'r', id: 'case 2', outcome: 'kept' as const },
    { path: 'all', reason: 'r', outcome: 'kept' as const },
    { path: 'never listed', reason: 'r', id: 'case 99', outcome: 'skipped' as const },
  ];
  const data = dataset(4, { problems });
  expect(data.take(2).problems.map(({ path }) => path)).toEqual(['one', 'all', 'never listed']);
  expect(data.filter(({ id }) => id === 'case 2').problems.map(({ path }) => path)).toEqual([
    'two',
    'all',
    'never listed',
  ]);
});

test('map changes cases as they are loaded', async () => {
  const data = dataset(3).map((one) => ({ ...one, meta: { seen: true } }));
  for await (const one of data.cases()) expect(one.meta).toEqual({ seen: true });
  expect(data.length).toBe(3);
});

test('a shuffle is a permutation that its seed decides', () => {
  fc.assert(
    fc.property(fc.nat(40), fc.integer(), (count, seed) => {
      const data = dataset(count);
      const ids = data.shuffle(seed).entries.map(({ id }) => id);
      expect([...ids].sort()).toEqual(data.entries.map(({ id }) => id).sort());
      expect(data.shuffle(seed).entries.map(({ id }) => id)).toEqual(ids);
    }),
  );
  const orders = new Set(
    Array.from({ length: 200 }, (_, seed) =>
      dataset(4)
        .shuffle(seed)
        .entries.map(({ id }) => id)
        .join(),
    ),
  );
  expect(orders.size).toBe(24);
});

test('describe counts cases, patients, diagnoses, splits, raters and sizes', async () => {
  const seen: number[] = [];
  const { problems, ...counts } = await dataset(10).describe({ onProgress: (done) => seen.push(done) });
  expect(counts).toEqual({
    name: 'drawn',
    cases: 10,
    decoded: 10,
    patients: 5,
    diagnoses: { 0: 6, 1: 4, unknown: 0 },
    splits: { train: 5, test: 5 },
    raters: { disc: { a: 10, b: 10 } },
    sizes: { '2×2×1': 10 },
  });
  expect(problems).toEqual([]);
  expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  const quick = await dataset(10, {
    load: () => {
      throw new Error('must not load');
    },
  }).describe({ decode: false });
  expect(quick).toMatchObject({ cases: 10, raters: { disc: { a: 10, b: 10 } } });
  expect(quick.sizes).toBeUndefined();
});

const patients = fc.array(
  fc.record({ patient: fc.nat(12), diagnosis: fc.constantFrom<Diagnosis | undefined>(0, 1, undefined) }),
  { minLength: 1, maxLength: 60 },
);
const asEntries = (cases: { patient: number; diagnosis: Diagnosis | undefined }[]): Entry[] =>
  cases.map(({ patient, diagnosis }, i) => ({ id: `${i}`, patient: `${patient}`, diagnosis, annotated: {} }));

test('a split has every case once and no patient twice, whatever the data', () => {
  fc.assert(
    fc.property(patients, fc.integer(), (cases, seed) => {
      const data = dataset(0, { entries: asEntries(cases) });
      const { train, validation, test: held } = data.split({ seed });
      const parts = [train, validation, held];
      const ids = parts.flatMap(({ entries }) => entries.map(({ id }) => id));
      expect(ids.sort()).toEqual(data.entries.map(({ id }) => id).sort());
      const people = parts.flatMap(({ entries }) => [...new Set(entries.map(({ patient }) => patient))]);
      expect(new Set(people).size).toBe(people.length);
    }),
  );
});

test('a split by case shares out each diagnosis to within one case', () => {
  fc.assert(
    fc.property(patients, fc.integer(), (cases, seed) => {
      const data = dataset(0, { entries: asEntries(cases) });
      const parts = data.split({ by: 'case', seed, fractions: { a: 0.5, b: 0.3, c: 0.2 } });
      for (const diagnosis of [0, 1, undefined]) {
        const count = ({ entries }: { entries: readonly Entry[] }) =>
          entries.filter((e) => e.diagnosis === diagnosis).length;
        for (const [name, share] of [
          ['a', 0.5],
          ['b', 0.3],
          ['c', 0.2],
        ] as const) {
          expect(Math.abs(count(parts[name]) - share * count(data))).toBeLessThanOrEqual(1);
        }
      }
    }),
  );
});

test("the paper's 1200 images with 120 ill split into thirds of 400 with 40 ill each", () => {
  const entries = Array.from(
    { length: 1200 },
    (_, i): Entry => ({ id: `${i}`, diagnosis: i < 120 ? 1 : 0, annotated: {} }),
  );
  const parts = dataset(0, { entries }).split({ fractions: { a: 1 / 3, b: 1 / 3, c: 1 / 3 }, seed: 5 });
  for (const part of Object.values(parts)) {
    expect(part.length).toBe(400);
    expect(part.entries.filter(({ diagnosis }) => diagnosis === 1)).toHaveLength(40);
  }
});

test('parts of equal fractions differ by one case, though each diagnosis is rounded', () => {
  for (const [ill, healthy] of [
    [12, 28],
    [13, 31],
    [7, 18],
  ] as const) {
    const entries = Array.from(
      { length: ill + healthy },
      (_, i): Entry => ({ id: `${i}`, diagnosis: i < ill ? 1 : 0, annotated: {} }),
    );
    const { validation, test: held } = dataset(0, { entries }).split({ seed: ill });
    expect(Math.abs(validation.length - held.length)).toBeLessThanOrEqual(1);
  }
});

test('what the fractions leave of 1 is left out', () => {
  const { some } = dataset(100).split({ fractions: { some: 0.2 }, seed: 1 });
  expect(some.length).toBe(20);
});

test('the folds of a cross-validation hold out every case once, apart from its patient', () => {
  const folds = dataset(30).folds(5, { seed: 2 });
  expect(folds.flatMap(({ test: held }) => held.entries.map(({ id }) => id)).sort()).toEqual(
    entriesOf(30)
      .map(({ id }) => id)
      .sort(),
  );
  for (const { train, test: held } of folds) {
    expect(train.length + held.length).toBe(30);
    const seen = new Set(train.entries.map(({ patient }) => patient));
    expect(held.entries.some(({ patient }) => seen.has(patient))).toBe(false);
  }
});

test('bad arguments are refused by name', () => {
  expect(() => dataset(0, { entries: [...entriesOf(2), ...entriesOf(1)] })).toThrow(
    new TypeError('createDataset: two entries of drawn have the id "case 0", expected others'),
  );
  expect(() => dataset(2, { prefetch: -1 })).toThrow('createDataset: prefetch is -1');
  expect(() => dataset(2).cases({ prefetch: 0.5 })).toThrow('cases: prefetch is 0.5');
  expect(() => dataset(2).take(-1)).toThrow('take: count is -1');
  expect(() => dataset(2).folds(3)).toThrow('folds: k is 3, expected an integer from 2 to 2');
  expect(() => dataset(2).split({ fractions: { a: 0.7, b: 0.6 } })).toThrow(
    'split: fractions sum to 1.2999999999999998',
  );
  expect(() => dataset(2).split({ fractions: { a: 0 } })).toThrow('split: fractions.a is 0');
});
