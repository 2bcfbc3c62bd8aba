import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, test } from 'vitest';
import { caseBatch, type DiagnosedCase } from '../case-batch.js';
import type { DiagnosisNetwork } from '../diagnose.js';
import { makeCase, makeNetwork, size } from '../fixtures/discs.js';
import {
  amortised,
  crossFit,
  learnExpertness,
  learnExpertnessSteps,
  loadExpertness,
  perPlace,
  perRater,
  type SharedForm,
} from '../index.js';
import { normalValues, uniform } from '../random.js';
import { sharedObjective } from './fit.js';

let network: DiagnosisNetwork;
beforeAll(async () => {
  await tf.setBackend('cpu');
  network = makeNetwork();
});

const forms: { name: string; form: SharedForm }[] = [
  { name: 'perRater', form: perRater() },
  { name: 'perRater by structure', form: perRater({ byStructure: true }) },
  { name: 'perPlace', form: perPlace() },
  { name: 'perPlace by pattern', form: perPlace({ byPattern: true }) },
  { name: 'amortised', form: amortised() },
  { name: 'amortised, anonymous', form: amortised({ identity: false }) },
];

/** Area of the mask, in shares of the image, about the mean of the raters': a judge without a picture. */
const area: DiagnosisNetwork = (input) =>
  tf.tidy(() => {
    const mask = tf.slice(input, [0, 0, 0, 1], [-1, -1, -1, 1]);
    return tf.reshape(tf.mul(20, tf.sub(tf.mean(mask, [1, 2, 3]), 0.2)), [-1, 1]);
  });

/** Four raters, the second of whom draws the ill larger; the others draw at random. */
function telling(count: number, aware = 'R2', raters = ['R1', 'R2', 'R3', 'R4']): DiagnosedCase[] {
  return Array.from({ length: count }, (_, i) => {
    const random = uniform(1000 + i);
    const diagnosis = i % 2;
    const disc = (radius: number) =>
      Uint8Array.from({ length: size * size }, (_, p) =>
        Number(Math.hypot((p >> 3) - 3.5, (p & 7) - 3.5) < radius),
      );
    const masks = raters.map((rater) => {
      const noise = 1.2 * random();
      return [rater, disc(rater === aware ? 1.4 + 1.4 * diagnosis + 0.3 * noise : 1.6 + noise)];
    });
    return {
      id: `case-${i}`,
      image: { data: normalValues(size * size, 1, i), height: size, width: size, channels: 1 },
      annotations: { nodule: Object.fromEntries(masks) },
      diagnosis,
    };
  });
}

const mean = (masks: ArrayLike<number>[]) =>
  Array.from(masks[0]!, (_, p) => masks.reduce((sum, mask) => sum + mask[p]!, 0) / masks.length);

