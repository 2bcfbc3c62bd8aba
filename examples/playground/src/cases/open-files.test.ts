import { encodeNifti, encodePng } from '@diff/datasets';
import { encodeCoco, encodeGeoJson } from '@diff/datasets/browser';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { caseOfFiles, type OwnFile } from './open-files.js';

const size = { width: 6, height: 4 };
const masks = ['011100011100000000000000', '001110001110001110000000'].map((row) =>
  Uint8Array.from(row, Number),
);
const [anna, ben] = masks as [Uint8Array, Uint8Array];

/** What a browser's canvas gives, by another decoder. */
async function decodePicture(bytes: Uint8Array) {
  const { data, info } = await sharp(bytes)
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

const text = (name: string, content: string): OwnFile => ({ name, bytes: new TextEncoder().encode(content) });
const png = async (name: string, mask: Uint8Array, scale = 1): Promise<OwnFile> => ({
  name,
  bytes: await encodePng({ data: Float32Array.from(mask, (v) => v * scale), channels: 1, ...size }),
});
const photo = async (name: string): Promise<OwnFile> => {
  const data = Float32Array.from({ length: 72 }, (_, i) => ((i * 37) % 72) / 72);
  return { name, bytes: await encodePng({ data, channels: 3, ...size }) };
};
const nifti = async (name: string, values: Uint8Array, depth = 1): Promise<OwnFile> => ({
  name,
  bytes: await encodeNifti(values, { ...size, depth, spacing: [0.5, 0.5, 2] }),
});
const open = (...files: OwnFile[]) => caseOfFiles(files, decodePicture);

test('masks as PNG and NIfTI, with the picture, are raters by the names of their files', async () => {
  const { image, annotations } = await open(
    await png('anna.png', anna),
    await nifti('ben.nii.gz', ben),
    await photo('eye.png'),
  );
  expect(annotations).toEqual({ inside: { anna, ben } });
  expect(image).toMatchObject({ ...size, channels: 3, spacing: [0.5, 0.5, 2] });
});

test('a map of labels is a structure for each', async () => {
  const map = anna.map((value, i) => value + (ben[i]! && !value ? 2 : 0));
  const two = map.map((value) => Number(value === 2));
  const one = await open(await png('anna.png', map, 1 / 255), await nifti('ben.nii.gz', map));
  expect(one.annotations).toEqual({ 'label 1': { anna, ben: anna }, 'label 2': { anna: two, ben: two } });
  expect(one.image).toMatchObject({ ...size, channels: 0 });
});

test('a volume stays one', async () => {
  const volume = Uint8Array.from([...anna, ...ben, ...anna]);
  const { image, annotations } = await open(
    await nifti('a.nii', volume, 3),
    await nifti('b.nii.gz', volume, 3),
  );
  expect(image).toMatchObject({ ...size, depth: 3, spacing: [0.5, 0.5, 2] });
  expect(annotations).toEqual({ inside: { a: volume, b: volume } });
});

test('outlines of several formats are one structure where they name one, and masks join them', async () => {
  const { annotations } = await open(
    text('anna.json', encodeCoco([{ file: 'eye.png', ...size, masks: { cup: anna } }])),
    text('ben.geojson', encodeGeoJson({ cup: ben }, size)),
    await png('chris.png', anna),
  );
  expect(annotations).toEqual({ cup: { chris: anna, anna, ben } });
});

test('of a file of many images that of the picture is taken', async () => {
  const images = ['ear.png', 'eye.png'].map((file, k) => ({ file, ...size, masks: { cup: masks[k]! } }));
  const coco = text('anna.json', encodeCoco(images));
  expect((await open(coco, await photo('eye.png'))).annotations).toEqual({ cup: { anna: ben } });
  await expect(open(coco)).rejects.toThrow(
    'anna.json outlines 2 images, expected one, or the picture of one along with it.',
  );
  await expect(open(coco, await photo('leg.png'))).rejects.toThrow('none by the name of leg.png');
});

test('a label and a rater may have any name', async () => {
  const name = '__proto__';
  const feature = JSON.parse(encodeGeoJson({ cup: anna }, size)).features[0];
  feature.properties = { classification: { name }, rater: name };
  const { annotations } = await open(text('a.json', JSON.stringify([feature])), await photo('eye.png'));
  expect(Object.entries(annotations)).toEqual([[name, expect.anything()]]);
  expect(Object.entries(annotations[name]!)).toEqual([[name, anna]]);
});

test.each([
  [
    'no file of a kind that is read',
    [text('a.txt', 'hello')],
    /^a\.txt cannot be read \(.*\), expected PNG, NIfTI/,
  ],
  ['no JSON', [text('a.json', '{')], /^a\.json cannot be read \(not JSON .*\), expected PNG/],
  [
    'JSON of something else',
    [text('a.json', '{}')],
    /a\.json cannot be read \(JSON of none of the formats COCO/,
  ],
  ['no NIfTI', [text('a.nii', 'hello')], /a\.nii cannot be read \(not a NIfTI file/],
  [
    'outlines of an image of unknown size',
    [text('a.geojson', encodeGeoJson({ cup: anna }, size))],
    'a.geojson does not say how large its image is, expected the picture or a mask along with it.',
  ],
] as const)('%s ends in one sentence', (_, files, sentence) =>
  expect(open(...files)).rejects.toThrow(sentence),
);

test('other sizes, two pictures, no mask, 16 bits and too many files end in one sentence', async () => {
  const wide = {
    name: 'wide.png',
    bytes: await encodePng({ data: new Float32Array(4), width: 4, height: 1, channels: 1 }),
  };
  await expect(open(await png('anna.png', anna), wide)).rejects.toThrow(
    'wide.png has 4 × 1 pixels, expected 6 × 4 pixels as anna.png has.',
  );
  const [one, two] = [await photo('one.png'), await photo('two.png')];
  await expect(open(one, two)).rejects.toThrow(
    'one.png and two.png are both pictures, expected masks and at most one picture.',
  );
  await expect(open(one)).rejects.toThrow('one.png: no mask among them, expected PNG');
  const data = Float32Array.from(anna, (value) => (256 * value) / 65535);
  const deep = { name: 'deep.png', bytes: await encodePng({ data, channels: 1, ...size }, { bits: 16 }) };
  await expect(open(deep)).rejects.toThrow('deep.png has 16 bits per sample, which browsers round');
  await expect(open(...Array(33).fill(one))).rejects.toThrow('There are 33 files, expected at most 32.');
});

test('masks that are too much in all end in one sentence', async () => {
  const extent = { width: 2048, height: 1025 };
  const map = Uint8Array.from({ length: 2048 * 1025 }, (_, i) => i % 33);
  await expect(open({ name: 'many.nii.gz', bytes: await encodeNifti(map, extent) })).rejects.toThrow(
    'The masks have more than 67,108,864 pixels in all, expected fewer or smaller ones.',
  );
});
