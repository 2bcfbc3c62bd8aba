import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { useBackend } from '@diff/backend';
import { type Case, phantom, write } from '@diff/datasets';
import { loadModel } from '@diff/train/node';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { emptyFolder } from '../fixtures/command-line.js';
import { readCsv } from '../folder/csv.js';
import { readMap } from '../folder/read-map.js';
import { fuseFolder } from './fuse-folder.js';
import { fusionByNetwork } from './fusion.js';

beforeAll(() => useBackend({ prefer: 'wasm' }));

const flags = { masks: 'masks/{structure}/{rater}/{id}.png', images: 'images/{id}.png' };
const small = { size: 32, width: 2, steps: 6, seed: 1 };
const never = new AbortController().signal;

let root: string;
const cases: Case[] = [];
beforeAll(async () => {
  root = await emptyFolder();
  const drawn = phantom('fundus', { cases: 4, size: 32, seed: 3, prevalence: 0.5 });
  await write(drawn, root, 'folder');
  // One rater is missing in one case.
  await rm(join(root, 'masks/cup/R2/fundus-00001.png'));
  for await (const one of drawn.cases()) cases.push(one);
});

async function fuse(
  out: string,
  { signal = never, stopAt = Infinity, folder = root, told = flags as object } = {},
) {
  const abort = new AbortController();
  const both = AbortSignal.any([signal, abort.signal]);
  const notes: string[] = [];
  const steps: number[] = [];
  const fusion = await fusionByNetwork(folder, { ...told, ...small, out }, 'aggnet', both);
  const done = await fuseFolder(
    fusion,
    {
      ...{ root: folder, flags: told, out, format: ['tiff'], bits: 8, signal: both },
      onProgress: (_done, _total, _before, note) => {
        if (!note) return;
        steps.push(steps.length);
        notes.push(note);
        if (notes.length === stopAt) abort.abort(new Error('enough'));
      },
    },
    () => {},
  );
  return { ...done, notes };
}

/** Every result of a folder, in bytes. */
async function bytes(out: string): Promise<Record<string, string>> {
  const names = (await readdir(out, { recursive: true })).filter((name) =>
    /\.(tiff|csv|safetensors)$/.test(name),
  );
  const all = names
    .sort()
    .map(async (name) => [name, (await readFile(join(out, name))).toString('base64')] as const);
  return Object.fromEntries(await Promise.all(all));
}

describe('fusion by AggNet', () => {
  let whole: string;
  beforeAll(async () => {
    whole = await emptyFolder();
    const { done, notes } = await fuse(whole);
    expect([done, notes.length, notes.at(-1)]).toEqual([4, 6, 'step 6 of 6']);
  });

  it('is, pixel by pixel, what the kept network and the confusion matrices of raters.csv say', async () => {
    const { model } = await loadModel(join(whole, 'aggnet.safetensors'));
    const skills = await readCsv(join(whole, 'raters.csv'));
    expect(skills.map(({ structure, rater }) => `${structure} ${rater}`)).toEqual(
      ['cup', 'disc'].flatMap((name) => [1, 2, 3, 4, 5, 6, 7].map((r) => `${name} R${r}`)),
    );
    const rows = await readCsv(join(whole, 'fusion.csv'));
    let compared = 0;
    for (const { id, image } of cases.slice(0, 2)) {
      const logits = tf.tidy(() => {
        const shown = tf.tensor4d(
          Float32Array.from(image.data, (v) => Math.round(255 * v) / 255),
          [1, 32, 32, 3],
        );
        const none = [tf.zeros([1, 32, 32, 2, 7]), tf.zeros([1, 2, 7])];
        return (model.predict([shown, ...none]) as tf.Tensor[])[0]!.arraySync() as number[][][][];
      })[0]!;
      for (const [s, structure] of ['cup', 'disc'].entries()) {
        const own = skills.filter((skill) => skill.structure === structure);
        const votes = await Promise.all(
          own.map(({ rater }) =>
            readMap(join(root, `masks/${structure}/${rater}/${id}.png`)).then(
              ({ values }) => values,
              () => undefined,
            ),
          ),
        );
        expect(votes.filter((vote) => !vote).length).toBe(
          id === 'fundus-00001' && structure === 'cup' ? 1 : 0,
        );
        const { values } = await readMap(join(whole, structure, `${id}.tiff`));
        const row = rows.find((one) => one.case === id && one.structure === structure)!;
        const there = own.filter((_, r) => votes[r]);
        const index = ({ sensitivity, specificity }: Record<string, string>) =>
          Math.max(0, Number(sensitivity) + Number(specificity) - 1);
        const sum = there.reduce((total, skill) => total + index(skill), 0);
        for (const skill of there)
          expect(Number(row[`expertness ${skill.rater}`])).toBeCloseTo(index(skill) / sum, 5);
        for (let i = 0; i < 1024; i++) {
          if (values[i] === 0) {
            // Outside the box nobody has anything.
            expect(votes.some((vote) => vote?.[i])).toBe(false);
            continue;
          }
          const h = 1 / (1 + Math.exp(-logits[i >> 5]![i & 31]![s]!));
          let odds = Math.log((h + 1e-3) / (1 - h + 1e-3));
          own.forEach(({ sensitivity, specificity }, r) => {
            if (!votes[r]) return;
            const [p, q] = [Number(sensitivity), Number(specificity)];
            odds += votes[r]![i]
              ? Math.log((p + 1e-4) / (1 - q + 1e-4))
              : Math.log((1 - p + 1e-4) / (q + 1e-4));
          });
          expect(Math.abs(values[i]! - 1 / (1 + Math.exp(-odds)))).toBeLessThan(2e-3);
          compared++;
        }
      }
    }
    expect(compared).toBeGreaterThan(400);
    model.dispose();
  });

  it('goes on where it was stopped, in training or after, and ends with the same bytes', async () => {
    const out = await emptyFolder();
    await expect(fuse(out, { stopAt: 3 })).rejects.toThrow('enough');
    expect(await readdir(join(out, '.checkpoints'))).toHaveLength(1);
    const { notes } = await fuse(out);
    expect(notes).toEqual(['step 4 of 6', 'step 5 of 6', 'step 6 of 6']);
    expect(await bytes(out)).toEqual(await bytes(whole));
    // A case that is taken away is fused again by the network that is there.
    await rm(join(out, 'disc/fundus-00002.tiff'));
    const again = await fuse(out);
    expect([again.before, again.done, again.notes]).toEqual([3, 4, []]);
    expect(await bytes(out)).toEqual(await bytes(whole));
    expect((await readdir(out)).includes('.checkpoints')).toBe(false);
  });

  it('says in a sentence that it has no images, or one rater', async () => {
    const out = await emptyFolder();
    const { images: _, ...masks } = flags;
    await expect(fuse(out, { told: masks })).rejects.toThrow(
      'aggnet looks at images with their masks, and there are none: --images says where they are',
    );
    await expect(fuse(out, { told: { ...flags, raters: ['R3'] } })).rejects.toThrow(
      'aggnet compares raters, and the data have one, R3',
    );
  });
});
