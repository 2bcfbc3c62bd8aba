import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import '@tensorflow/tfjs-backend-cpu';
import { type Weights, writeSafetensors } from '@diff/train';
import { loadModel } from '@diff/train/node';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { importTorchCommand } from '../cli/import-torch.js';
import { importSegmentation, type TorchSegmentation } from './import-segmentation.js';

beforeAll(() => tf.setBackend('cpu'));

/** What `torch/fixtures/make_segmentation_fixtures.py` wrote: names of a release, and what PyTorch computes of weights that `drawn` gives. */
interface Fixture {
  options: Record<string, number>;
  image: [number, number, number, number];
  /** Rows and columns from one stored output to the next. */
  step: number;
  shapes: Record<string, number[]>;
  expected: Record<string, number[]>;
}

const fixture = (network: TorchSegmentation): Fixture =>
  JSON.parse(readFileSync(new URL(`../torch/fixtures/${network}.json`, import.meta.url), 'utf8'));

/** Numbers in [0, 1) from the place of a tensor and the index in it, as the fixtures' program draws them. */
function drawn(place: number, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => {
    let h = Math.imul(i + 1, 0x9e3779b1) ^ Math.imul(place + 1, 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
    h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
    return ((h ^ (h >>> 15)) >>> 0) / 2 ** 32;
  });
}

const product = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

function tensorsOf({ shapes }: Fixture): Map<string, Weights> {
  return new Map(
    Object.entries(shapes).map(([name, shape], place): [string, Weights] => {
      const scale = Math.sqrt(6 / product(shape.slice(1)));
      const positive = name.endsWith('running_var') || (shape.length === 1 && name.endsWith('weight'));
      const value = (u: number) => (positive ? 0.5 + u : shape.length < 2 ? u - 0.5 : (2 * u - 1) * scale);
      return [name, { shape, data: Float32Array.from(drawn(place, product(shape)), value) }];
    }),
  );
}

const fileOf = (tensors: Map<string, Weights>) => writeSafetensors({ tensors, metadata: {} });

const outputs: Record<TorchSegmentation, string[]> = {
  trfeNet: ['logits', 'gland'],
  ceNet: ['logits'],
  beal: ['logits', 'boundary'],
  agNet: ['logits', 'side_5', 'side_6', 'side_7', 'side_8'],
};

describe.each(Object.keys(outputs) as TorchSegmentation[])('importSegmentation, %s', (network) => {
  const known = fixture(network);
  const tensors = tensorsOf(known);

  it('knows it by its names, reads its options off, and computes what PyTorch does', () => {
    const before = tf.memory().numTensors;
    const { model, network: found, options } = importSegmentation(fileOf(tensors));
    expect([found, model.name]).toEqual([network, network]);
    expect(options).toEqual({ ...known.options, seed: 0 });
    tf.tidy(() => {
      const image = tf.tensor(Float32Array.from(drawn(999, product(known.image))), known.image);
      const maps = [model.predict(image)].flat() as tf.Tensor4D[];
      for (const [i, name] of outputs[network].entries()) {
        const want = known.expected[name]!;
        const [, height, width, depth] = maps[i]!.shape;
        const got = tf.stridedSlice(
          maps[i]!,
          [0, 0, 0, 0],
          [1, height, width, depth],
          [1, known.step, known.step, 1],
        );
        const values = got.dataSync();
        expect(values.length).toBe(want.length);
        const mean = want.reduce((a, b) => a + b, 0) / want.length;
        const spread = Math.sqrt(want.reduce((sum, x) => sum + (x - mean) ** 2, 0) / want.length);
        let worst = 0;
        for (const [k, x] of want.entries()) worst = Math.max(worst, Math.abs(values[k]! - x));
        expect(worst / spread, `${name}, spread ${spread}`).toBeLessThan(1e-5);
      }
    });
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('says which weights go where, and which have no place', () => {
    const { model, report } = importSegmentation(fileOf(tensors), { seed: 1 });
    const fresh = {
      trfeNet: /^$/,
      ceNet: /^$/,
      beal: /^(boundary|entropy)Discriminator\./,
      agNet: /^(encoder|centre|decoder)\..*conv\d\/bias$/,
    }[network];
    expect(report.fresh.filter((weight) => !fresh.test(weight))).toEqual([]);
    expect(report.fresh.length > 0).toBe(network === 'beal' || network === 'agNet');
    const idle = { trfeNet: /^(up\d_align|reduction6)\./, beal: /^backbone\.(low|high)_level/ }[
      network as string
    ];
    expect(report.unused.filter((name) => !idle?.test(name))).toEqual([]);
    expect(report.unused.length > 0).toBe(Boolean(idle));
    expect(report.loaded.length + report.fresh.length).toBe(model.weights.length);
    model.dispose();
  });

  it('refuses a file that lacks a weight, has another besides, or one of another shape', () => {
    const before = tf.memory().numTensors;
    const changed = (change: (all: Map<string, Weights>) => void) => {
      const all = new Map(tensors);
      change(all);
      return () => importSegmentation(fileOf(all), { name: 'x.safetensors' });
    };
    const last = { trfeNet: 'conv9', ceNet: 'decoder2.norm3', beal: 'aspp.bn1', agNet: 'up8.decode.2.gn' }[
      network
    ];
    const bias = [...tensors.keys()].find((name) => name.startsWith(last) && name.endsWith('bias'))!;
    expect(changed((all) => all.delete(bias))).toThrow(
      new RegExp(`^x.safetensors is not a ${network} of the official release: it lacks what is here `),
    );
    const one = { shape: [1], data: new Float32Array(1) };
    expect(changed((all) => all.set('head.weight', one))).toThrow('it has head.weight besides');
    expect(changed((all) => all.set(bias, one))).toThrow(`x.safetensors: ${bias} has shape [1]`);
    expect(tf.memory().numTensors).toBe(before);
  });
});

it('diff-networks import-torch makes a saved model of such a file, and refuses what is for a ResNet', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'diff-import-'));
  const [file, out] = ['trfe.safetensors', 'model.safetensors'].map((name) => join(folder, name)) as [
    string,
    string,
  ];
  writeFileSync(file, fileOf(tensorsOf(fixture('trfeNet'))));
  const said = vi.spyOn(console, 'log').mockImplementation(() => {});
  await importTorchCommand([file, '--out', out]);
  expect(said.mock.calls[0]![0]).toContain(`${out}: trfeNet, `);
  said.mockRestore();
  const { model, meta } = await loadModel(out, { network: 'trfeNet' });
  expect(meta.options).toMatchObject({ width: 2, structures: 1 });
  model.dispose();
  await expect(importTorchCommand([file, '--classes', '2'])).rejects.toThrow(
    '--classes is for a ResNet, and ',
  );
  rmSync(folder, { recursive: true });
});

it('importSegmentation says what it knows, of a file that is something else', () => {
  const other = new Map([['conv1.weight', { shape: [1, 1, 7, 7], data: new Float32Array(49) }]]);
  expect(() => importSegmentation(fileOf(other), { name: 'y' })).toThrow(
    'y is of no segmentation network known here: it has none of attentionblock5.psi.weight, dblock.dilate1.weight, ',
  );
  expect(() => importSegmentation(fileOf(other).subarray(0, 40), { name: 'half' })).toThrow(
    'half is not a whole safetensors file',
  );
});
