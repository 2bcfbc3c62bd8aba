import { useBackend } from '@diff/backend';
import { adam, type Batch, type Example, memoryStorage, randomStream, train } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { dlSsl, dlSslMask, TEACHER } from './dl-ssl.js';
import { dlSslTask, partsOf } from './dl-ssl-task.js';

beforeAll(() => useBackend({ prefer: 'wasm' }));

const side = 8;
const small = { width: 3, stem: 'cifar', imageChannels: 1, size: [side, side], seed: 4 } as const;

/** A tidy batch of noise; the second and the last example have no diagnosis. */
const batchOf = (known = [1, -1, 0, 1, 0, 0, 1, -1]): Batch => ({
  ids: known.map(String),
  image: tf.randomUniform([known.length, side, side, 1], 0, 1, 'float32', 5),
  masks: tf.randomUniform([known.length, side, side, 1], 0, 1, 'float32', 6),
  diagnosis: tf.tensor2d(known, [known.length, 1]),
  random: randomStream(7),
});
const variablesOf = (model: tfl.LayersModel, teacher: boolean) =>
  model.trainableWeights
    .filter(({ originalName }) => originalName.startsWith(TEACHER) === teacher)
    .map((weight) => weight.read() as tf.Variable);
const see = (model: tfl.LayersModel, { image, masks }: Batch) =>
  model.apply(tf.concat([image, masks], 3), { training: true }) as [tf.Tensor, tf.Tensor, tf.Tensor];
const forwardOf = (model: tfl.LayersModel) => (x: tf.Tensor | tf.Tensor[]) =>
  model.apply(x, { training: true }) as tf.Tensor[];
const valuesOf = (model: tfl.LayersModel) => model.weights.map((weight) => [...weight.read().dataSync()]);

/** The gradients of a training step, by the weight's name. */
function gradients(model: tfl.LayersModel, batch: Batch, rate: number) {
  const task = dlSslTask({ innerRate: rate });
  const all = [...variablesOf(model, true), ...variablesOf(model, false)];
  const ahead = task.ahead!(model, batch);
  const { value, grads } = tf.variableGrads(() => task.loss(forwardOf(model), batch, ahead), all);
  return { value: value.dataSync()[0]!, grads };
}

/**
 * What the teacher is to lower, written out on arrays: the pool's weighted loss after one step of the student. Hardness and
 * pseudo-diagnoses are those of the weights before the step.
 */
function objective(model: tfl.LayersModel, batch: Batch, rate: number): number {
  const { taught } = partsOf({ diagnosis: batch.diagnosis, random: randomStream(7) });
  const isTaught = [...taught.dataSync()];
  const y = [...batch.diagnosis.dataSync()];
  const student = variablesOf(model, false);
  const start = student.map((variable) => tf.clone(variable));
  const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
  const [logits, , maps] = see(model, batch);
  const before = [...logits.dataSync()];
  const both = maps.arraySync() as number[][][][];
  const wanted = both.map((rows, b) => {
    const ill = y[b]! < 0 ? sigmoid(before[b]!) : y[b]!;
    return rows.map((row) => row.map(([healthy, sick]) => [(1 - ill) * healthy! + ill * sick!]));
  });
  const { grads } = tf.variableGrads(() => {
    const each = tf.mean(tf.squaredDifference(see(model, batch)[1], tf.tensor4d(wanted)), [1, 2, 3]);
    const weights = tf.tensor1d(isTaught);
    return tf.div(tf.sum(tf.mul(each, weights)), tf.sum(weights)) as tf.Scalar;
  }, student);
  for (const [i, variable] of student.entries()) {
    const gradient = grads[variable.name];
    if (gradient) variable.assign(tf.sub(start[i]!, tf.mul(rate, gradient)));
  }
  const after = [...see(model, batch)[0].dataSync()];
  for (const [i, variable] of student.entries()) variable.assign(start[i]!);
  let [sum, all] = [0, 0];
  for (const [b, x] of after.entries()) {
    if (isTaught[b]) continue;
    const p = sigmoid(before[b]!);
    const weight = y[b] ? (1 - p) ** 2 : 0.8 * p ** 2;
    sum += weight * (Math.log1p(Math.exp(-Math.abs(x))) + Math.max(x, 0) - x * y[b]!);
    all += weight;
  }
  return sum / all;
}

