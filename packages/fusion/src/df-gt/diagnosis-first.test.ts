import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeCase, makeNetwork, size } from './fixtures/discs.js';
import {
  type DiagnosedCase,
  type DiagnosisNetwork,
  diagnosisFirst,
  diagnosisFirstSteps,
  diagnosisObjective,
  type Expertness,
  expertnessAt,
  expG,
  fourier,
  pixels,
  transformRobust,
} from './index.js';

let network: DiagnosisNetwork;
beforeAll(async () => {
  await tf.setBackend('cpu');
  network = makeNetwork();
});

const parametrisations: { name: string; expertness: Expertness }[] = [
  pixels(),
  transformRobust(),
  fourier(),
  expG(),
].map((expertness) => ({
  name: expertness.name,
  expertness,
}));

describe.each(parametrisations)('diagnosisFirst with $name', ({ expertness }) => {
  test('gives the mean of the masks after no iteration', async () => {
    const one = makeCase(1, 1);
    const {
      fused,
      expertness: maps,
      history,
    } = await diagnosisFirst({ ...one, network, expertness, iterations: 0 });
    const masks = Object.values(one.annotations.nodule!) as Uint8Array[];
    fused.nodule!.forEach((value, p) =>
      expect(value).toBeCloseTo(masks.reduce((sum, mask) => sum + mask[p]!, 0) / masks.length, 6),
    );
    for (const map of Object.values(maps)) for (const weight of map) expect(weight).toBe(0.25);
    expect(history).toHaveLength(1);
  });

  test.each([0, 1])(
    'lowers the objective of a case diagnosed %i, with weights that sum to 1',
    async (diagnosis) => {
      const {
        expertness: maps,
        history,
        logits,
        fused,
      } = await diagnosisFirst({ ...makeCase(2, diagnosis), network, expertness, iterations: 40 });
      expect(history).toHaveLength(41);
      expect(history.at(-1)).toBeLessThan(history[0]! - 1e-3);
      for (let p = 0; p < size * size; p++) {
        expect(Object.values(maps).reduce((sum, map) => sum + map[p]!, 0)).toBeCloseTo(1, 5);
      }
      // The objective and the fused label are what the result says: computed again from Eq. 2 and Eq. 3.
      const one = makeCase(2, diagnosis);
      const again = Float32Array.from({ length: size * size }, (_, p) =>
        Object.entries(maps).reduce(
          (sum, [rater, map]) => sum + map[p]! * one.annotations.nodule![rater]![p]!,
          0,
        ),
      );
      fused.nodule!.forEach((value, p) => expect(value).toBeCloseTo(again[p]!, 5));
      const z = tf.tidy(() => {
        const channels = [one.image.data as Float32Array, again].map((data) =>
          tf.tensor4d(data, [1, size, size, 1]),
        );
        return network(tf.concat(channels, 3)).dataSync()[0]!;
      });
      expect(logits[0]).toBeCloseTo(z, 3);
      expect(history.at(-1)).toBeCloseTo(Math.log1p(Math.exp(diagnosis ? -z : z)), 3);
    },
  );

  test('returns the only rater as drawn', async () => {
    const one = makeCase(3, 1);
    const only = { nodule: { R2: one.annotations.nodule!.R2 } };
    const { fused } = await diagnosisFirst({ ...one, annotations: only, network, expertness, iterations: 5 });
    expect(Array.from(fused.nodule!)).toEqual(Array.from(only.nodule.R2 as Uint8Array));
  });

  test('fuses a case in a batch as it fuses it alone', async () => {
    const cases = [makeCase(4, 0), makeCase(5, 1), makeCase(6, 1)];
    const steps = diagnosisFirstSteps(cases, { network, expertness, iterations: 10 });
    let next = await steps.next();
    while (!next.done) next = await steps.next();
    for (const [b, one] of cases.entries()) {
      const alone = await diagnosisFirst({ ...one, network, expertness, iterations: 10 });
      alone.fused.nodule!.forEach((value, p) => expect(next.value[b].fused.nodule[p]).toBeCloseTo(value, 4));
    }
  });

  test('gives the same result for the same seed', async () => {
    const run = () => diagnosisFirst({ ...makeCase(7, 1), network, expertness, iterations: 6, seed: 42 });
    expect(await run()).toEqual(await run());
  });

  test('leaves no tensor behind, also when stopped midway', async () => {
    const before = tf.memory().numTensors;
    await diagnosisFirst({ ...makeCase(8, 1), network, expertness, iterations: 3 });
    expect(tf.memory().numTensors).toBe(before);
    const controller = new AbortController();
    const steps = diagnosisFirstSteps([makeCase(8, 1)], {
      network,
      expertness,
      iterations: 9,
      signal: controller.signal,
    });
    await steps.next();
    controller.abort(new Error('enough'));
    await expect(steps.next()).rejects.toThrow('enough');
    const left = diagnosisFirstSteps([makeCase(8, 1)], { network, expertness, iterations: 9 });
    await left.next();
    await left.return([]);
    expect(tf.memory().numTensors).toBe(before);
  });
});

