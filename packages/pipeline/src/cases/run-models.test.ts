import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sealJson } from '@diff/train';
import { beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { emptyFolder } from '../fixtures/command-line.js';
import { tinyConfig } from '../fixtures/tiny.js';
import { roundFolder, runFolder } from '../folder/run-folder.js';
import { resultsOf } from '../report/fixtures/results.js';
import { findModels } from './run-models.js';

describe('findModels', () => {
  let root: string;
  const files = () => runFolder(root);
  const modelOf = (name: string) => roundFolder(files().round(0)).model(name);
  beforeEach(async () => {
    root = await emptyFolder();
    await writeFile(files().config, stringify(tinyConfig()));
    await mkdir(join(files().round(0), 'models'), { recursive: true });
    for (const name of ['T&G on DF-GT', 'Baseline-Dia']) await writeFile(modelOf(name), '');
  });

  it('gives the models of a run, and of a finished one the cases that they learned from', async () => {
    const models = { segmentation: modelOf('T&G on DF-GT'), diagnosis: modelOf('Baseline-Dia') };
    expect(await findModels(root)).toEqual(models);
    const results = resultsOf([[]]);
    Object.assign(results.rounds[0]!, { train: ['a', 'b'], validation: ['c'], test: ['d'] });
    await writeFile(files().results, await sealJson(results));
    expect(await findModels(root)).toEqual({ ...models, trainedOn: new Set(['a', 'b', 'c']) });
  });

  it.each([
    [
      'results.json',
      '{"rounds": [',
      'results.json is damaged: it is not JSON; the command that made the run',
    ],
    ['config.yaml', 'a: [', 'config.yaml is neither YAML nor JSON'],
    ['config.yaml', 'seed: -1', 'config.yaml: seed is -1, expected a number from 0'],
  ])('says in a sentence that %s is %j', async (name, text, message) => {
    await writeFile(join(root, name), text);
    const refused = expect(findModels(root)).rejects;
    await refused.toMatchObject({ name: 'UserError', exitCode: 2 });
    await refused.toThrow(`${root}/${message}`);
  });
});