describe.each(forms)('learnExpertness with $name', ({ form }) => {
  test('has the gradient that numerical differentiation gives', async () => {
    const batch = caseBatch('test', [makeCase(1, 1), makeCase(2, 0)]);
    const live = form.create({ imageChannels: 1, structures: 1, raters: 4 }, 3);
    live.variables.forEach((variable, v) => {
      const noise = tf.tensor(normalValues(variable.size, 0.2, 50 + v), variable.shape);
      tf.tidy(() => variable.assign(tf.add(variable, noise)));
      noise.dispose();
    });
    const calibration = tf.variable(tf.tensor1d([0.2, -0.1]));
    const value = () =>
      tf.tidy(
        () =>
          tf.sum(
            sharedObjective(batch, live, calibration, {
              who: 'test',
              network,
              objective: 'bce',
              shrinkage: 0.3,
            }),
          ) as tf.Scalar,
      );
    const variables = [...live.variables, calibration];
    const { grads, value: unused } = tf.variableGrads(value, variables);
    unused.dispose();
    for (const variable of variables) {
      const gradient = grads[variable.name]!.dataSync();
      const start = variable.dataSync().slice();
      for (const index of [0, Math.floor(variable.size / 2), variable.size - 1]) {
        const at = (delta: number) => {
          const moved = start.slice();
          moved[index]! += delta;
          tf.tidy(() => variable.assign(tf.tensor(moved, variable.shape)));
          return value().dataSync()[0]!;
        };
        const step = 1e-2;
        const numerical = (at(step) - at(-step)) / (2 * step);
        at(0);
        expect(Math.abs(gradient[index]! - numerical)).toBeLessThan(5e-4 + 2e-2 * Math.abs(numerical));
      }
    }
    batch.dispose();
    live.dispose();
  });

  test('gives the mean vote after no iteration, a missing rater weight 0', async () => {
    const cases = telling(6);
    const learned = await learnExpertness(cases, { network, expertness: form, iterations: 0 });
    const one = makeCase(9, 1);
    const { R1, R2, R4 } = one.annotations.nodule as Record<string, Uint8Array>;
    const { fused, expertness } = await learned.apply({ ...one, annotations: { nodule: { R1, R2, R4 } } });
    const expected = mean([R1!, R2!, R4!]);
    fused.nodule!.forEach((value, p) => expect(value).toBeCloseTo(expected[p]!, 6));
    for (const weight of expertness.nodule!.R1!) expect(weight).toBeCloseTo(1 / 3, 6);
    if (form.named) for (const weight of expertness.nodule!.R3!) expect(weight).toBe(0);
    else expect(expertness.nodule).not.toHaveProperty('R3');
  });

  test('lowers the objective, and follows the rater who tells the diagnosis', async () => {
    // Enough to see it: the plain engine takes a second for twenty of a small network.
    const iterations = Math.min(form.iterations, 40);
    const settings = { network: area, expertness: form, learningRate: 3 * form.learningRate, iterations };
    const { history, apply, weights } = await learnExpertness(telling(24), settings);
    const late = history.slice(-5).reduce((a, b) => a + b) / 5;
    expect(late).toBeLessThan(history[0]! - 0.05);
    const [healthy, ill] = await Promise.all(telling(42).slice(40).map(apply));
    for (let p = 0; p < size * size; p++) {
      const sum = Object.values(ill!.expertness.nodule!).reduce((total, map) => total + map[p]!, 0);
      expect(sum).toBeCloseTo(1, 5);
    }
    const total = (mask: Float32Array) => mask.reduce((a, b) => a + b, 0);
    expect(total(ill!.fused.nodule!)).toBeGreaterThan(total(healthy!.fused.nodule!));
    if (!form.named) return expect(weights).toEqual({});
    expect(Object.keys(weights).sort((a, b) => weights[b]! - weights[a]!)[0]).toBe('R2');
    expect(Object.values(weights).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 14);
  });

  test('gives a single rater back', async () => {
    const cases = telling(8, 'R2', ['R2']);
    const { apply } = await learnExpertness(cases, { network: area, expertness: form, iterations: 3 });
    const { fused, expertness } = await apply(cases[3]!);
    expect([...fused.nodule!]).toEqual([...(cases[3]!.annotations.nodule!.R2 as Uint8Array)]);
    expect(new Set(expertness.nodule!.R2)).toEqual(new Set([1]));
  });

  test('never looks at the diagnosis of the case that it fuses', async () => {
    const cases = telling(8);
    const { apply } = await learnExpertness(cases, { network: area, expertness: form, iterations: 5 });
    const [ill, healthy, unknown] = await Promise.all(
      [1, 0, undefined].map((diagnosis) => apply({ ...makeCase(5, 1), diagnosis } as DiagnosedCase)),
    );
    expect(healthy).toEqual(ill);
    expect(unknown).toEqual(ill);
    const trap = { ...makeCase(5, 1) };
    Object.defineProperty(trap, 'diagnosis', {
      get: () => {
        throw new Error('looked');
      },
    });
    expect(await apply(trap)).toEqual(ill);
  });

  test('is read from what it saved to the bit', async () => {
    const learned = await learnExpertness(telling(8), { network: area, expertness: form, iterations: 7 });
    const read = await loadExpertness(await learned.save());
    expect(await read.apply(makeCase(5, 1))).toEqual(await learned.apply(makeCase(5, 1)));
    expect(await read.save()).toBe(await learned.save());
  });

  test('gives permuted raters permuted weights', async () => {
    if (!form.named) return;
    const rename: Record<string, string> = { R1: 'R3', R2: 'R1', R3: 'R4', R4: 'R2' };
    const cases = telling(16);
    const renamed = cases.map((one) => ({
      ...one,
      annotations: {
        nodule: Object.fromEntries(
          Object.entries(one.annotations.nodule!).map(([rater, mask]) => [rename[rater]!, mask]),
        ),
      },
    }));
    const options = { network: area, expertness: form, iterations: 20 };
    const [a, b] = [await learnExpertness(cases, options), await learnExpertness(renamed, options)];
    for (const rater of Object.keys(rename))
      expect(b.weights[rename[rater]!]).toBeCloseTo(a.weights[rater]!, 4);
    expect(a.weights.R2).toBeGreaterThan(0.255);
  });

  test('leaves no tensor behind', async () => {
    const before = tf.memory().numTensors;
    const { apply } = await learnExpertness(telling(8), { network: area, expertness: form, iterations: 3 });
    await apply(makeCase(5, 1));
    expect(tf.memory().numTensors).toBe(before);
  });
});

