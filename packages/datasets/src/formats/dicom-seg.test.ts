import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { dicomImage, dicomStructureSet } from '../fixtures/dicom.js';
import { hasTool } from '../fixtures/has-tool.js';
import { pythonWith } from '../fixtures/python.js';
import { read as readCases } from '../fixtures/read.js';
import { reader } from '../fixtures/read-raster.js';
import { folderOf } from '../fixtures/temporary.js';
import { folder } from '../loaders/folder.js';
import { SEGMENTATION } from './dicom-seg.js';
import { type DicomElement, dicomFile } from './dicom-writer.js';
import { encodeDicomSeg } from './encode-dicom-seg.js';
import { readImage } from './read-image.js';

const read = reader({ pixelLimit: 10_000 });
/** The grid of `dicomImage` with frames at 25, 30 and 35. */
const extent = {
  ...{ width: 5, height: 4, depth: 3 },
  affine: [-0.5, 0, 0, 10, 0, -0.75, 0, -20, 0, 0, 5, 25, 0, 0, 0, 1],
};
const at = (inside: (x: number, y: number, z: number) => boolean) =>
  Uint8Array.from({ length: 60 }, (_, i) => Number(inside(i % 5, Math.floor(i / 5) % 4, Math.floor(i / 20))));
const disc = at((x, y) => x < 3 && y < 3);
const cup = at((x, y, z) => x < 2 && y < 2 && z === 1);
const image = dicomImage(
  Array(60)
    .fill(0)
    .map((_, i) => i),
  { width: 5, height: 4, places: [25, 30, 35] },
);