test.each([pixels(), fourier()])('permuting the raters permutes the maps ($name)', async (expertness) => {
  const one = makeCase(9, 1);
  const masks = one.annotations.nodule!;
  const swapped = { nodule: { R1: masks.R3, R2: masks.R1, R3: masks.R4, R4: masks.R2 } };
  const [a, b] = await Promise.all(
    [one.annotations, swapped].map((annotations) =>
      diagnosisFirst({ ...one, annotations, network, expertness, iterations: 15 }),
    ),
  );
  const expected = { R1: 'R3', R2: 'R1', R3: 'R4', R4: 'R2' };
  for (const [to, from] of Object.entries(expected)) {
    b!.expertness[to]!.forEach((weight, p) => expect(weight).toBeCloseTo(a!.expertness[from]![p]!, 4));
  }
});

test('the released objective lets ill cases rise and healthy ones fall', async () => {
  const [mean, ill, healthy] = await Promise.all(
    [0, 1, 2].map((kind) =>
      diagnosisFirst({
        ...makeCase(10, Number(kind === 1)),
        network,
        objective: 'logit',
        iterations: kind ? 30 : 0,
      }),
    ),
  );
  expect(ill!.logits[0]).toBeGreaterThan(mean!.logits[0]!);
  expect(healthy!.logits[0]).toBeLessThan(mean!.logits[0]!);
});

test('several networks are served at once by the mean of their objectives', async () => {
  const opposite: DiagnosisNetwork = (input) => tf.neg(network(input));
  const { history } = await diagnosisFirst({
    ...makeCase(11, 1),
    network: [network, opposite],
    objective: 'logit',
    iterations: 3,
  });
  for (const value of history) expect(value).toBeCloseTo(0, 4);
});

test('two structures share the maps, and a rater absent from one is left out of it alone', async () => {
  const one = makeCase(12, 1);
  const masks = one.annotations.nodule!;
  const annotations = { disc: masks, cup: { R1: masks.R1, R2: masks.R2 } };
  const seesBoth: DiagnosisNetwork = (input) =>
    network(
      tf.concat(
        [
          tf.slice(input, [0, 0, 0, 0], [-1, -1, -1, 1]),
          tf.sum(tf.slice(input, [0, 0, 0, 1], [-1, -1, -1, 2]), 3, true),
        ],
        3,
      ) as tf.Tensor4D,
    );
  const { fused, expertness } = await diagnosisFirst({
    ...one,
    annotations,
    structures: ['disc', 'cup'],
    network: seesBoth,
    expertness: pixels(),
    iterations: 20,
  });
  for (let p = 0; p < size * size; p++) {
    const weight = (rater: string) => expertness[rater]![p]!;
    const cup = (weight('R1') * masks.R1![p]! + weight('R2') * masks.R2![p]!) / (weight('R1') + weight('R2'));
    expect(fused.cup![p]).toBeCloseTo(cup, 4);
  }
});

test('what the network sees of the structures can be chosen', async () => {
  const one = makeCase(13, 1);
  const annotations = { disc: one.annotations.nodule!, cup: one.annotations.nodule! };
  const channels: number[] = [];
  const watching: DiagnosisNetwork = (input) => {
    channels.push(input.shape[3]);
    return network(input);
  };
  await diagnosisFirst({
    ...one,
    annotations,
    structures: ['disc', 'cup'],
    network: watching,
    iterations: 1,
    mask: (fused) => tf.mean(fused, 3, true),
  });
  expect(new Set(channels)).toEqual(new Set([2]));
});

test('the order of several structures is not guessed', async () => {
  const one = makeCase(13, 1);
  const annotations = { disc: one.annotations.nodule!, cup: one.annotations.nodule! };
  await expect(diagnosisFirst({ ...one, annotations, network })).rejects.toThrow(
    "diagnosisFirst: structures is missing, expected structures: ['disc', 'cup'], in the order of the network's channels",
  );
});

test('a settled case stops, and comes out the same whatever its batch does', async () => {
  const options = { network, iterations: 300, learningRate: 0.05, settle: { tolerance: 1e-3, patience: 5 } };
  const cases = [makeCase(14, 1), makeCase(15, 0)];
  const alone = await Promise.all(cases.map((one) => diagnosisFirst({ ...one, ...options })));
  const steps = diagnosisFirstSteps(cases, options);
  let next = await steps.next();
  while (!next.done) next = await steps.next();
  alone.forEach((result, b) => {
    expect(result.history.length).toBeLessThan(301);
    expect(next.value[b].history.length).toBe(result.history.length);
    expect(Math.abs(result.history.at(-1)! - result.history.at(-6)!)).toBeLessThan(1e-3);
  });
});