test('is loaded by another process to the bit', async () => {
  const learned = await learnExpertness(telling(8), { network: area, expertness: perPlace(), iterations: 7 });
  const text = await learned.save();
  const elsewhere = `
    import '@tensorflow/tfjs-backend-cpu';
    import * as tf from '@tensorflow/tfjs-core';
    import { readFileSync } from 'node:fs';
    import { makeCase } from './src/df-gt/fixtures/discs.ts';
    import { loadExpertness } from './src/df-gt/index.ts';
    await tf.setBackend('cpu');
    const read = await loadExpertness(readFileSync(0, 'utf8'));
    const { fused } = await read.apply(makeCase(5, 1));
    console.log(JSON.stringify({ text: await read.save(), fused: [...fused.nodule] }));`;
  const said = execFileSync(
    process.execPath,
    ['--conditions=@diff/source', '--import', 'tsx', '--input-type=module', '--eval', elsewhere],
    { cwd: fileURLToPath(new URL('../../../', import.meta.url)), input: text, encoding: 'utf8' },
  );
  const { fused } = await learned.apply(makeCase(5, 1));
  expect(JSON.parse(said)).toEqual({ text, fused: [...fused.nodule!] });
}, 300_000);

test('goes on where it was stopped, to the bit', async () => {
  const kept = new Map<string, Uint8Array>();
  const cache = {
    get: async (key: string) => kept.get(key),
    set: async (key: string, bytes: Uint8Array) => void kept.set(key, bytes),
  };
  const options = {
    network: area,
    expertness: perPlace(),
    iterations: 50,
    folds: 2,
    batchSize: 4,
    id: 'area',
  };
  const whole = await learnExpertness(telling(12), options);
  const stop = new AbortController();
  const stopped = learnExpertness(telling(12), {
    ...options,
    cache,
    signal: stop.signal,
    onProgress: ({ step, fit }) => {
      if (fit === 1 && step === 33) stop.abort(new Error('enough'));
    },
  });
  await expect(stopped).rejects.toThrow('enough');
  const resume = async () => {
    const steps: number[] = [];
    const onProgress = ({ step, fit }: { step: number; fit: number }) => steps.push(100 * fit + step);
    return { resumed: await learnExpertness(telling(12), { ...options, cache, onProgress }), steps };
  };
  const { resumed, steps } = await resume();
  expect(steps[0]).toBe(120);
  expect(await resumed.save()).toBe(await whole.save());
  expect(resumed.history).toEqual(whole.history);
  expect(resumed.heldOut).toEqual(whole.heldOut);
  // What was kept and has changed is not taken up again.
  const [key, entry] = [...kept][0]!;
  kept.set(
    key,
    entry.map((byte, i) => (i === 200 ? byte ^ 1 : byte)),
  );
  const mended = await resume();
  expect(mended.steps).toEqual(Array.from({ length: 50 }, (_, i) => i));
  expect(await mended.resumed.save()).toBe(await whole.save());
});

test('yields every step of every fit, and judges every case by what was learned without it', async () => {
  const cases = telling(20);
  const steps = learnExpertnessSteps(cases, { network: area, iterations: 60, folds: 4, resamples: 3 });
  let count = 0;
  for (;;) {
    const next = await steps.next();
    if (next.done) {
      expect(count).toBe(8 * 60);
      const { heldOut, intervals, weights } = next.value;
      expect(heldOut.map(({ index }) => index).sort((a, b) => a - b)).toEqual([...cases.keys()]);
      for (const rater of ['R1', 'R2', 'R3', 'R4']) {
        const [low, high] = intervals[rater]!;
        expect(low).toBeLessThan(high);
        expect(low).toBeLessThan(weights[rater]! + 0.1);
        expect(high).toBeGreaterThan(weights[rater]! - 0.1);
      }
      const gain = heldOut.filter(({ diagnosis, learned, meanVote }) =>
        diagnosis ? learned > meanVote : learned < meanVote,
      );
      expect(gain.length).toBeGreaterThan(14);
      return;
    }
    expect(next.value).toMatchObject({ fits: 8, iterations: 60, step: count % 60 });
    count++;
  }
});

