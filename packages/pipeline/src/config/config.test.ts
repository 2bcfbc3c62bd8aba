import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { armNetworks } from './arms.js';
import { configJsonSchema } from './json-schema.js';
import { readConfig } from './read-config.js';
import { configSchema } from './schema.js';

const folder = mkdtempSync(join(tmpdir(), 'diff-config-'));
afterAll(() => rmSync(folder, { recursive: true }));
const written = (text: string, name = 'config.yaml') => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

const all = Object.keys(configSchema.shape).join(', ');

describe('readConfig', () => {
  it('fills in the defaults, and reads YAML and JSON alike', async () => {
    const plain = await readConfig();
    expect(plain.data.phantom).toBe('fundus');
    const yaml = await readConfig({ file: written('seed: 3\nfusion: { iterations: 7 }\n') });
    expect(yaml).toEqual({ ...plain, seed: 3, fusion: { ...plain.fusion, iterations: 7 } });
    expect(await readConfig({ file: written('{"seed":3,"fusion":{"iterations":7}}', 'a.json') })).toEqual(
      yaml,
    );
    expect(await readConfig({ file: written('', 'empty.yaml') })).toEqual(plain);
  });

  it('puts --set before the file, reads its values as YAML, and an empty one as the default', async () => {
    const file = written('fusion: { iterations: 7 }\n');
    const set = ['fusion.iterations=9', 'data.structures=[cup]', 'segmentation.residual=true', 'engine=wasm'];
    const config = await readConfig({ file, set });
    expect(config.fusion.iterations).toBe(9);
    expect(config.data.structures).toEqual(['cup']);
    expect(config.segmentation.residual).toBe(true);
    expect(config.engine).toBe('wasm');
    const { fusion } = await readConfig({ file, set: ['fusion.iterations='] });
    expect(fusion.iterations).toBe((await readConfig()).fusion.iterations);
  });

  it.each([
    ['fusion.iterations=0', 'fusion.iterations is 0, expected a number from 1'],
    ['fusion.iterations=many', 'fusion.iterations is "many", expected a number'],
    ['fusion.iterations=1.5', 'fusion.iterations is 1.5, expected a whole number'],
    ['data.prevalence=2', 'data.prevalence is 2, expected a number up to 1'],
    ['data.test=1', 'data.test is 1, expected a number below 1'],
    ['diagnosis.depth=20', 'diagnosis.depth is 20, expected one of 18, 34, 50, 101'],
    ['engine=gpu', 'engine is "gpu", expected one of node-gpu, node, webgpu, wasm, cpu'],
    [
      'fusion.iteration=5',
      'there is no setting fusion.iteration, but expertness, objective, iterations, learningRate, batchSize',
    ],
    ['colour=red', `there is no setting colour, but ${all}`],
    ['data=5', 'data is 5, expected settings by name'],
    ['segmentation.arms=[]', 'segmentation.arms is [], expected at least 1 of them'],
    [
      'segmentation.arms=[{network: UNet, label: MV}]',
      `segmentation.arms.0.network is "UNet", expected one of ${armNetworks.join(', ')}`,
    ],
    ['__proto__.x=1', `there is no setting __proto__, but ${all}`],
  ])('says of %s: %s', async (assignment, message) => {
    await expect(readConfig({ set: [assignment] })).rejects.toMatchObject({
      name: 'UserError',
      exitCode: 2,
      message: `the configuration: ${message}`,
    });
  });

  it('names the file and every fault in it', async () => {
    const file = written('seed: -1\nrounds: none\n');
    await expect(readConfig({ file })).rejects.toThrow(
      `${file}: seed is -1, expected a number from 0; rounds is "none", expected a number`,
    );
    await expect(readConfig({ file: join(folder, 'none.yaml') })).rejects.toThrow(
      'none.yaml cannot be read: there is no such file',
    );
    await expect(readConfig({ file: written('a: [') })).rejects.toThrow('is neither YAML nor JSON');
    await expect(readConfig({ file: written('- 1') })).rejects.toThrow('is [1], expected settings by name');
    await expect(readConfig({ set: ['seed'] })).rejects.toThrow('--set seed: expected key.path=value');
  });
});

describe('config.schema.json', () => {
  it('is what the schema gives: npm run schema -w diff-pipeline', () => {
    const path = new URL('../../config.schema.json', import.meta.url);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(JSON.parse(configJsonSchema()));
  });
});
