import { useBackend } from '@diff/backend';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { discs } from '../fixtures/discs.js';
import { classifier, segmenter } from '../fixtures/small-networks.js';
import {
  adam,
  auc,
  bce,
  diagnosis,
  type Example,
  type Labels,
  meanDice,
  memoryStorage,
  predict,
  randomFusion,
  randomRater,
  segmentation,
  sgd,
  type Task,
  type TrainOptions,
  train,
} from '../index.js';

beforeAll(() => useBackend({ prefer: 'wasm' }));

const network = (seed = 5) => classifier({ width: 4, seed });
const weightsOf = (model: tfl.LayersModel) => model.weights.map((weight) => [...weight.read().dataSync()]);
const options: TrainOptions = {
  epochs: 3,
  batchSize: 4,
  optimizer: adam({ learningRate: 2e-3 }),
  augmentation: { flip: 'both', shift: 0.05 },
  seed: 3,
  validation: { examples: discs(6, 12, 2) },
};
const data = discs(12);

describe('train', () => {
  it('learns a diagnosis that the masks settle, and says how on the way', async () => {
    const model = network();
    const before = tf.memory().numTensors;
    const losses: number[] = [];
    const result = await train(model, discs(32), {
      ...options,
      epochs: 5,
      optimizer: adam({ learningRate: 5e-3 }),
      validation: { examples: discs(24, 12, 2), metric: auc },
      onStep: ({ step, loss, steps }) => {
        losses.push(loss);
        expect([losses.length, steps]).toEqual([step, 40]);
      },
    });
    expect(tf.memory().numTensors).toBe(before);
    expect(result.history).toHaveLength(5);
    const mean = losses.slice(8, 16).reduce((sum, loss) => sum + loss, 0) / 8;
    expect(result.history[1]!.loss).toBeCloseTo(mean, 9);
    expect(result.best!.value).toBe(Math.max(...result.history.map(({ validation }) => validation!)));
    expect(result.best!.value).toBeGreaterThan(0.9);
    // The model has the best epoch's weights: a new validation gives the best value.
    const outputs = await predict(model, discs(24, 12, 2), { batchSize: 5 });
    expect(auc.compute(outputs, discs(24, 12, 2))).toBe(result.best!.value);
    model.dispose();
  });

  it('learns to outline', async () => {
    const model = segmenter();
    const examples = discs(24, 16);
    const { best } = await train(model, examples, {
      epochs: 6,
      batchSize: 4,
      task: segmentation({ loss: bce() }),
      optimizer: adam({ learningRate: 1e-2 }),
      validation: { examples: discs(8, 16, 2), metric: meanDice },
    });
    expect(best!.value).toBeGreaterThan(0.9);
    model.dispose();
  });

  it('gives the same weights for the same seed, and others for another', async () => {
    const [a, b, c] = await Promise.all([3, 3, 4].map(async (seed) => ({ seed }))).then(async (seeds) => {
      const all: number[][][] = [];
      for (const { seed } of seeds) {
        const model = network();
        await train(model, data, { ...options, seed });
        all.push(weightsOf(model));
        model.dispose();
      }
      return all;
    });
    expect(b).toEqual(a);
    expect(c).not.toEqual(a);
  });

  it('gives the same bits whether an optimiser updates short weights together or each by itself', async () => {
    for (const optimizer of [adam({ weightDecay: 0.01 }), sgd({ momentum: 0.9 })]) {
      const [together, apart] = [network(), network()];
      await train(together, data, { ...options, optimizer });
      await train(apart, data, { ...options, optimizer: { ...optimizer, elementwise: false } });
      expect(weightsOf(together)).toEqual(weightsOf(apart));
      expect(weightsOf(together)).not.toEqual(weightsOf(network()));
    }
  });

  it('goes on from a checkpoint after an abort at any step, bit-equal to an uninterrupted run', async () => {
    const whole = network();
    const want = await train(whole, data, options);
    for (const stopAt of [1, 3, 5]) {
      const storage = memoryStorage();
      const abort = new AbortController();
      const first = network();
      const stopped = train(first, data, {
        ...options,
        storage,
        signal: abort.signal,
        onStep: ({ step }) => step === stopAt && abort.abort(new Error('enough')),
      });
      await expect(stopped).rejects.toThrow('enough');
      // Other weights to start with: the checkpoint's must take their place.
      const second = network(6);
      const steps: number[] = [];
      const got = await train(second, data, { ...options, storage, onStep: ({ step }) => steps.push(step) });
      expect(steps[0]).toBe(stopAt + 1);
      expect(got).toEqual(want);
      expect(weightsOf(second)).toEqual(weightsOf(whole));
      // A finished run has nothing left to do.
      const third = network(7);
      expect(await train(third, data, { ...options, storage, onStep: () => expect.unreachable() })).toEqual(
        want,
      );
      expect(weightsOf(third)).toEqual(weightsOf(whole));
      for (const each of [first, second, third]) each.dispose();
    }
    whole.dispose();
  });

  it('stops early when the metric no longer improves, with the best weights', async () => {
    const model = network();
    const values = [0.5, 0.7, 0.6, 0.65, 0.9];
    const seen: number[][][] = [];
    const result = await train(model, data, {
      ...options,
      epochs: 5,
      validation: {
        examples: discs(4),
        patience: 2,
        metric: {
          name: 'scripted',
          better: 'higher',
          compute: () => values[seen.push(weightsOf(model)) - 1]!,
        },
      },
    });
    expect(result).toMatchObject({ stopped: 'early', best: { epoch: 1, value: 0.7 } });
    expect(result.history).toHaveLength(4);
    expect(weightsOf(model)).toEqual(seen[1]);
    model.dispose();
  });

  it('limits gradients to a norm, and follows a schedule', async () => {
    const model = network();
    const start = weightsOf(model);
    const rates: number[] = [];
    await train(model, data, {
      epochs: 1,
      batchSize: 4,
      optimizer: sgd({ learningRate: 0.5, momentum: 0 }),
      schedule: (progress) => (progress === 0 ? 1 : 0),
      clip: { norm: 0.01 },
      onStep: ({ learningRate }) => rates.push(learningRate),
    });
    expect(rates).toEqual([0.5, 0, 0]);
    const names = model.weights.map(({ originalName }) => originalName);
    const moved = weightsOf(model).map((after, i) =>
      /moving/.test(names[i]!) ? 0 : after.reduce((sum, value, j) => sum + (value - start[i]![j]!) ** 2, 0),
    );
    expect(Math.sqrt(moved.reduce((sum, value) => sum + value, 0))).toBeCloseTo(0.5 * 0.01, 4);
    model.dispose();
  });

  it('leaves layers that are not trainable alone', async () => {
    const model = network();
    for (const layer of model.layers) layer.trainable = layer.name === 'fc';
    const start = weightsOf(model);
    await train(model, data, { ...options, epochs: 1 });
    const changed = model.weights.filter((_, i) => weightsOf(model)[i]!.join() !== start[i]!.join());
    expect(changed.map(({ originalName }) => originalName).filter((name) => !/moving/.test(name))).toEqual([
      'fc/kernel',
      'fc/bias',
    ]);
    model.dispose();
  });
});

