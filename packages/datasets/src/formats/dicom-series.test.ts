import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { dicomStructureSet } from '../fixtures/dicom.js';
import { ctSlice, type SliceOptions } from '../fixtures/dicom-series.js';
import { hasTool } from '../fixtures/has-tool.js';
import { pythonWith } from '../fixtures/python.js';
import { read as readCases } from '../fixtures/read.js';
import { folderOf } from '../fixtures/temporary.js';
import { folder } from '../loaders/folder.js';
import type { DicomElement } from './dicom-writer.js';
import { encodeDicomSeg } from './encode-dicom-seg.js';
import { encodeNifti } from './encode-nifti.js';

const slice = (z: number) => Array.from({ length: 20 }, (_, i) => 100 * z + i);
const HEIGHTS = [25, 30, 35];
const at = (z: number, more: SliceOptions = {}) =>
  ctSlice(slice(HEIGHTS.indexOf(z)), { position: [-10, 20, z], ...more });
/** Files whose names say nothing of where they lie. */
const series = { 'ct/a/IM9.dcm': at(25), 'ct/a/IM1.dcm': at(35), 'ct/a/IM5.dcm': at(30) };
const AFFINE = [-0.5, 0, 0, 10, 0, -0.75, 0, -20, 0, 0, 5, 25, 0, 0, 0, 1];
const extent = { width: 5, height: 4, depth: 3, affine: AFFINE };
const open = async (files: Record<string, string | Uint8Array>, more: object = {}) =>
  readCases(await folder(await folderOf(files), { image: 'ct/{id}/*.dcm', volume: true, ...more }));
const cup = Uint8Array.from({ length: 60 }, (_, i) => Number(i >= 20 && i < 40 && i % 5 < 2));

