import { type EngineName, useBackend } from '@diff/backend';
import { dlCat } from '@diff/networks/diagnosis';
import { freeze, train } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import { examplesOf } from './examples.js';
import { contestants, median, runPeer, type Suite, significant } from './harness.js';

const [size, width, batch, steps, rounds] = [128, 64, 8, 4, 3];

const examples = examplesOf(batch, size);

interface Timing {
  /** A training step: batch, loss, gradients, Adam. */
  train: number;
  /** Forward and back to the input, through `freeze`. */
  frozen: number;
  /** The same through the model as it is. */
  plain: number;
}

async function time(engine: EngineName): Promise<Timing> {
  await useBackend({ prefer: engine });
  const model = dlCat({ depth: 18, width });
  const stamps: number[] = [];
  await train(model, examples, {
    epochs: steps + 2,
    batchSize: batch,
    onStep: () => stamps.push(performance.now()),
  });
  const x = tf.randomUniform<tf.Rank.R4>([batch, size, size, 4], 0, 1, 'float32', 1);
  const gradient = (f: (input: tf.Tensor) => tf.Tensor) => {
    const times = Array.from({ length: steps + 1 }, () => {
      const start = performance.now();
      // Nothing is returned: tidy looks through what it is given number by number.
      tf.tidy(() => void tf.grad(f)(x).dataSync());
      return performance.now() - start;
    });
    return median(times.slice(1));
  };
  const frozen = freeze(model);
  const result = {
    train: median(stamps.slice(1).map((stamp, i) => stamp - stamps[i]!)),
    frozen: gradient((input) => frozen(input as tf.Tensor4D)),
    plain: gradient((input) => model.apply(input, { training: false }) as tf.Tensor),
  };
  frozen.dispose();
  model.dispose();
  x.dispose();
  return result;
}

/** A training step beside PyTorch's, and what freezing a network saves. */
const suite: Suite = async (report) => {
  const { engines, python, absent } = await contestants();

  const runs = new Map<string, Partial<Timing>[]>();
  const note = (name: string, timing: Partial<Timing>) => runs.set(name, [...(runs.get(name) ?? []), timing]);
  // One after the other in every round, so that a machine whose speed drifts slows all alike.
  for (let round = 0; round < rounds; round++) {
    for (const engine of engines) note(engine, await time(engine));
    if (python)
      for (const threads of [1, 2])
        note(
          `PyTorch CPU, ${threads} thread${threads > 1 ? 's' : ''}`,
          runPeer(python, 'networks_step.py', size, width, batch, threads, steps),
        );
  }

  const figure = (name: string, key: keyof Timing) => {
    const values = runs.get(name)!.flatMap((timing) => timing[key] ?? []);
    return values.length ? median(values) : undefined;
  };
  const base = figure('wasm', 'train')!;
  report.heading(`DL-CAT, ResNet18 of width ${width}, batch ${batch} of ${size} × ${size} × (3 + 1)`);
  report.note(
    'A training step is the batch, the loss, all gradients and Adam. "Frozen" is a pass forwards and back to the ' +
      'input, which is what DF-GT pays for a step; "as it is" is the same through the `tf.layers` model.',
  );
  report.absent(absent);
  report.table(
    ['engine', 'training step, ms', 'times wasm’s', 'frozen, ms', 'as it is, ms'],
    [...runs.keys()].map((name) => [
      name,
      significant(figure(name, 'train')!),
      significant(figure(name, 'train')! / base),
      significant(figure(name, 'frozen')!),
      figure(name, 'plain') === undefined ? '–' : significant(figure(name, 'plain')!),
    ]),
  );
};

export default suite;
