import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serializeModel } from '../files/model-file.js';
import { classifier, segmenter } from '../fixtures/small-networks.js';
import { loadModel, saveModel } from './model-files.js';

const folder = mkdtempSync(join(tmpdir(), 'diff-models-'));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(() => tf.setBackend('cpu'));

describe('saveModel', () => {
  it.each([
    ['classifier', classifier, 2],
    ['segmenter', segmenter, 1],
  ] as const)('keeps a %s: loaded, it gives the very same output', async (name, make, channels) => {
    const before = tf.memory().numTensors;
    const model = make();
    const path = join(folder, name);
    await saveModel(model, path, { options: { b: 1, a: 2 } });
    const tensors = tf.memory().numTensors;
    const { model: loaded } = await loadModel(path, { options: { a: 2, b: 1 } });
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

  it('names a layer that nobody registered, and says what to do', async () => {
    class Unknown extends tfl.layers.Layer {
      static className = 'SomebodysLayer';
      override call(inputs: tf.Tensor[]) {
        return inputs[0]!;
      }
    }
    const input = tfl.input({ shape: [1] });
    const model = tfl.model({ inputs: input, outputs: new Unknown({}).apply(input) as tfl.SymbolicTensor });
    const path = join(folder, 'unknown');
    await saveModel(model, path);
    await expect(loadModel(path)).rejects.toThrow(
      `${path}: the layer SomebodysLayer is not registered; import the package that defines it first`,
    );
  });

  const path = join(folder, 'model.safetensors');
  const save = async () => {
    const model = classifier();
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
    const model = classifier();
    const target = join(folder, 'taken');
    await saveModel(model, join(target, 'inner'), {});
    // A folder that is not empty cannot be replaced by the file.
    await expect(saveModel(model, target, {})).rejects.toThrow();
    expect(existsSync(join(target, 'inner'))).toBe(true);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    model.dispose();
  });

  it('refuses meta that it fills in itself', async () => {
    const model = classifier();
    await expect(serializeModel(model, { versions: {} })).rejects.toThrow('versions');
    model.dispose();
  });
});
