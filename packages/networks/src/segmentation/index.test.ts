import { readdirSync, readFileSync } from 'node:fs';
import '@tensorflow/tfjs-backend-cpu';
import { type Example, predict, train } from '@diff/train';
import { setBackend } from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { expect, it } from 'vitest';
import { networkNamed, segmentationNetworks } from './index.js';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

it('every network of the list goes through the suite of all, in its own test', () => {
  const folder = new URL('.', import.meta.url);
  const called = readdirSync(folder)
    .filter((file) => file.endsWith('.test.ts'))
    .flatMap((file) => [
      ...readFileSync(new URL(file, folder), 'utf8').matchAll(/^segmentationSuite\('(\w+)'/gm),
    ])
    .map(([, name]) => name!);
  expect(called.sort()).toEqual(segmentationNetworks.map(({ name }) => name as string).sort());
});

it('the README names every network, beside what it was made for', () => {
  const rows = { fundus: 'disc and cup', thyroid: 'thyroid nodules', skin: 'skin lesions', any: 'anything' };
  for (const [disease, row] of Object.entries(rows)) {
    const [, names] = new RegExp(`^\\| ${row} \\| (.*) \\|$`, 'm').exec(readme)!;
    for (const { name, about } of segmentationNetworks) {
      const own = ('madeFor' in about ? about.madeFor : 'any') === disease;
      expect(names!.includes(`\`${name}\``), `${name} in ${row}`).toBe(own);
    }
  }
});

it('the lines of the README pick a network, train it and predict; here in small', async () => {
  await setBackend('cpu');
  const [, lines] = /^(const \{ make, task \} = networkNamed[\s\S]*?)^```/m.exec(readme)!;
  const few = lines!.replace('width: 16', 'width: 2').replace('epochs: 50', 'epochs: 1');
  expect(few).not.toBe(lines);
  const examples = Array.from({ length: 16 }, (_, i): Example => {
    const data = Float32Array.from({ length: 16 * 16 * 3 }, (_, p) => ((p * (i + 3)) % 17) / 17);
    const image = { data, height: 16, width: 16, channels: 3 };
    return { id: `${i}`, image, masks: [data.slice(0, 256)] };
  });
  const known = { networkNamed, segmentationNetworks, train, predict, examples };
  const run = new Function(
    ...Object.keys(known),
    `return (async () => { ${few}; return { network, logits }; })()`,
  );
  const { network, logits } = (await run(...Object.values(known))) as {
    network: tfl.LayersModel;
    logits: Float32Array;
  };
  expect(network.name).toBe('jaccNet');
  expect(logits).toHaveLength(256);
  expect(logits.every(Number.isFinite)).toBe(true);
  network.dispose();
});