describe('a DICOM series of one file per slice', () => {
  test('is a volume, ordered by place along the normal', async () => {
    const { cases, told } = await open(series);
    expect(told).toEqual([]);
    const { image } = cases.a!;
    expect(image).toMatchObject({ ...extent, spacing: [0.5, 0.75, 5] });
    // Levels from the lowest value, 0, to the highest, 219.
    [...slice(0), ...slice(1), ...slice(2)].forEach((value, i) =>
      expect(image.data[i]).toBeCloseTo(value / 219, 6),
    );
    expect(image.dicom).toEqual({
      sopClass: '1.2.840.10008.5.1.4.1.1.2',
      instances: ['1.2.3.4.1250', '1.2.3.4.1300', '1.2.3.4.1350'],
      series: '1.2.3.1',
      study: '1.2.3.0',
      frame: '1.2.3.2',
      about: { '00080020': '20200102', '00100010': 'Müller^Eva', '00100020': 'patient-7' },
    });
    const one = (await open(series, { volume: false, slice: 2 })).cases.a!.image;
    expect(one.depth).toBeUndefined();
    expect(one.affine).toEqual([...AFFINE.slice(0, 11), 35, 0, 0, 0, 1]);
    expect(one.dicom!.instances).toEqual(['1.2.3.4.1350']);
  });

  test('whose rows run upwards is turned by its affine, as a NIfTI mask of the same place is', async () => {
    // Coronal: rows to the left, columns downwards; the normal points to the back.
    const turn = [1, 0, 0, 0, 0, -1];
    const coronal = Object.fromEntries(
      [0, 3, 6].map((y, k) => [
        `ct/a/${9 - k}.dcm`,
        ctSlice(slice(k), { turn, position: [-10, y, 50], instance: `1.2.9.${k}` }),
      ]),
    );
    const mask = await encodeNifti(cup, {
      ...extent,
      affine: [-0.5, 0, 0, 10, 0, 0, -3, 0, 0, -0.75, 0, 50, 0, 0, 0, 1],
    });
    const { cases, told } = await open({ ...coronal, 'masks/a.nii.gz': mask }, { mask: 'masks/{id}.nii.gz' });
    expect(told).toEqual([]);
    expect(cases.a!.image.affine).toEqual([-0.5, 0, 0, 10, 0, 0, -3, 0, 0, -0.75, 0, 50, 0, 0, 0, 1]);
    expect(cases.a!.annotations.object!['1']).toEqual(cup);
  });

  test('is refused by name where a file is no slice of it, or one is missing', async () => {
    const { 'ct/a/IM5.dcm': middle, ...ends } = series;
    const wrong: [Record<string, Uint8Array>, string][] = [
      [
        {
          ...ends,
          'ct/a/IM2.dcm': at(35, { position: [-10, 20, 40] }),
          'ct/a/IM3.dcm': at(30, { position: [-10, 20, 45] }),
          'ct/a/IM4.dcm': at(35, { position: [-10, 20, 50] }),
        },
        'ct/a/IM1.dcm: it lies 10 mm from ct/a/IM9.dcm, where slices are 5 mm apart: one or more are missing',
      ],
      [{ ...ends, 'ct/a/IM5.dcm': at(30, { position: [-10, 20, 31] }) }, 'it lies'],
      [{ ...series, 'ct/a/IM6.dcm': at(30, { instance: '1.2.8' }) }, 'it lies where ct/a/IM5.dcm does'],
      [
        { ...ends, 'ct/a/IM5.dcm': at(30, { series: '1.2.77' }) },
        'ct/a/IM5.dcm: its series is 1.2.77, that of ct/a/IM9.dcm is 1.2.3.1: 2 of them among 3 files',
      ],
      [{ ...ends, 'ct/a/IM5.dcm': at(30, { frame: '1.2.77' }) }, 'its frame of reference is 1.2.77'],
      [
        { ...ends, 'ct/a/IM5.dcm': at(30, { width: 4, height: 5 }) },
        'its size is 4×5, that of ct/a/IM9.dcm is 5×4',
      ],
      [{ ...ends, 'ct/a/IM5.dcm': at(30, { spacing: '0.75\\0.6' }) }, 'its pixel spacing is 0.6000×0.7500'],
      [
        { ...ends, 'ct/a/IM5.dcm': at(30, { turn: [1, 0, 0, 0, 0.995, 0.0998] }) },
        'its slice has another direction than that of',
      ],
      [
        { ...ends, 'ct/a/IM5.dcm': at(30, { position: [-10, 22, 30] }) },
        'it lies beside ct/a/IM9.dcm, not above it: the stack is tilted',
      ],
      [
        { ...series, 'ct/a/seg.dcm': encodeDicomSeg({ cup }, extent) },
        'ct/a/seg.dcm: a segmentation among the slices of a series',
      ],
      [{ ...series, 'ct/a/x.dcm': Buffer.from('x') }, 'ct/a/x.dcm: no DICOM file, among those of a series'],
      [{ ...ends, 'ct/a/IM5.dcm': at(30, { turn: [] }) }, 'ct/a/IM5.dcm: it does not say where it lies'],
      [{ ...ends, 'ct/a/IM5.dcm': middle.subarray(0, middle.length - 9) }, 'ct/a/IM5.dcm: '],
    ];
    for (const [files, reason] of wrong) {
      const { told, cases } = await open(files);
      expect(cases).toEqual({});
      expect(told.join('\n')).toContain(reason);
    }
    const { told } = await open(series, { volume: false });
    expect(told.join()).toContain(
      'a second image a: the option volume takes files of one case as a DICOM series',
    );
  });

  test('in one folder as two cases, of which one is damaged, gives the other', async () => {
    const both = {
      ...series,
      'ct/b/1.dcm': at(25),
      'ct/b/2.dcm': at(35),
      'ct/b/3.dcm': at(30, { series: '9.9' }),
    };
    const { cases, told } = await open(both);
    expect(Object.keys(cases)).toEqual(['a']);
    expect(told).toHaveLength(1);
  });

  const pydicom = pythonWith('pydicom', 'numpy');
  test.skipIf(!pydicom)('has the order and the values that pydicom finds', async () => {
    const root = await folderOf(series);
    const told = pydicom!(
      `import pydicom, glob
files = [pydicom.dcmread(path) for path in glob.glob(sys.argv[1] + '/ct/a/*.dcm')]
files.sort(key=lambda file: float(file.ImagePositionPatient[2]))
print(json.dumps([[str(file.SOPInstanceUID), file.pixel_array.ravel().tolist()] for file in files]))`,
      root,
    ) as [string, number[]][];
    const { image } = (await open(series)).cases.a!;
    expect(told.map(([uid]) => uid)).toEqual(image.dicom!.instances);
    expect(Array.from(image.data, (level) => Math.round(219 * level))).toEqual(
      told.flatMap(([, all]) => all),
    );
  });
});

