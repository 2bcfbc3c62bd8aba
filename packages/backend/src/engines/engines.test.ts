import { existsSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { type EngineName, useBackend } from '../index.js';
import { expectClose, type Op, uniform, type Values } from '../wasm/fixtures/parity.js';
import { tasks, train } from './fixtures/models.js';
import { ops } from './fixtures/ops.js';

// A software renderer on a busy machine takes its time.
vi.setConfig({ testTimeout: 300_000 });

// A CPU renderer that Debian's chromium brings: where there is no GPU, webgpu is tested on it.
const swiftshader = '/usr/lib/chromium/vk_swiftshader_icd.json';
if (existsSync(swiftshader)) process.env.VK_ICD_FILENAMES ??= swiftshader;

/** How far an engine may be from cpu: in an op, of its largest value; in the first ten losses, of the loss. */
const tolerances: Record<EngineName, { op: number; loss: number }> = {
  cpu: { op: 0, loss: 0 },
  wasm: { op: 1e-5, loss: 1e-3 },
  node: { op: 1e-5, loss: 1e-3 },
  'node-gpu': { op: 1e-3, loss: 1e-2 },
  webgpu: { op: 1e-4, loss: 1e-2 },
};

/** Kernels that an engine has, but that fail there. */
const broken: Partial<Record<EngineName, string[]>> = {
  // tfjs-node calls methods of tensors that only the package @tensorflow/tfjs gives them.
  node: ['prelu'],
  'node-gpu': ['prelu'],
};

const engines: { name: EngineName; absent?: string }[] = [];
for (const name of Object.keys(tolerances) as EngineName[]) {
  engines.push({ name, absent: await reasonOfAbsence(name) });
}

async function reasonOfAbsence(name: EngineName): Promise<string | undefined> {
  try {
    await useBackend({ prefer: name });
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

async function evaluate(op: Op, inputs: Values[]): Promise<Values> {
  const result = tf.tidy(() =>
    op(...inputs.map(({ data, shape, dtype }) => tf.tensor(data, shape, dtype ?? 'float32'))),
  );
  const values = { shape: result.shape, data: Array.from(await result.data()) };
  result.dispose();
  return values;
}

const references = new Map<string, unknown>();

/** What `compute` gives on the cpu engine, computed once; `name` is the active engine after it as before. */
async function onCpu<T>(name: EngineName, key: string, compute: () => Promise<T>): Promise<T> {
  if (!references.has(key)) {
    await useBackend({ prefer: 'cpu' });
    try {
      references.set(key, await compute());
    } finally {
      await useBackend({ prefer: name });
    }
  }
  return references.get(key) as T;
}

/** The gradient of Σ op(inputs) · weights by an input. */
function gradientOf(op: Op, inputs: Values[], which: number): Op {
  return (...tensors) => {
    const at = (x: tf.Tensor) => op(...tensors.map((tensor, i) => (i === which ? x : tensor)));
    const { shape } = at(tensors[which]!);
    const { data } = uniform(shape, inputs.length);
    return tf.grad(at)(tensors[which]!, tf.tensor(data, shape));
  };
}

for (const { name, absent } of engines) {
  describe.skipIf(absent)(absent ? `${name} (${absent})` : name, () => {
    const { op: opTolerance, loss: lossTolerance } = tolerances[name];
    beforeAll(async () => {
      await useBackend({ prefer: name });
    });

    for (const [key, { op, inputs, gradient }] of Object.entries(ops)) {
      it.skipIf(broken[name]?.includes(key))(
        `${key} is that of cpu${gradient ? ', and so is its gradient' : ''}`,
        async () => {
          const checked: Op[] = [op];
          if (gradient)
            for (const [i, { dtype }] of inputs.entries())
              if (!dtype) checked.push(gradientOf(op, inputs, i));
          for (const [i, each] of checked.entries()) {
            const expected = await onCpu(name, `${key} ${i}`, () => evaluate(each, inputs));
            expectClose(await evaluate(each, inputs), expected, opTolerance);
          }
        },
      );
    }

    it.each(Object.entries(tasks))(
      'a small %s learns, the same way twice, and as on cpu for ten steps',
      async (kind, task) => {
        const before = tf.memory().numTensors;
        const { losses, model } = await train(task, 20);
        expect(losses.at(-1)!).toBeLessThan(losses[0]! / 3);
        model.dispose();
        expect(tf.memory().numTensors).toBe(before);
        const again = await train(task, 10);
        expect(again.losses).toEqual(losses.slice(0, 10));
        again.model.dispose();
        const expected = await onCpu(name, kind, async () => {
          const reference = await train(task, 10);
          reference.model.dispose();
          return reference.losses;
        });
        expected.forEach((loss, step) => {
          expect(Math.abs(losses[step]! / loss - 1)).toBeLessThanOrEqual(lossTolerance);
        });
      },
    );

    it('a model that was saved and loaded predicts the same', async () => {
      const { model } = await train(tasks['U-Net'], 2);
      const { x } = tasks['U-Net'];
      const predict = (net: tfl.LayersModel) => evaluate((input) => net.predict(input!) as tf.Tensor, [x]);
      let artifacts: tf.io.ModelArtifacts | undefined;
      await model.save(
        tf.io.withSaveHandler(async (saved) => {
          artifacts = saved;
          return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
        }),
      );
      const expected = await predict(model);
      model.dispose();
      const loaded = await tfl.loadLayersModel(tf.io.fromMemory(artifacts!));
      expect(await predict(loaded)).toEqual(expected);
      loaded.dispose();
    });

    it('the tensors of a step are gone after it', async () => {
      const { model } = await train(tasks.ResNet, 1);
      const before = { ...tf.memory() };
      const again = await train({ ...tasks.ResNet, model: () => model }, 3);
      expect(again.losses).toHaveLength(3);
      expect(tf.memory().numTensors).toBe(before.numTensors);
      expect(tf.memory().numBytes).toBe(before.numBytes);
      model.dispose();
    });
  });
}