describe('a DICOM segmentation', () => {
  test('comes back: every segment, at its place', async () => {
    const bytes = encodeDicomSeg({ disc, cup }, extent);
    const raster = await read({ 'a.dcm': bytes }, 'a.dcm', { volume: true });
    expect(raster).toMatchObject({ ...extent, spacing: [0.5, 0.75, 5] });
    expect(raster.layers).toEqual([
      { number: 1, name: 'disc', data: disc },
      { number: 2, name: 'cup', data: cup },
    ]);
    expect(encodeDicomSeg({ disc, cup }, extent)).toEqual(bytes);
    await expect(read({ 'a.dcm': bytes }, 'a.dcm')).rejects.toThrow('it has 3 slices: the option slice says');
    expect((await read({ 'a.dcm': bytes }, 'a.dcm', { slice: 1 })).layers![1]!.data).toEqual(
      cup.subarray(20, 40),
    );
    const root = await folderOf({ 'a.dcm': bytes, 'b.dcm': encodeDicomSeg({ disc }, extent) });
    await expect(readImage(join(root, 'a.dcm'), { volume: true, stored: true })).rejects.toThrow('overlap');
    const alone = await readImage(join(root, 'b.dcm'), { volume: true, stored: true });
    expect(alone.data).toEqual(Float32Array.from(disc));
  });

  test('is a mask of its image by name or number, also where it has some of the slices alone', async () => {
    const low = { ...extent, depth: 1, affine: [...extent.affine.slice(0, 11), 30, 0, 0, 0, 1] };
    const root = await folderOf({
      'images/a.dcm': image,
      'masks/1/a.dcm': encodeDicomSeg({ disc, cup }, extent),
      'masks/2/a.dcm': encodeDicomSeg({ Cup: cup.subarray(20, 40) }, low),
    });
    const open = (more: object) =>
      folder(root, { image: 'images/{id}.dcm', mask: 'masks/{rater}/{id}.dcm', volume: true, ...more });
    const { cases, told } = await readCases(await open({ class: 'cup' }));
    expect(told).toEqual([]);
    expect(cases.a!.annotations.object).toEqual({ 1: cup, 2: cup });
    const unnamed = await readCases(await open({}));
    expect(unnamed.told).toContain(
      'masks/1/a.dcm: it has the segments 1 (disc), 2 (cup): the option class says which to take',
    );
    const named = await readCases(await open({ classes: ['disc', 'cup'], panel: false }));
    expect(named.cases.a!.annotations.disc!['1']).toEqual(disc);
    const beyond = { ...low, affine: [...low.affine.slice(0, 11), 50, 0, 0, 0, 1] };
    const outside = await folderOf({
      'images/a.dcm': image,
      'masks/1/a.dcm': encodeDicomSeg({ cup: cup.subarray(20, 40) }, beyond),
    });
    const { told: why } = await readCases(
      await folder(outside, { image: 'images/{id}.dcm', mask: 'masks/{rater}/{id}.dcm', volume: true }),
    );
    expect(why).toEqual(['masks/1/a.dcm: 4 of its voxels lie outside its image']);
  });

  test('that is fractional is read as other masks are: above half, above a level, or by degrees', async () => {
    const plane = Array.from({ length: 20 }, (_, i) => i);
    const root = await folderOf({
      'images/a.dcm': dicomImage(plane, { width: 5, height: 4, places: [25] }),
      'masks/1/a.dcm': fractional(plane.map((i) => 10 * i)),
    });
    const open = async (more: object) => {
      const options = { image: 'images/{id}.dcm', mask: 'masks/{rater}/{id}.dcm', ...more };
      const { cases, told } = await readCases(await folder(root, options));
      return cases.a!.annotations.object?.['1'] ?? told;
    };
    const above = (level: number) => Uint8Array.from(plane, (i) => Number(i / 20 > level));
    expect(await open({})).toEqual(above(0.5));
    expect(await open({ class: 'disc' })).toEqual(above(0.5));
    expect(await open({ class: 1 })).toEqual(above(0.5));
    expect(await open({ above: 0.25 })).toEqual(above(0.25));
    expect(await open({ degrees: true })).toEqual(Float32Array.from(plane, (i) => i / 20));
    expect(await open({ value: (degree: number) => degree > 0.7 })).toEqual(above(0.7));
  });

  test('has labels by name, and a DICOM image has none', async () => {
    const plane = dicomImage(Array(20).fill(1), { width: 5, height: 4, places: [25] });
    const root = await folderOf({ 'images/a.dcm': plane, 'masks/1/a.dcm': plane });
    const options = { image: 'images/{id}.dcm', mask: 'masks/{rater}/{id}.dcm', class: 'disc' };
    expect((await readCases(await folder(root, options))).told).toEqual([
      'masks/1/a.dcm: it has no labels by name, and class is "disc"',
    ]);
  });

  test('is written with an affine at right angles alone', () => {
    expect(() => encodeDicomSeg({ disc }, { ...extent, affine: undefined as never })).toThrow(
      'extent.affine',
    );
    const shear = [...extent.affine];
    shear[1] = 0.4;
    expect(() => encodeDicomSeg({ disc }, { ...extent, affine: shear })).toThrow('has shear');
    expect(() => encodeDicomSeg({}, extent)).toThrow('segments is empty, expected at least one mask');
  });

  const pydicom = pythonWith('pydicom', 'numpy');
  test.skipIf(!pydicom)('is read by pydicom, frame by frame with places and segments', async () => {
    const root = await folderOf({ 'a.dcm': encodeDicomSeg({ disc, cup }, extent) });
    const told = pydicom!(
      `import pydicom
file = pydicom.dcmread(sys.argv[1])
groups = file.PerFrameFunctionalGroupsSequence
print(json.dumps([file.pixel_array.ravel().tolist(), [[float(v) for v in g.PlanePositionSequence[0].ImagePositionPatient] for g in groups], [int(g.SegmentIdentificationSequence[0].ReferencedSegmentNumber) for g in groups], [str(s.SegmentLabel) for s in file.SegmentSequence], [float(v) for v in file.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0].PixelSpacing]]))`,
      join(root, 'a.dcm'),
    );
    const places = [25, 30, 35].map((z) => [-10, 20, z]);
    expect(told).toEqual([
      [...disc, ...cup],
      [...places, ...places],
      [1, 1, 1, 2, 2, 2],
      ['disc', 'cup'],
      [0.75, 0.5],
    ]);
  });

  test.skipIf(!hasTool('dciodvfy'))('has no error that dciodvfy finds', async () => {
    const root = await folderOf({ 'a.dcm': encodeDicomSeg({ disc, cup }, extent) });
    let said = '';
    try {
      execFileSync('dciodvfy', [join(root, 'a.dcm')], { encoding: 'utf8', stdio: 'pipe' });
    } catch (cause) {
      said = (cause as { stderr: string }).stderr;
    }
    expect(said.split('\n').filter((line) => line.startsWith('Error'))).toEqual([]);
  });
});