test.skipIf(!hasTool('dcm2niix'))(
  'a series and what dcm2niix makes of it are on one grid, voxel for voxel',
  async () => {
    const turned = { turn: [0.8, 0.6, 0, -0.6, 0.8, 0] };
    for (const more of [{}, turned] as SliceOptions[]) {
      const files = Object.fromEntries(
        HEIGHTS.map((z, k) => [
          `ct/a/${70 - z}.dcm`,
          at(z, { ...more, more: [['00200013', 'IS', `${k + 1}`]] }),
        ]),
      );
      const root = await folderOf({ ...files, 'nii/readme.txt': '' });
      execFileSync('dcm2niix', ['-z', 'y', '-f', 'a', '-o', join(root, 'nii'), join(root, 'ct/a')], {
        stdio: 'ignore',
      });
      const options = { image: 'ct/{id}/*.dcm', mask: 'nii/{id}.nii.gz', volume: true };
      const all = [...slice(0), ...slice(1), ...slice(2)];
      for (const divisor of [7, 11, 13]) {
        const value = (level: number) => level % divisor === 0;
        const { cases, told } = await readCases(await folder(root, { ...options, value }));
        expect(told).toEqual([]);
        expect([...cases.a!.annotations.object!['1']!]).toEqual(all.map((level) => Number(value(level))));
      }
    }
  },
);

describe('a segmentation of a series', () => {
  test('refers to it, comes back on it, and is refused on another', async () => {
    const { image } = (await open(series)).cases.a!;
    const seg = encodeDicomSeg({ cup }, image);
    const masks = { mask: 'masks/{rater}/{id}.dcm' };
    const again = await open({ ...series, 'masks/1/a.dcm': seg }, masks);
    expect(again.told).toEqual([]);
    expect(again.cases.a!.annotations.object).toEqual({ 1: cup });
    const elsewhere = Object.fromEntries(
      HEIGHTS.map((z) => [`ct/a/${z}.dcm`, at(z, { instance: `1.2.8.${z}`, series: '1.2.8' })]),
    );
    const onOther = await open({ ...elsewhere, 'masks/1/a.dcm': seg }, masks);
    expect(onOther.told.join()).toContain(
      "masks/1/a.dcm: it was made on other images, such as 1.2.3.4.1250: the option grid: 'nearest' takes it",
    );
    const taken = await open({ ...elsewhere, 'masks/1/a.dcm': seg }, { ...masks, grid: 'nearest' });
    expect(taken.cases.a!.annotations.object).toEqual({ 1: cup });
    const otherFrame = Object.fromEntries(HEIGHTS.map((z) => [`ct/a/${z}.dcm`, at(z, { frame: '1.2.66' })]));
    expect((await open({ ...otherFrame, 'masks/1/a.dcm': seg }, masks)).told.join()).toContain(
      'it lies in the frame of reference 1.2.3.2, its image in 1.2.66',
    );
    expect(() =>
      encodeDicomSeg({ cup }, { ...image, dicom: { ...image.dicom!, instances: ['1', '2'] } }),
    ).toThrow('encodeDicomSeg: extent.dicom.instances is an array of 2, expected 1 or 3 UIDs');
  });

  const pydicom = pythonWith('pydicom', 'numpy');
  test.skipIf(!pydicom)('says to pydicom whose it is, and which file each frame is of', async () => {
    const { image } = (await open(series)).cases.a!;
    const root = await folderOf({ 'a.dcm': encodeDicomSeg({ cup }, image) });
    const told = pydicom!(
      `import pydicom
file = pydicom.dcmread(sys.argv[1])
series = file.ReferencedSeriesSequence[0]
print(json.dumps([str(file.PatientName), file.PatientID, file.StudyInstanceUID, file.FrameOfReferenceUID, series.SeriesInstanceUID, [one.ReferencedSOPInstanceUID for one in series.ReferencedInstanceSequence], [g.DerivationImageSequence[0].SourceImageSequence[0].ReferencedSOPInstanceUID for g in file.PerFrameFunctionalGroupsSequence], file.pixel_array.ravel().tolist()]))`,
      join(root, 'a.dcm'),
    );
    const { instances } = image.dicom!;
    expect(told).toEqual([
      'Müller^Eva',
      'patient-7',
      '1.2.3.0',
      '1.2.3.2',
      '1.2.3.1',
      instances,
      instances,
      [...cup],
    ]);
  });

  test.skipIf(!hasTool('dciodvfy'))('has no error that dciodvfy finds', async () => {
    const { image } = (await open(series)).cases.a!;
    const root = await folderOf({ 'a.dcm': encodeDicomSeg({ cup }, image) });
    let said = '';
    try {
      execFileSync('dciodvfy', [join(root, 'a.dcm')], { encoding: 'utf8', stdio: 'pipe' });
    } catch (cause) {
      said = (cause as { stderr: string }).stderr;
    }
    expect(said.split('\n').filter((line) => line.startsWith('Error'))).toEqual([]);
  });
});