describe('expertnessAt', () => {
  test('on the fitted grid gives the fitted maps, and on another sums to 1', async () => {
    const expertness = expG();
    const result = await diagnosisFirst({ ...makeCase(16, 1), network, expertness, iterations: 10 });
    const same = await expertnessAt(expertness, result, { height: size, width: size });
    for (const [rater, map] of Object.entries(same))
      map.forEach((weight, p) => expect(weight).toBeCloseTo(result.expertness[rater]![p]!, 6));
    const fine = await expertnessAt(expertness, result, { height: 2 * size - 1, width: 2 * size - 1 });
    for (const [rater, map] of Object.entries(fine)) {
      // Every second sample of the finer grid lies on the coarse one.
      for (let i = 0; i < size; i++)
        expect(map[2 * i * (2 * size - 1)]).toBeCloseTo(result.expertness[rater]![i * size]!, 5);
    }
  });

  test('refuses maps that have values at their own pixels only, and parameters of another shape', async () => {
    const result = await diagnosisFirst({ ...makeCase(17, 1), network, expertness: pixels(), iterations: 1 });
    await expect(expertnessAt(pixels(), result, { height: 4, width: 4 })).rejects.toThrow(
      /^expertnessAt: expertness is pixels, which has values at its own pixels only/,
    );
    await expect(expertnessAt(expG(), result, { height: 4, width: 4 })).rejects.toThrow(
      /^expertnessAt: parameters\[0\] has/,
    );
  });
});

describe('what cannot be fused is refused by name', () => {
  const good = makeCase(18, 1);
  const masks = good.annotations.nodule!;
  const bad: [string, Partial<DiagnosedCase> & Record<string, unknown>, RegExp][] = [
    [
      'no diagnosis',
      { diagnosis: undefined },
      /^diagnosisFirst: case "case-18": diagnosis is undefined, expected one of 0, 1$/,
    ],
    ['an unsure diagnosis', { diagnosis: 0.5 }, /case "case-18": diagnosis is 0.5/],
    ['no structure', { annotations: {} }, /no structure/],
    ['no rater', { annotations: { nodule: {} } }, /no rater outlined nodule/],
    [
      'a mask of another size',
      { annotations: { nodule: { R1: masks.R1, R2: [1, 0] } } },
      /case "case-18": annotations.nodule.R2 has 2 values, expected 8 × 8 = 64/,
    ],
    [
      'a mask that is not in [0, 1]',
      { annotations: { nodule: { R1: Array(64).fill(255) } } },
      /case "case-18": annotations.nodule.R1\[0\] is 255, expected a number from 0 to 1/,
    ],
    [
      'a NaN in the image',
      { image: { ...good.image, data: Array(64).fill(Number.NaN) } },
      /case "case-18": image.data\[0\] is NaN/,
    ],
    [
      'an image of another length',
      { image: { ...good.image, data: [1] } },
      /has 1 values, expected 8 × 8 × 1 = 64/,
    ],
    ['negative iterations', { iterations: -1 }, /iterations is -1/],
    ['no network', { network: [] }, /network is an empty list/],
    [
      'a network of another shape',
      { network: (x: tf.Tensor) => tf.mean(x, [1, 2]) },
      /network returned \[1,2\], expected logits of \[1, 1\]/,
    ],
    [
      'a network that is not finite',
      { network: (x: tf.Tensor) => tf.mul(network(x as tf.Tensor4D), Number.NaN) },
      /objective of case "case-18" is NaN at step 0/,
    ],
  ];
  test.each(bad)('%s', async (_, change, message) => {
    const before = tf.memory().numTensors;
    await expect(
      diagnosisFirst({ ...good, network, iterations: 2, ...change } as Parameters<typeof diagnosisFirst>[0]),
    ).rejects.toThrow(message);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('images of different sizes in one batch', async () => {
    const small = {
      ...good,
      id: 'small',
      image: { data: [0], height: 1, width: 1, channels: 1 },
      annotations: { nodule: { R1: [1] } },
    };
    const steps = diagnosisFirstSteps([good, small], { network });
    await expect(steps.next()).rejects.toThrow(
      /case "small": image is 1 × 1 × 1, expected 8 × 8 × 1 as the first case has/,
    );
  });
});

describe('diagnosisObjective', () => {
  const z = [-40, -2, 0, 0.5, 40];
  test.each([0, 1])('is the binary cross entropy and its derivative σ(z) − y, for y = %i', (y) => {
    const [value, gradient] = tf.tidy(() => {
      const diagnoses = tf.fill([5, 1], y) as tf.Tensor2D;
      const f = (x: tf.Tensor) => diagnosisObjective('bce', x as tf.Tensor2D, diagnoses);
      const logits = tf.tensor2d(z, [5, 1]);
      return [
        f(logits).dataSync(),
        tf
          .grad((x) => tf.sum(f(x)))(logits)
          .dataSync(),
      ];
    });
    z.forEach((x, i) => {
      expect(value[i]).toBeCloseTo(Math.log1p(Math.exp(-Math.abs(x))) + Math.max(x, 0) - x * y, 5);
      expect(gradient[i]).toBeCloseTo(1 / (1 + Math.exp(-x)) - y, 5);
    });
  });
});