test('gives each case the judge that never saw its patient', async () => {
  const cases = telling(12).map((one, i) => ({
    ...one,
    patient: `patient ${i >> 1}`,
    diagnosis: (i >> 1) % 2,
  }));
  const seen: Set<string>[] = [];
  const asked: [fold: number, pixel: number][] = [];
  const judges = await crossFit(cases, {
    folds: 3,
    train: async (others, fold) => {
      seen[fold] = new Set(others.map(({ patient }) => patient));
      return {
        network: (input) => {
          for (const pixel of tf.slice(input, [0, 0, 0, 0], [-1, 1, 1, 1]).dataSync())
            asked.push([fold, pixel]);
          return area(input);
        },
      };
    },
  });
  await learnExpertness(cases, { network: judges, iterations: 6 });
  expect(asked.length).toBeGreaterThan(0);
  for (const [fold, pixel] of asked) {
    const { patient } = cases.find(({ image }) => image.data[0] === pixel)!;
    expect(seen[fold]!.has(patient)).toBe(false);
  }
});

test('holds one batch at a time of a thousand cases', async () => {
  const cases = telling(20);
  let [alive, most] = [0, 0];
  const list = {
    length: 1000,
    at: async (index: number) => {
      most = Math.max(most, tf.memory().numTensors);
      alive++;
      return { ...cases[index % 20]!, id: `case-${index}` };
    },
  };
  const before = tf.memory().numTensors;
  await learnExpertness(list, { network: area, iterations: 40, batchSize: 16 });
  expect(alive).toBeGreaterThan(1000);
  expect(most).toBeLessThan(before + 40);
  expect(tf.memory().numTensors).toBe(before);
});

describe('learnExpertness refuses', () => {
  test.each([
    [
      'cases that are all ill',
      [makeCase(1, 1), makeCase(2, 1)],
      {},
      /every one of the 2 cases has diagnosis 1/,
    ],
    [
      'a missing diagnosis',
      [{ ...makeCase(1, 1), diagnosis: undefined }],
      {},
      /case "case-1": diagnosis is undefined/,
    ],
    ['no case', [], {}, /cases is empty/],
    [
      'half an iteration',
      telling(4),
      { iterations: 0.5 },
      /iterations is 0.5, expected an integer of at least 0/,
    ],
    ['a cache without id', telling(4), { cache: {} as never }, /a cache needs an id/],
    ['more folds than patients', telling(4), { folds: 9 }, /folds is 9/],
  ])('%s', async (_, cases, options, message) => {
    await expect(learnExpertness(cases as DiagnosedCase[], { network: area, ...options })).rejects.toThrow(
      message,
    );
  });

  test('to apply to a rater whom it never met', async () => {
    const { apply } = await learnExpertness(telling(4), { network: area, iterations: 0 });
    const one = makeCase(1, 1);
    await expect(
      apply({ ...one, annotations: { nodule: { R9: one.annotations.nodule!.R1 } } }),
    ).rejects.toThrow('case "case-1": rater is "R9", expected one of R1, R2, R3, R4');
  });

  test.each([
    ['{', /not JSON/],
    ['{}', /format is undefined/],
    ['null', /format is undefined/],
  ])('to load %s', (text, message) => expect(loadExpertness(text)).rejects.toThrow(message));

  test('to load what was changed in one character, or has no checksum, but not other white space', async () => {
    const learned = await learnExpertness(telling(6), { network: area, iterations: 2 });
    const text = await learned.save();
    expect(JSON.parse(text).sha256).toBe(
      createHash('sha256')
        .update(JSON.stringify({ ...JSON.parse(text), sha256: undefined }))
        .digest('hex'),
    );
    const again = await loadExpertness(`${JSON.stringify(JSON.parse(text))}\n`);
    expect(await again.apply(makeCase(5, 1))).toEqual(await learned.apply(makeCase(5, 1)));
    for (const [at, character] of [...text].entries()) {
      if (!/[0-9a-zA-Z]/.test(character)) continue;
      const changed = text.slice(0, at) + (character === '1' ? '2' : '1') + text.slice(at + 1);
      await expect(loadExpertness(changed), `character ${at}`).rejects.toThrow(/^loadExpertness: /);
    }
    const { sha256: _, ...unsealed } = JSON.parse(text);
    await expect(loadExpertness(JSON.stringify(unsealed))).rejects.toThrow(
      'loadExpertness: the text has no checksum',
    );
    await expect(loadExpertness(text.replace(/"R1"/, '"R7"'))).rejects.toThrow(
      /^loadExpertness: the text is damaged: its SHA-256 is [0-9a-f]{12}…, expected "[0-9a-f]/,
    );
  });
});