describe('dlSslTask', () => {
  it.each(['wasm', 'cpu'] as const)(
    "gives the teacher the gradient of the pool's loss through one step of the student: finite differences of the whole, on %s",
    async (engine) => {
      await useBackend({ prefer: engine });
      onTestFinished(async () => void (await useBackend({ prefer: 'wasm' })));
      for (const make of [dlSsl, dlSslMask]) {
        const model = make(small);
        // A step that leads somewhere, so that the differences are above rounding.
        const rate = 2;
        tf.tidy(() => {
          const teacher = variablesOf(model, true);
          const { grads } = gradients(model, batchOf(), rate);
          const pairs = [1, 2, 3].map((seed) => {
            const direction = teacher.map(({ shape }, i) =>
              tf.randomNormal(shape, 0, 1, 'float32', 10 * seed + i),
            );
            const slope = teacher.reduce(
              (total, variable, i) =>
                total + tf.sum(tf.mul(grads[variable.name]!, direction[i]!)).dataSync()[0]!,
              0,
            );
            const start = teacher.map((variable) => tf.clone(variable));
            const at = (length: number) => {
              for (const [i, variable] of teacher.entries())
                variable.assign(tf.add(start[i]!, tf.mul(length, direction[i]!)));
              const value = objective(model, batchOf(), rate);
              for (const [i, variable] of teacher.entries()) variable.assign(start[i]!);
              return value;
            };
            const h = 3e-4;
            const numeric = (at(h) - at(-h)) / (2 * h);
            return { slope, numeric };
          });
          // Relative error over all directions: a few ReLUs turn within h.
          const norm = (of: (pair: (typeof pairs)[number]) => number) => Math.hypot(...pairs.map(of));
          expect(norm(({ numeric }) => numeric)).toBeGreaterThan(0.1);
          expect(norm((pair) => pair.slope - pair.numeric)).toBeLessThan(0.06 * norm((pair) => pair.numeric));
        });
        model.dispose();
      }
    },
    300_000,
  );

  it('looks ahead and leaves every weight, and no tensor, behind', () => {
    const model = dlSsl(small);
    const batch = batchOf();
    const [before, tensors] = [valuesOf(model), tf.memory().numTensors];
    tf.dispose(dlSslTask().ahead!(model, batch));
    expect(valuesOf(model)).toEqual(before);
    expect(tf.memory().numTensors).toBe(tensors);
    const { random: _, ...rest } = batch;
    tf.dispose(rest);
    model.dispose();
  });

  it('learns the diagnosis from known ones alone, maps from all, and the value has no part of the teacher', () => {
    const model = dlSsl(small);
    tf.tidy(() => {
      const batch = batchOf();
      const [logits, map, maps] = see(model, batch).map((x) => x.arraySync()) as [
        number[][],
        number[][][][],
        number[][][][],
      ];
      const y = [...batch.diagnosis.dataSync()];
      const known = y.flatMap((value, b) => (value < 0 ? [] : [b]));
      const bce = known.map((b) => Math.log1p(Math.exp((y[b] ? -1 : 1) * logits[b]![0]!)));
      let [square, count] = [0, 0];
      map.forEach((rows, b) =>
        rows.forEach((row, i) =>
          row.forEach(([s], j) => {
            const ill = y[b]! < 0 ? 1 / (1 + Math.exp(-logits[b]![0]!)) : y[b]!;
            const [healthy, sick] = maps[b]![i]![j] as [number, number];
            square += (s! - (1 - ill) * healthy - ill * sick) ** 2;
            count++;
          }),
        ),
      );
      const want = bce.reduce((a, b) => a + b) / known.length + square / count;
      expect(gradients(model, batchOf(), 0.1).value).toBeCloseTo(want, 5);
      // Without two diagnoses there is no pool, and nobody tells the teacher anything.
      const { grads } = gradients(model, batchOf([1, -1, -1, -1]), 0.1);
      for (const variable of variablesOf(model, true))
        expect(tf.max(tf.abs(grads[variable.name]!)).dataSync()[0]).toBe(0);
    });
    model.dispose();
  });

  it('takes a pool of half of the diagnosed examples, drawn anew', () => {
    const pools = [1, 2, 3, 4].map((seed) =>
      tf.tidy(() => {
        const diagnosis = tf.tensor2d([1, -1, 0, 1, 0, 0, 1, -1], [8, 1]);
        const { pool, taught } = partsOf({ diagnosis, random: randomStream(seed) });
        const [inside, others] = [[...pool.dataSync()], [...taught.dataSync()]];
        expect(inside.map((one, i) => one + others[i]!)).toEqual(Array(8).fill(1));
        expect([inside.reduce((a, b) => a + b), inside[1], inside[7]]).toEqual([3, 0, 0]);
        return inside.join();
      }),
    );
    expect(new Set(pools).size).toBeGreaterThan(1);
  });

  it('trains on data of which a part is undiagnosed, and goes on from a checkpoint to the same weights', async () => {
    const examples = Array.from({ length: 24 }, (_, i): Example => {
      const random = randomStream(3, i);
      const bright = i % 2;
      const data = Float32Array.from({ length: side * side }, () => 0.3 * bright + random.uniform(0, 0.5));
      const masks = [Float32Array.from(data, (value) => Number(value > 0.4))];
      const image = { data, height: side, width: side, channels: 1 };
      return { id: `${i}`, image, masks, ...(i % 3 && { diagnosis: bright }) };
    });
    const run = async (stop: boolean) => {
      const model = dlSsl(small);
      const storage = memoryStorage();
      const options = { task: dlSslTask(), batchSize: 8, optimizer: adam({ learningRate: 1e-2 }), storage };
      const before = tf.memory().numTensors;
      if (stop) await train(model, examples, { ...options, epochs: 2 });
      const { history } = await train(model, examples, { ...options, epochs: 8 });
      expect(tf.memory().numTensors).toBe(before);
      const weights = valuesOf(model);
      model.dispose();
      return { history, weights };
    };
    const whole = await run(false);
    expect(await run(true)).toEqual(whole);
    expect(whole.history.at(-1)!.loss).toBeLessThan(0.6 * whole.history[0]!.loss);
  });
});
