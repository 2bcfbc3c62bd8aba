import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { baselineDia, dlAtt, dlCat, dlRoi, noMask, resUnet, serializeModel } from './index.js';
import { loadModel, saveModel } from './node/index.js';

const folder = mkdtempSync(join(tmpdir(), 'diff-models-'));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(() => tf.setBackend('cpu'));

const small = { width: 2, stem: 'cifar', imageChannels: 1, structures: 2 } as const;
const networks: [string, number, () => tfl.LayersModel][] = [
  ['noMask', 3, () => noMask(small)],
  ['dlCat', 3, () => dlCat(small)],
  ['dlRoi', 3, () => dlRoi({ ...small, cropSize: 8 })],
  ['dlAtt', 3, () => dlAtt(small)],
  ['baselineDia', 3, () => baselineDia(small)],
  ['resUnet', 1, () => resUnet({ ...small, filters: 4 })],
];

describe('saveModel', () => {
  it.each(networks)('keeps %s: loaded, it gives the very same output', async (name, channels, make) => {
    const before = tf.memory().numTensors;
    const model = make();
    const path = join(folder, name);
    await saveModel(model, path, { options: small });
    const tensors = tf.memory().numTensors;
    const { model: loaded } = await loadModel(path, { options: { ...small } });
    tf.tidy(() => {
      const x = tf.randomUniform([2, 16, 16, channels], 0, 1, 'float32', 1);
      const [a, b] = [model, loaded].map((each) => (each.predict(x) as tf.Tensor).dataSync());
      expect(b).toEqual(a);
    });
    loaded.dispose();
    expect(tf.memory().numTensors).toBe(tensors);
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  const path = join(folder, 'model.safetensors');
  const save = async () => {
    const model = noMask(small);
    await saveModel(model, path, {
      classes: ['benign', 'malignant'],
      preprocessing: { size: 64 },
      seed: 3,
      metrics: { auc: 0.9 },
    });
    model.dispose();
  };

  it('keeps what made the model, and refuses a mismatch by name', async () => {
    await save();
    const { meta, model } = await loadModel(path);
    model.dispose();
    expect(meta).toMatchObject({ classes: ['benign', 'malignant'], seed: 3, metrics: { auc: 0.9 } });
    expect(meta.versions).toMatchObject({ 'tfjs-core': tf.version_core, engine: 'cpu' });
    await expect(loadModel(path, { classes: ['healthy', 'glaucoma'] })).rejects.toThrow(
      'model.safetensors: classes is ["benign","malignant"], expected ["healthy","glaucoma"]',
    );
    await expect(loadModel(path, { preprocessing: { size: 96 } })).rejects.toThrow(
      'preprocessing is {"size":64}',
    );
    await expect(loadModel(path, { structures: ['cup'] })).rejects.toThrow('structures is not given');
  });

  it('refuses a file that was cut or changed, by name, and leaves no tensor behind', async () => {
    await save();
    const bytes = readFileSync(path);
    const tensors = tf.memory().numTensors;
    writeFileSync(path, bytes.subarray(0, bytes.length / 2));
    await expect(loadModel(path)).rejects.toThrow(`${path} is not a whole`);
    bytes[bytes.length - 5]! ^= 1;
    writeFileSync(path, bytes);
    await expect(loadModel(path)).rejects.toThrow(`${path} is damaged`);
    await expect(loadModel(join(folder, 'absent'))).rejects.toThrow('ENOENT');
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('leaves the old file, and nothing else, when writing fails', async () => {
    const model = noMask(small);
    const target = join(folder, 'taken');
    await saveModel(model, join(target, 'inner'), {});
    // A folder that is not empty cannot be replaced by the file.
    await expect(saveModel(model, target, {})).rejects.toThrow();
    expect(existsSync(join(target, 'inner'))).toBe(true);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    model.dispose();
  });

  it('refuses meta that it fills in itself', async () => {
    const model = noMask(small);
    await expect(serializeModel(model, { versions: {} })).rejects.toThrow('versions');
    model.dispose();
  });
});
