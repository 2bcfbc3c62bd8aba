import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fileCache } from './file-cache.js';
import { makeCase, makeNetwork } from './fixtures/discs.js';
import {
  type DiagnosedCase,
  type DiagnosisFirstAllOptions,
  type DiagnosisFirstProgress,
  type DiagnosisNetwork,
  decodeResult,
  diagnosisFirst,
  diagnosisFirstAll,
  encodeResult,
  expG,
  pixels,
  resultKey,
} from './index.js';

let network: DiagnosisNetwork;
beforeAll(async () => {
  await tf.setBackend('cpu');
  network = makeNetwork();
});

const cases = [0, 1, 2, 3, 4].map((i) => makeCase(i, i % 2));
const collect = async (options: Partial<DiagnosisFirstAllOptions>, source: DiagnosedCase[] = cases) => {
  const pairs = [];
  for await (const pair of diagnosisFirstAll(source, {
    network,
    iterations: 4,
    expertness: pixels(),
    batchSize: 2,
    ...options,
  }))
    pairs.push(pair);
  return pairs;
};

describe('diagnosisFirstAll', () => {
  test('yields each case in order with the result that it has alone', async () => {
    const pairs = await collect({});
    expect(pairs.map((pair) => pair.case)).toEqual(cases);
    for (const { case: one, result } of pairs) {
      const alone = await diagnosisFirst({ ...one, network, iterations: 4, expertness: pixels() });
      alone.fused.nodule!.forEach((value, p) => expect(result.fused.nodule![p]).toBeCloseTo(value, 5));
    }
  });

  test('ends a batch where the image size changes', async () => {
    const narrow: DiagnosedCase = {
      ...makeCase(9, 1),
      image: { data: new Float32Array(64), height: 4, width: 16, channels: 1 },
    };
    const pairs = await collect({}, [cases[0]!, narrow, cases[1]!]);
    expect(pairs.map((pair) => pair.case.id)).toEqual(['case-0', 'case-9', 'case-1']);
  });

  test('takes raters and structures from a dataset', async () => {
    const dataset = {
      cases: async function* () {
        yield* cases;
      },
      length: 5,
      raters: ['R1', 'R2', 'R9'],
      structures: ['nodule'],
    };
    const seen: DiagnosisFirstProgress[] = [];
    const results = [];
    for await (const { result } of diagnosisFirstAll(dataset, {
      network,
      iterations: 1,
      onProgress: (p) => seen.push(p),
    }))
      results.push(result);
    expect(Object.keys(results[0]!.expertness)).toEqual(['R1', 'R2', 'R9']);
    expect(Math.max(...results[0]!.expertness.R9!)).toBe(0);
    expect(seen.at(-1)).toMatchObject({ done: 5, total: 5, cached: 0, skipped: 0 });
  });

  test('refuses a case without a diagnosis, or skips it and says so', async () => {
    const unknown = { ...cases[1]!, diagnosis: undefined };
    await expect(collect({}, [cases[0]!, unknown])).rejects.toThrow(/case "case-1": diagnosis is undefined/);
    const seen: DiagnosisFirstProgress[] = [];
    const pairs = await collect({ undiagnosed: 'skip', onProgress: (p) => seen.push(p) }, [
      cases[0]!,
      unknown,
      cases[2]!,
    ]);
    expect(pairs).toHaveLength(2);
    expect(seen.at(-1)).toMatchObject({ done: 2, skipped: 1 });
  });

  test('refuses a batch size that is none, and a cache without an id', async () => {
    await expect(collect({ batchSize: 0 })).rejects.toThrow(
      /^diagnosisFirstAll: batchSize is 0, expected a positive integer$/,
    );
    await expect(collect({ cache: fileCache('unused') })).rejects.toThrow(
      /^diagnosisFirstAll: a cache needs an id/,
    );
  });

  test('leaves as many tensors after 60 cases as after 6', async () => {
    const before = tf.memory().numTensors;
    await collect(
      { iterations: 1 },
      Array.from({ length: 60 }, (_, i) => makeCase(i, 1)),
    );
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('with a cache in a folder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'df-gt-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  test('a run that was stopped goes on, and ends as one that was not', async () => {
    const whole = await collect({});
    const controller = new AbortController();
    const options = { cache: fileCache(folder), id: 'network-1' };
    let calls = 0;
    const stopped = collect({
      ...options,
      signal: controller.signal,
      onProgress: ({ done }) => {
        if (done >= 2) controller.abort(new Error('stopped'));
      },
    });
    await expect(stopped).rejects.toThrow('stopped');
    expect(await readdir(folder)).toHaveLength(2);
    const counting: DiagnosisNetwork = (input) => {
      calls += input.shape[0];
      return network(input);
    };
    const seen: DiagnosisFirstProgress[] = [];
    const resumed = await collect({ ...options, network: counting, onProgress: (p) => seen.push(p) });
    expect(resumed).toEqual(whole);
    expect(seen.at(-1)).toMatchObject({ done: 5, cached: 2 });
    const again = calls;
    expect(await collect({ ...options, network: counting })).toEqual(whole);
    expect(calls).toBe(again);
  });

  test('an entry that was cut off, or has one other bit, is fused again', async () => {
    const options = { cache: fileCache(folder), id: 'network-1' };
    const whole = await collect(options);
    const [first, ...others] = (await readdir(folder)).map((name) => join(folder, name));
    const bytes = await readFile(first!);
    bytes[bytes.length - 2]! ^= 1;
    await writeFile(first!, bytes);
    for (const path of others) await writeFile(path, new Uint8Array(7));
    expect(await collect(options)).toEqual(whole);
  });
});

describe('a key', () => {
  const key = (
    change: Partial<DiagnosedCase> = {},
    options: Partial<DiagnosisFirstAllOptions> = {},
    id = 'a',
  ) => resultKey({ ...cases[0]!, ...change }, { network, ...options }, id);

  test('differs where anything that decides the result differs, and only there', async () => {
    const masks = cases[0]!.annotations.nodule!;
    const keys = await Promise.all([
      key(),
      key({ diagnosis: 1 }),
      key({ image: cases[1]!.image }),
      key({ annotations: { nodule: { ...masks, R1: masks.R4 } } }),
      key({ annotations: { nodule: { ...masks, R1: null } } }),
      key({ annotations: { cup: masks } }),
      key({}, { expertness: expG({ preset: 'paper' }) }),
      key({}, { expertness: expG({ layers: 7 }) }),
      key({}, { objective: 'logit' }),
      key({}, { iterations: 3 }),
      key({}, { learningRate: 1 }),
      key({}, { seed: 1 }),
      key({}, { raters: ['R1'] }),
      key({}, { settle: { tolerance: 1, patience: 1 } }),
      key({}, {}, 'b'),
    ]);
    expect(new Set(keys).size).toBe(keys.length);
    expect(await key({ id: 'other' }, { expertness: expG() })).toBe(keys[0]);
  });
});

test('decodeResult gives back what encodeResult wrote, and nothing for bytes that are not whole', async () => {
  const result = await diagnosisFirst({ ...cases[0]!, network, iterations: 2 });
  const bytes = encodeResult(result);
  expect(decodeResult(bytes)).toEqual(result);
  for (const length of [0, 3, 4, 20, bytes.length - 1])
    expect(decodeResult(bytes.subarray(0, length))).toBeUndefined();
});
