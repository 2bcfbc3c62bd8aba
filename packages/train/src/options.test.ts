import { sweep } from '@diff/checks/testing';
import { expect, test } from 'vitest';
import {
  adam,
  bce,
  cosine,
  diagnosis,
  diceLoss,
  jaccardLoss,
  polynomial,
  predict,
  randomFusion,
  segmentation,
  sgd,
  steps,
  toExamples,
  train,
} from './index.js';

const example = {
  id: 'a',
  image: { data: new Float32Array(4), height: 2, width: 2, channels: 1 },
  masks: [new Uint8Array(4)],
  diagnosis: 1,
};

/** Every public function whose arguments are options of its own. */
const functions: [run: (options: never) => unknown, options: Record<string, number>][] = [
  [adam, { learningRate: 1e-3, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.01 }],
  [sgd, { learningRate: 1e-3, momentum: 0.9, weightDecay: 0.01 }],
  [cosine, { warmup: 0.1, floor: 0.01 }],
  [steps, { every: 0.1, factor: 0.5 }],
  [polynomial, { power: 0.9 }],
  [bce, { positiveWeight: 2 }],
  [diceLoss, { smooth: 1 }],
  [jaccardLoss, { smooth: 1 }],
  [randomFusion, { sharpness: 2 }],
];

test.each(functions.map(([run, options]) => ({ name: run.name, run, options })))(
  '$name refuses every hostile option',
  async ({ name, run, options }) => {
    expect(await sweep({ name, run: run as (...args: never[]) => unknown, args: { options } })).toEqual([]);
  },
);

const model = { inputs: [], outputs: [] } as never;

test.each([
  [{ epochs: 1, batchsize: 2 }, 'train: there is no option "batchsize", did you mean batchSize?'],
  [
    { epochs: 1, batchSize: 1, clip: { max: 1 } },
    'train: there is no option "max", expected one of value, norm',
  ],
  [
    { epochs: 1, batchSize: 1, clip: { norm: -1 } },
    'train: clip.norm is -1, expected a finite number of at least 0',
  ],
  [
    { epochs: 1, batchSize: 1, augmentation: { flip: 'left' } },
    'train: augmentation.flip is "left", expected one of "horizontal", "vertical", "both"',
  ],
  [
    { epochs: 1, batchSize: 1, validation: { examples: [example], metric: 'loss' } },
    'train: validation.metric.compute is undefined, expected a function',
  ],
  [{ epochs: 0 }, 'train: epochs is 0, expected a positive integer'],
])('train refuses %o', async (options, message) => {
  await expect(train(model, [example], options as never)).rejects.toThrow(message);
});

test.each([
  [{ missing: 'foo' }, 'toExamples: missing is "foo", expected one of "error", "skip"'],
  [{ fuse: 'average' }, `toExamples: fuse is "average", expected 'mean', { rater } or a function`],
  [{ structure: ['cup'] }, 'toExamples: there is no option "structure", did you mean structures?'],
])('toExamples refuses %o', async (options, message) => {
  await expect(toExamples([], options as never)).rejects.toThrow(message);
});

test('tasks and predict refuse what they do not know', async () => {
  expect(() => segmentation({ lossy: 1 } as never)).toThrow('segmentation: there is no option "lossy"');
  expect(() => diagnosis({ loss: 'bce' } as never)).toThrow('diagnosis: loss is "bce", expected a function');
  await expect(predict(model, [], { tasks: 1 } as never)).rejects.toThrow(
    'predict: there is no option "tasks", did you mean task?',
  );
});