describe('train with raters', () => {
  /** Two raters: one draws the disc, the other a row. */
  const outlined = data.map((example) => ({
    ...example,
    raters: [[example.masks[0]!, Uint8Array.from({ length: 144 }, (_, i) => Number(i < 12))]],
  }));

  /** The diagnosis, while it keeps what every step was given. */
  const watching = (seen: { masks: number[][]; raters?: number[][] }[], raters: boolean): Task => {
    const task = diagnosis();
    return {
      ...task,
      raters,
      loss(forward, batch) {
        const flat = (tensor: tf.Tensor) =>
          tf.reshape(tensor, [batch.ids.length, -1]).arraySync() as number[][];
        seen.push({ masks: flat(batch.masks), ...(batch.raters && { raters: flat(batch.raters) }) });
        return task.loss(forward, batch);
      },
    };
  };

  it("draws labels anew at every step, and hands a task that asks for them the raters' masks, moved alike", async () => {
    const model = network();
    const seen: { masks: number[][]; raters?: number[][] }[] = [];
    const { validation: _, ...rest } = options;
    const before = tf.memory().numTensors;
    await train(model, outlined, { ...rest, task: watching(seen, true), labels: randomFusion() });
    expect(tf.memory().numTensors).toBe(before);
    expect(seen).toHaveLength(9);
    const weights = seen.flatMap(({ masks, raters }) =>
      masks.map((mask, b) => {
        // Least squares of m = b + w (a − b), over all pixels.
        const [a, c] = [0, 1].map((r) => mask.map((_, i) => raters![b]![2 * i + r]!)) as [number[], number[]];
        const [top, bottom] = mask.reduce(
          ([t, u], m, i) => [t + (m - c[i]!) * (a[i]! - c[i]!), u + (a[i]! - c[i]!) ** 2],
          [0, 0],
        );
        const w = top / bottom;
        for (const [i, m] of mask.entries()) expect(m).toBeCloseTo(w * a[i]! + (1 - w) * c[i]!, 4);
        return w;
      }),
    );
    expect(weights.every((w) => w > -1e-4 && w < 1 + 1e-4)).toBe(true);
    expect(new Set(weights.map((w) => w.toFixed(4))).size).toBeGreaterThan(30);
    model.dispose();
  });

  it('is the same for the same seed, leaves augmentation as it is, and refuses a checkpoint of other labels', async () => {
    const run = async (labels: Labels | undefined, storage = memoryStorage()) => {
      const model = network();
      const seen: { masks: number[][] }[] = [];
      await train(model, outlined, { ...options, labels, storage, task: watching(seen, false) });
      const weights = weightsOf(model);
      model.dispose();
      return { weights, seen };
    };
    const storage = memoryStorage();
    const first = await run(randomRater(), storage);
    expect((await run(randomRater())).weights).toEqual(first.weights);
    const plain = await run(undefined);
    expect(plain.weights).not.toEqual(first.weights);
    // Where the first rater was drawn, image and mask moved as they do without labels.
    const same = first.seen.filter(({ masks }, i) =>
      masks.some((mask, b) => String(mask) === String(plain.seen[i]?.masks[b])),
    );
    expect(same.length).toBeGreaterThan(4);
    await expect(run(randomFusion(), storage)).rejects.toThrow('labels was {"name":"randomRater"}');
  });

  it('names the case whose raters are wanted and missing', async () => {
    const model = network();
    await expect(train(model, data, { ...options, labels: randomFusion() })).rejects.toThrow(
      /randomFusion: case "disc \d+" carries no raters' masks/,
    );
    await expect(train(model, data, { ...options, task: watching([], true) })).rejects.toThrow(
      /train: case "disc \d+" carries no raters' masks/,
    );
    model.dispose();
  });
});

