import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { phantom } from '../phantom/phantom.js';
import { LOSSES } from './losses.js';
import { type LayoutName, write } from './write.js';

describe('write', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'diff-write-'));
  });
  afterEach(() => rm(root, { recursive: true }));

  const files = async () =>
    (await readdir(root, { recursive: true, withFileTypes: true }))
      .filter((item) => item.isFile())
      .map(({ name }) => name);

  test('tells how far it is', async () => {
    const seen: [number, number][] = [];
    await write(phantom('lung', { cases: 3, size: 16 }), root, 'lidc', {
      allow: ['rater names'],
      onProgress: (...at) => seen.push(at),
    });
    expect(seen).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
    ]);
  });

  test('stops when told to, with whole files only, and can be called again', async () => {
    const stop = new AbortController();
    const dataset = phantom('skin', { cases: 5, size: 16 });
    const reason = new Error('enough');
    const onProgress = (done: number) => done === 2 && stop.abort(reason);
    await expect(write(dataset, root, 'folder', { signal: stop.signal, onProgress })).rejects.toBe(reason);
    const left = await files();
    expect(left).toContain('skin-00001.png');
    expect(left).not.toContain('skin-00004.png');
    expect(left.filter((name) => name.endsWith('.tmp'))).toEqual([]);
    expect(left).not.toContain('labels.csv');
    await write(dataset, root, 'folder');
    expect(await files()).toContain('labels.csv');
    expect(await files()).toContain('skin-00004.png');
  });

  test('writes the same bytes twice', async () => {
    const dataset = phantom('thyroid', { cases: 2, size: 24 });
    await write(dataset, join(root, 'a'), 'tnscui', { allow: ['rater names'] });
    await write(dataset, join(root, 'b'), 'tnscui', { allow: ['rater names'] });
    for (const name of ['image/1.PNG', 'mask-3/2.PNG', 'train.csv']) {
      const bytes = (part: string) => readFile(join(root, part, 'TNSCUI2020_train', name));
      expect(await bytes('a')).toEqual(await bytes('b'));
    }
  });

  test('numbers the slices of a patient, and writes one structure of several when told which', async () => {
    const dataset = phantom('fundus', { cases: 3, size: 32, raters: 4 }).map((one) => ({
      ...one,
      patient: 'the same',
    }));
    await write(dataset, root, 'lidc', { structure: 'cup', allow: LOSSES });
    expect(await readdir(join(root, 'LIDC-IDRI-0001'))).toEqual(['nodule-0', 'nodule-1', 'nodule-2']);
  });

  test('keeps names of its own making inside the root', async () => {
    const strange = phantom('skin', { cases: 1, size: 16 }).map((one) => ({ ...one, id: '../../up' }));
    await write(strange, join(root, 'deep', 'deeper'), 'folder');
    expect(await readdir(root)).toEqual(['deep']);
    expect(await files()).toContain('_._.._up.png');
  });

  test.each<[string, LayoutName, () => ReturnType<typeof phantom>]>([
    [
      'write: layout is "nowhere", expected one of "bu-bil", "ddti"',
      'nowhere' as LayoutName,
      () => phantom('skin', { cases: 1 }),
    ],
    [
      'write: refuge needs disc and cup, the dataset has lesion',
      'refuge',
      () => phantom('skin', { cases: 1 }),
    ],
    [
      'write: isic-2016 needs one (option structure), the dataset has disc, cup',
      'isic-2016',
      () => phantom('fundus', { cases: 1 }),
    ],
    ['write: papila holds 2 raters, the dataset has 7', 'papila', () => phantom('fundus', { cases: 1 })],
    [
      'write: papila has room for two eyes per patient, fundus-00002 is the third case of one',
      'papila',
      () => phantom('fundus', { cases: 3, raters: 2, size: 16 }).map((one) => ({ ...one, patient: 'p' })),
    ],
    [
      'write: two ids make the same file name',
      'folder',
      () =>
        phantom('skin', { cases: 2, size: 16 }).map((one) => ({
          ...one,
          id: one.id.endsWith('0') ? 'a/b' : 'a_b',
        })),
    ],
  ])('%s', async (message, layout, dataset) => {
    const writing = write(dataset(), root, layout, { allow: LOSSES });
    await expect(writing).rejects.toBeInstanceOf(RangeError);
    await expect(writing).rejects.toThrow(message);
  });
});