/** A segment of one frame on the first slice, in steps of 1/200. */
const fractional = (values: readonly number[], frames = '1') =>
  dicomFile(SEGMENTATION, '1.2.3.6', [
    ['00280008', 'IS', frames],
    ['00280010', 'US', [4]],
    ['00280011', 'US', [5]],
    ['00620001', 'CS', 'FRACTIONAL'],
    [
      '00620002',
      'SQ',
      [
        [
          ['00620004', 'US', [1]],
          ['00620005', 'LO', 'disc'],
        ],
      ],
    ],
    ['0062000e', 'US', [200]],
    [
      '52009229',
      'SQ',
      [
        [
          ['00209116', 'SQ', [[['00200037', 'DS', '1\\0\\0\\0\\1\\0']]]],
          ['00289110', 'SQ', [[['00280030', 'DS', '0.75\\0.5']]]],
          ['0062000a', 'SQ', [[['0062000b', 'US', [1]]]]],
        ],
      ],
    ],
    ['52009230', 'SQ', [[['00209113', 'SQ', [[['00200032', 'DS', '-10\\20\\25']]]]]]],
    ['7fe00010', 'OB', Uint8Array.from(values)],
  ]);

const contour = (points: number[][], z: number): DicomElement[] => [
  ['30060042', 'CS', 'CLOSED_PLANAR'],
  ['30060046', 'IS', `${points.length}`],
  // From the middle of the voxel (x, y), to the left and back.
  ['30060050', 'DS', points.map(([x, y]) => `${-10 + 0.5 * x!}\\${20 + 0.75 * y!}\\${z}`).join('\\')],
];
const square = (from: number, to: number) => [
  [from - 0.4, from - 0.4],
  [to + 0.4, from - 0.4],
  [to + 0.4, to + 0.4],
  [from - 0.4, to + 0.4],
];
const structureSet = (contours: DicomElement[][]) => dicomStructureSet('disc', contours);

test('a segmentation that claims more frames than its pixels hold is refused before memory is taken', async () => {
  const before = process.memoryUsage().rss;
  await expect(
    read({ 'a.dcm': fractional(Array(40).fill(0), '900000000') }, 'a.dcm', { volume: true }),
  ).rejects.toThrow('they hold 2 frames of the 900000000 that it says it has');
  expect(process.memoryUsage().rss - before).toBeLessThan(80 * 2 ** 20);
});

test('a structure set is drawn on the voxels of its image, a contour in a contour is a hole', async () => {
  const root = await folderOf({
    'images/a.dcm': image,
    'masks/1/a.dcm': structureSet([
      contour(square(0, 2), 25),
      contour(square(0, 3), 30),
      contour(square(1, 2), 30),
    ]),
  });
  const open = (more = {}) =>
    folder(root, { image: 'images/{id}.dcm', mask: 'masks/{rater}/{id}.dcm', volume: true, ...more });
  const { cases, told } = await readCases(await open());
  expect(told).toEqual([]);
  const between = (x: number, low: number, high: number) => x >= low && x <= high;
  expect(cases.a!.annotations.object!['1']).toEqual(
    at(
      (x, y, z) =>
        (z === 0 && between(x, 0, 2) && between(y, 0, 2)) ||
        (z === 1 && x <= 3 && !(between(x, 1, 2) && between(y, 1, 2))),
    ),
  );
  expect((await readCases(await open({ class: 'disc' }))).cases.a!.annotations.object).toEqual(
    cases.a!.annotations.object,
  );
  const wrong: [DicomElement[][], string][] = [
    [[contour(square(0, 2), 27)], 'disc has a contour between the slices of its image'],
    [[contour(square(0, 2), 60)], 'disc has a contour on slice 7 of an image of 3'],
    [[contour(square(0, 2).slice(0, 2), 25)], 'disc has a contour of 6 numbers'],
  ];
  for (const [contours, reason] of wrong) {
    const other = await folderOf({ 'images/a.dcm': image, 'masks/1/a.dcm': structureSet(contours) });
    const { told: why } = await readCases(
      await folder(other, { image: 'images/{id}.dcm', mask: 'masks/{rater}/{id}.dcm', volume: true }),
    );
    expect(why.join()).toContain(reason);
  }
  const alone = await readCases(await folder(root, { mask: 'masks/{rater}/{id}.dcm', volume: true }));
  expect(alone.told.join()).toContain('a structure set is drawn on its image: give images');
});
