import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import '@tensorflow/tfjs-backend-cpu';
import { readSafetensors, writeSafetensors } from '@diff/train';
import { loadModel } from '@diff/train/node';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { dlCat } from '../diagnosis/dl-cat.js';
import { importTorch } from './import-torch.js';
import { loadTorchWeights } from './load-torch-weights.js';

const path = (name: string) => fileURLToPath(new URL(`./fixtures/${name}.safetensors`, import.meta.url));
const resnet18 = readFileSync(path('resnet18'));

beforeAll(() => tf.setBackend('cpu'));

describe('importTorch', () => {
  it('reads depth, width, stem, channels and classes off the file', () => {
    const found = (name: string) => {
      const { model, options, report } = importTorch(readFileSync(path(name)));
      expect(report.fresh).toEqual([]);
      expect(report.unused).toEqual([]);
      model.dispose();
      return options;
    };
    expect(found('resnet18')).toMatchObject({
      depth: 18,
      width: 4,
      stem: 'imagenet',
      inputChannels: 3,
      classes: 5,
    });
    expect(found('resnet50')).toMatchObject({
      depth: 50,
      width: 2,
      stem: 'cifar',
      inputChannels: 3,
      classes: 2,
    });
  });

  it('keeps the RGB filters of a wider input and starts the rest from their mean', () => {
    const { model, report } = importTorch(resnet18, { inputChannels: 5, classes: 1 });
    const filters = readSafetensors(resnet18).tensors.get('conv1.weight')!;
    const at = (out: number, channel: number, y: number, x: number) =>
      filters.data[((out * 3 + channel) * 7 + y) * 7 + x]!;
    const kernel = model.getLayer('conv1').weights[0]!.read().arraySync() as number[][][][];
    for (const [y, x, out] of [
      [0, 0, 0],
      [3, 2, 1],
      [6, 6, 3],
    ] as const) {
      for (const channel of [0, 1, 2]) expect(kernel[y]![x]![channel]![out]).toBe(at(out, channel, y, x));
      const mean = (at(out, 0, y, x) + at(out, 1, y, x) + at(out, 2, y, x)) / 3;
      for (const channel of [3, 4]) expect(kernel[y]![x]![channel]![out]).toBeCloseTo(mean, 6);
    }
    expect(report.fresh).toEqual(['fc/kernel', 'fc/bias']);
    model.dispose();
  });

  it('gives a diagnosis network its start', () => {
    const model = dlCat({ width: 4, imageChannels: 3, structures: 1 });
    const report = loadTorchWeights(model, readSafetensors(resnet18).tensors);
    expect(report.fresh).toEqual(['fc/kernel', 'fc/bias']);
    expect(report.loaded).toHaveLength(model.weights.length - 2);
    model.dispose();
  });

  it('refuses what is no torchvision ResNet, by name', () => {
    const content = readSafetensors(resnet18);
    const without = (...names: string[]) =>
      writeSafetensors({
        ...content,
        tensors: new Map([...content.tensors].filter(([name]) => !names.includes(name))),
      });
    expect(() => importTorch(without('conv1.weight'), { name: 'x.safetensors' })).toThrow('x.safetensors');
    expect(() => importTorch(without('layer3.1.bn2.running_var'))).toThrow(
      'lacks layer3.1.bn2/moving_variance',
    );
    expect(() => importTorch(without('layer4.1.conv1.weight'))).toThrow('blocks');
    const more = new Map(content.tensors).set('classifier.weight', { shape: [1], data: new Float32Array(1) });
    expect(() => importTorch(writeSafetensors({ ...content, tensors: more }))).toThrow(
      'classifier.weight besides',
    );
    expect(() => importTorch(resnet18, { inputChannels: 2 })).toThrow('conv1.weight has shape');
    expect(() => importTorch(resnet18.subarray(0, resnet18.length >> 1), { name: 'half' })).toThrow(
      'half is not a whole safetensors file',
    );
  });
});

describe('diff-networks import-torch', () => {
  const cli = fileURLToPath(new URL('../cli/main.ts', import.meta.url));
  const run = (...args: string[]) =>
    execFileSync(
      process.execPath,
      ['--conditions=@diff/source', '--import', 'tsx', cli, 'import-torch', ...args],
      {
        encoding: 'utf8',
        stdio: 'pipe',
      },
    );

  it('makes a saved model that computes what PyTorch computed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'diff-import-'));
    const out = join(folder, 'model.safetensors');
    expect(run(path('resnet18'), '--out', out)).toContain('ResNet18');
    const { model, meta } = await loadModel(out, { network: 'resnet', source: 'resnet18.safetensors' });
    expect(meta.options).toMatchObject({ depth: 18, width: 4 });
    const { tensors } = readSafetensors(readFileSync(path('resnet18.expected')));
    const { data, shape } = tensors.get('input')!;
    const logits = tf.tidy(() => (model.predict(tf.tensor(data, shape)) as tf.Tensor).dataSync());
    for (const [i, want] of tensors.get('logits')!.data.entries()) expect(logits[i]).toBeCloseTo(want, 3);
    model.dispose();
    rmSync(folder, { recursive: true });
  });

  it('says in one line what is wrong with a file', () => {
    const fails = (...args: string[]) => {
      try {
        run(...args);
      } catch (error) {
        return (error as { stderr: string; status: number }).stderr;
      }
      throw new Error('it did not fail');
    };
    expect(fails(path('resnet18.expected'))).toMatch(
      /^diff-networks: .*expected\.safetensors is not a torchvision/m,
    );
    expect(fails(path('resnet18'), '--classes', '0')).toContain('expected a positive integer');
  });
});
