import { expect, test } from 'vitest';
import { block, folderOf, picture } from '../fixtures/temporary.js';
import { phantom } from '../phantom/phantom.js';
import { write } from '../writers/write.js';
import { lidc } from './lidc.js';
import { openAny } from './open-any.js';

test('a root without the layout, or that is not there, is an error that says what was looked for', async () => {
  const root = await folderOf({ 'notes.txt': 'none' });
  await expect(lidc(root)).rejects.toThrow('LIDC-IDRI-XXXX/nodule-k');
  await expect(openAny(root)).rejects.toThrow('has none of the layouts');
  await expect(openAny(`${root}/nowhere`)).rejects.toThrow('nowhere: there is no such folder');
});

/** Forty images of twenty patients, three raters. */
async function own() {
  const files: Record<string, string | Uint8Array> = {};
  const [image, mask] = [await picture(8, 8, (x, y) => 8 * x + y), await picture(8, 8, block(2, 2, 3))];
  const rows = Array.from({ length: 40 }, (_, i) => {
    files[`images/c${i}.png`] = image;
    for (const rater of ['ann', 'bob', 'eve']) files[`masks/${rater}/c${i}.png`] = mask;
    return `c${i},${i % 2},p${i >> 1}`;
  });
  files['labels.csv'] = `id,diagnosis,patient\n${rows.join('\n')}\n`;
  return folderOf(files);
}

const patterns = { images: 'images/{id}.png', masks: 'masks/{rater}/{id}.png', labels: 'labels.csv' };

test('a folder of your own is opened by patterns in one call, and no patient is in two parts of a split', async () => {
  const dataset = await openAny(await own(), patterns);
  expect([dataset.length, dataset.raters, dataset.problems]).toEqual([40, ['ann', 'bob', 'eve'], []]);
  expect(new Set(dataset.entries.map(({ patient }) => patient)).size).toBe(20);
  const parts = Object.values(dataset.split({ seed: 1 }));
  const patients = parts.map(({ entries }) => [...new Set(entries.map(({ patient }) => patient))]);
  expect(patients.flat().length).toBe(20);
});

test('several mask patterns name their structures, as a list of texts or by name', async () => {
  const root = await own();
  const byList = await openAny(root, { ...patterns, masks: ['disc=masks/{rater}/{id}.png'] });
  const byName = await openAny(root, { ...patterns, masks: { disc: 'masks/{rater}/{id}.png' } });
  expect(byList.structures).toEqual(['disc']);
  expect(byName.entries).toEqual(byList.entries);
  await expect(openAny(root, { ...patterns, masks: ['masks/{id}.png', 'b/{id}.png'] })).rejects.toThrow(
    'openAny: masks has "masks/{id}.png": of several patterns each must name its structure, name=pattern',
  );
});

test('columns are named, and options that belong to patterns are refused without them', async () => {
  const root = await own();
  const dataset = await openAny(root, { ...patterns, patients: 'diagnosis' });
  expect(new Set(dataset.entries.map(({ patient }) => patient))).toEqual(new Set(['0', '1']));
  await expect(openAny(root, { labels: 'labels.csv' })).rejects.toThrow(
    'openAny: labels belongs to images or masks, which say where files are',
  );
  await expect(openAny(root, { ...patterns, slices: 'all' })).rejects.toThrow('slices belongs to LIDC');
  await expect(openAny(root, { images: patterns.images, patients: 'p' })).rejects.toThrow(
    'patients belongs to labels',
  );
  await expect(openAny(root, { imags: 'x' } as object)).rejects.toThrow('did you mean images?');
});

test('what write left as a folder is recognised by its manifest, and one that is broken is named', async () => {
  const root = await folderOf({});
  await write(phantom('skin', { cases: 3, size: 24, seed: 3 }), root, 'folder');
  const dataset = await openAny(root, { size: 12 });
  expect([dataset.name, dataset.length, dataset.problems]).toEqual(['folder', 3, []]);
  for await (const { image } of dataset.take(1).cases()) expect(image.width).toBe(12);
  const broken = (text: string) => folderOf({ 'diff-dataset.json': text });
  await expect(openAny(await broken('{'))).rejects.toThrow('diff-dataset.json: not JSON that can be read');
  await expect(openAny(await broken('{"layout":"x"}'))).rejects.toThrow('its layout is not "folder"');
  await expect(openAny(await broken('{"layout":"folder","value":"x"}'))).rejects.toThrow(
    'has "value", expected',
  );
});
