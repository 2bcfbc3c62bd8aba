import { useBackend } from '@diff/backend';
import { adam, type Example, type Task, train } from '@diff/train';
import type * as tfl from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import { discs } from './fixtures/discs.js';
import { examples, panel } from './fixtures/multi-rater-suite.js';
import { type MultiRaterEntry, multiRaterNetworks } from './multi-rater/index.js';
import { segmentationNetworks } from './segmentation/index.js';

const absent = await useBackend({ prefer: 'node' }).then(
  () => undefined,
  (error: Error) => error.message,
);

/** Losses of two steps. */
async function losses(
  engine: 'wasm' | 'node',
  make: () => { model: tfl.LayersModel; task: Task },
  cases: Example[],
) {
  await useBackend({ prefer: engine });
  const { model, task } = make();
  const { history } = await train(model, cases, {
    task,
    ...{ epochs: 2, batchSize: cases.length, seed: 1, optimizer: adam({ learningRate: 1e-3 }) },
  });
  model.dispose();
  return history.map(({ loss }) => loss);
}

describe.skipIf(absent)(`on tfjs-node every network learns as on wasm${absent ? ` (${absent})` : ''}`, () => {
  const same = async (make: Parameters<typeof losses>[1], cases: Example[]) => {
    const [expected, told] = [await losses('wasm', make, cases), await losses('node', make, cases)];
    for (const [i, loss] of told.entries()) expect(Math.abs(loss / expected[i]! - 1)).toBeLessThan(1e-2);
  };

  it.each(segmentationNetworks)('$name', ({ name, make, task }) => {
    // On smaller pictures the deepest layers of DarkNet normalise four numbers, and rounding decides.
    const scale = name === 'unver' ? 6 : 2;
    const size = [16 * scale, 16 * scale] as const;
    const options = { width: 4, imageChannels: 1, structures: 1, seed: 1, size };
    return same(() => ({ model: make(options), task: task() }), discs(scale));
  });

  it.each<MultiRaterEntry>(multiRaterNetworks)('$name', ({ make, task }) => {
    const options = { width: 4, stem: 'cifar', seed: 3, ...panel } as const;
    return same(() => ({ model: make(options), task: task(options) }), examples(4));
  });
});