describe('train refuses, by name,', () => {
  const fails = async (
    examples: readonly Example[],
    message: string | RegExp,
    more: Partial<TrainOptions> = {},
  ) => {
    const model = network();
    const before = tf.memory().numTensors;
    await expect(train(model, examples as Example[], { ...options, ...more })).rejects.toThrow(message);
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  };
  const spoilt = (change: (example: Example) => Partial<Example>) =>
    data.map((example, i) => (i === 7 ? { ...example, ...change(example) } : example));

  it('NaN in an image or a mask', async () => {
    const nan = (values: ArrayLike<number>) =>
      Float32Array.from(values, (value, i) => (i === 40 ? Number.NaN : value));
    await fails(
      spoilt(({ image }) => ({ image: { ...image, data: nan(image.data) } })),
      'case "disc 7": image[40] is NaN',
    );
    await fails(
      spoilt(({ masks }) => ({ masks: [nan(masks[0]!)] })),
      'case "disc 7": mask 0[40] is NaN',
    );
  });

  it('a case of another size or without diagnosis', async () => {
    await fails(
      spoilt(() => ({ ...discs(8, 10)[7]! })),
      /case "disc \d+" is .* but case "disc \d+" of the same batch/,
    );
    await fails(
      spoilt(() => ({ masks: [new Uint8Array(5)] })),
      'case "disc 7": mask 0 has 5 values, expected 144',
    );
    await fails(
      spoilt(() => ({ diagnosis: undefined as never })),
      'case "disc 7" has diagnosis undefined',
    );
  });

  it('data of one class only', async () => {
    await fails(
      data.filter(({ diagnosis }) => diagnosis === 1),
      'every one of the 6 cases has diagnosis 1',
    );
  });

  it('a batch larger than the data, and options that make no sense', async () => {
    await fails(data, 'batchSize 16 is larger than the data, 12 examples', { batchSize: 16 });
    await fails(data, 'epochs is 0', { epochs: 0 });
  });

  it('a loss that diverges, and the last good checkpoint stays whole', async () => {
    const storage = memoryStorage();
    const more = { storage, validation: undefined as never, epochs: 4, checkpointEvery: 1 };
    // The data are fine until the fourth step; then weights that no float holds.
    const rate = (progress: number) => (progress < 0.25 ? 1e-3 : 1e38);
    await fails(data, /the loss is (NaN|Infinity) in epoch 1, step \d.*cases disc|no longer finite/, {
      ...more,
      optimizer: sgd({ learningRate: 1, momentum: 0 }),
      schedule: rate,
    });
    const model = network();
    const steps: number[] = [];
    const again = train(model, data, {
      ...options,
      ...more,
      optimizer: sgd({ learningRate: 1, momentum: 0 }),
      schedule: rate,
      onStep: ({ step }) => steps.push(step),
    });
    await expect(again).rejects.toThrow(/the loss is|no longer finite/);
    expect(steps[0]).toBeGreaterThanOrEqual(4);
    model.dispose();
  });

  it('a checkpoint that was cut in half or changed, saying which older one is whole', async () => {
    const files = new Map<string, Uint8Array>();
    const storage = memoryStorage(files);
    const model = network();
    await train(model, data, { ...options, storage });
    model.dispose();
    expect([...files.keys()]).toEqual([
      'checkpoint-000000006.safetensors',
      'checkpoint-000000009.safetensors',
    ]);
    const whole = files.get('checkpoint-000000009.safetensors')!;
    files.set('checkpoint-000000009.safetensors', whole.slice(0, whole.length / 2));
    const cut =
      /memory\/checkpoint-000000009.safetensors is not a whole .*go on from checkpoint-000000006.safetensors/;
    await fails(data, cut, { storage });
    files.set(
      'checkpoint-000000009.safetensors',
      Uint8Array.from(whole, (byte, i) => (i === whole.length - 9 ? byte ^ 1 : byte)),
    );
    await fails(data, /checkpoint-000000009.safetensors is damaged.*Delete it to go on/, { storage });
    files.set('checkpoint-000000006.safetensors', new Uint8Array(3));
    await fails(data, 'No older checkpoint is whole', { storage });
    files.clear();
    files.set('checkpoint-000000006.safetensors', whole);
    const other = { ...options, storage, batchSize: 6, seed: 4 };
    await fails(data, 'made with other settings: batchSize was 4, is 6; seed was 3, is 4', other);
  });
});