test('a structure set is drawn on its series, and refused where it was drawn on another, or on another slice', async () => {
  const square = [
    [-0.4, -0.4],
    [1.4, -0.4],
    [1.4, 3.4],
    [-0.4, 3.4],
  ];
  const set = (frame: string, drawnOn: string, instances: string[]) => {
    const contour: DicomElement[] = [
      ['30060016', 'SQ', [[['00081155', 'UI', drawnOn]]]],
      ['30060042', 'CS', 'CLOSED_PLANAR'],
      ['30060050', 'DS', square.map(([x, y]) => `${-10 + 0.5 * x!}\\${20 + 0.75 * y!}\\30`).join('\\')],
    ];
    const images = instances.map((uid): DicomElement[] => [['00081155', 'UI', uid]]);
    const referenced: DicomElement = [
      '30060010',
      'SQ',
      [
        [
          ['00200052', 'UI', frame],
          ['30060012', 'SQ', [[['30060014', 'SQ', [[['30060016', 'SQ', images]]]]]]],
        ],
      ],
    ];
    return dicomStructureSet('cup', [contour], [referenced]);
  };
  const all = ['1.2.3.4.1250', '1.2.3.4.1300', '1.2.3.4.1350'];
  const on = (file: Uint8Array) =>
    open({ ...series, 'masks/1/a.dcm': file }, { mask: 'masks/{rater}/{id}.dcm' });
  const { cases, told } = await on(set('1.2.3.2', all[1]!, all));
  expect(told).toEqual([]);
  expect(cases.a!.annotations.object).toEqual({ 1: cup });
  for (const [file, reason] of [
    [set('1.2.66', all[1]!, all), 'it lies in the frame of reference 1.2.66, its image in 1.2.3.2'],
    [set('1.2.3.2', '1.2.7.1', ['1.2.7.1']), 'it was made on other images, such as 1.2.7.1'],
    [set('1.2.3.2', all[2]!, all), 'cup has a contour on slice 1 that says it was drawn on slice 2'],
  ] as const)
    expect((await on(file)).told.join()).toContain(`masks/1/a.dcm: ${reason}`);
});
