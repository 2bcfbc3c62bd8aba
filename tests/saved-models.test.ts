import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { layerHomes } from '../packages/train/src/files/layer-homes.js';
import { root } from './support/chromium.js';

const folder = mkdtempSync(join(tmpdir(), 'diff-saved-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a program in a process of its own, from the sources, and gives what it prints. */
async function run(program: string): Promise<string> {
  const flags = ['--conditions=@diff/source', '--import', 'tsx', '--input-type=module'];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, '-e', program], { cwd: root });
  return stdout.trim();
}

/** What a model makes of grey images. */
const answer = `(model) => {
  const inputs = model.inputs.map(({ shape: [, ...shape] }) => tf.fill([1, ...shape], 0.5));
  return [...[model.predict(inputs)].flat()[0].dataSync()];
}`;

/** What to import for each of these networks. */
const homes = { 'Take and Give': '@diff/tg-model', 'Agg-Net': '@diff/networks/multi-rater' };

describe('models that one process saved are loaded by another, which only imports what registers their layers', () => {
  let expected: Record<string, number[]>;
  beforeAll(async () => {
    expected = JSON.parse(
      await run(`import { useBackend } from '@diff/backend';
        import { dlCat } from '@diff/networks/diagnosis';
        import { aggNet } from '@diff/networks/multi-rater';
        import { resUnet } from '@diff/networks/segmentation';
        import { tgNetwork } from '@diff/tg-model';
        import { saveModel } from '@diff/train/node';
        import * as tf from '@tensorflow/tfjs-core';
        await useBackend({ prefer: 'wasm' });
        const net = { width: 4, stem: 'cifar', imageChannels: 1, structures: 1, size: [16, 16] };
        const models = {
          'Take and Give': tgNetwork({ backbone: resUnet(net), diagnosisNetwork: dlCat(net), blocks: ['B1'], filters: 4, heads: 2, structures: 1 }),
          'Agg-Net': aggNet({ ...net, raters: 2 }),
        };
        for (const [name, model] of Object.entries(models)) await saveModel(model, ${JSON.stringify(folder)} + '/' + name);
        console.log(JSON.stringify(Object.fromEntries(Object.entries(models).map(([name, model]) => [name, (${answer})(model)]))));`),
    );
  });

  const load = (name: string) => `import { loadModel } from '@diff/train/node';
    import * as tf from '@tensorflow/tfjs-core';
    const { model } = await loadModel(${JSON.stringify(join(folder, name))});
    console.log(JSON.stringify((${answer})(model)));`;

  it.each(Object.entries(homes))('%s: loads, and starts an engine', async (name, home) => {
    const found = JSON.parse(await run(`import '${home}';\n${load(name)}`)) as number[];
    expect(found).toHaveLength(expected[name]!.length);
    for (const [i, value] of found.entries()) expect(value).toBeCloseTo(expected[name]![i]!, 4);
  });

  it.each(Object.entries(homes))('%s: without it, an error names what to import', async (name, home) => {
    await expect(run(load(name))).rejects.toThrow(
      new RegExp(`${name}: the layer \\w+ is not registered; import '${home}' first`),
    );
  });

  it('without an engine, bytes are refused in a sentence that says what to do', async () => {
    const program = `import { readFile } from 'node:fs/promises';
      import { deserializeModel } from '@diff/train';
      await deserializeModel(await readFile(${JSON.stringify(join(folder, 'Agg-Net'))}));`;
    await expect(run(program)).rejects.toThrow('no engine; start one first: await useBackend()');
  });
});

it.each(Object.entries(layerHomes))(
  '%s registers the layers that errors say it does',
  async (home, layers) => {
    const names = () => Object.keys(tf.serialization.SerializationMap.getMap().classNameMap);
    const before = new Set(names());
    await import(home);
    expect(names()).toEqual(expect.arrayContaining([...layers]));
    const others = Object.values(layerHomes).flat();
    expect(
      names().filter((name) => !before.has(name) && /^Diff/.test(name) && !others.includes(name)),
    ).toEqual([]);
  },
);
