import { expect, test } from 'vitest';
import type { Case } from '../case.js';
import type { Dataset } from '../dataset.js';
import { block, folderOf, nifti, picture } from '../fixtures/temporary.js';
import { bestShift } from './best-shift.js';
import { buBil } from './bu-bil.js';
import { drishti } from './drishti.js';
import { folder } from './folder.js';
import { gleason } from './gleason.js';
import { isic } from './isic.js';
import { lidc } from './lidc.js';
import { papila } from './papila.js';
import { patternOf } from './pattern.js';
import { qubiq } from './qubiq.js';
import { openAny } from './recognise.js';
import { refuge2 } from './refuge2.js';
import { riga } from './riga.js';
import { tnmix } from './tnmix.js';
import { tnscui } from './tnscui.js';

async function read(dataset: Dataset) {
  const cases: Record<string, Case> = {};
  for await (const one of dataset.cases()) cases[one.id] = one;
  return { cases, told: dataset.problems.map(({ path, reason }) => `${path}: ${reason}`).sort() };
}

const area = (mask: ArrayLike<number> | undefined) =>
  mask ? Array.from(mask).reduce((a, b) => a + b, 0) : undefined;
const photo = (side = 12) => picture(side, side, (x, y) => [10 * x, 10 * y, 128], 'jpeg');
const mask = (side: number, size = 12) => picture(size, size, block(0, 0, side));

test('REFUGE: rim and cup come from one consensus mask; labels from folders and tables, whatever lies beside', async () => {
  // 0 cup, 128 rim, 255 background.
  const consensus = (side: number) =>
    picture(12, 12, (x, y) => (Math.max(x, y) < side ? 0 : Math.max(x, y) < 2 * side ? 128 : 255));
  const root = await folderOf({
    'Train/REFUGE1-train/Training400/Glaucoma/g0001.jpg': await photo(),
    'Train/REFUGE1-train/Training400/Non-Glaucoma/n0001.jpg': await photo(),
    'Train/REFUGE1-train/Disc_Cup_Masks/Glaucoma/g0001.png': await consensus(3),
    'Train/REFUGE1-train/Disc_Cup_Masks/Non-Glaucoma/n0001.png': await consensus(2),
    'Train/REFUGE1-val/REFUGE-Validation400/V0001.jpg': await photo(),
    'Train/REFUGE1-val/Disc_Cup_Masks/V0001.png': await consensus(4),
    'Train/REFUGE1-val/labels.csv': 'ImgName,Fovea_X,Fovea_Y,Glaucoma Label\nV0001.jpg,1,2,1\n',
    'Train/REFUGE1-train/Fovea_location.csv': 'ImgName,Fovea_X,Fovea_Y\ng0001.jpg,1,2\n',
    'Validation/Images/V0001.jpg': await photo(),
    'Validation/Disc_Masks/V0001.png': await consensus(5),
    'Validation/glaucoma.csv': 'FileName,Glaucoma Risk\nV0001.jpg,0\nV0002.jpg,0\n../../V0003.jpg,1\n',
    'Test/refuge2-test/T0001.jpg': await photo(),
    'Test/Disc_Mask/T0001.png': await consensus(6),
    'Test/task1.xls': Buffer.from('d0cf11e0a1b11ae1', 'hex'),
  });
  const dataset = await refuge2(root);
  expect(dataset.splits).toEqual(['train', 'validation', 'validation-2', 'test-2']);
  const { cases, told } = await read(dataset);
  const found = Object.values(cases).map(({ id, diagnosis, annotations: { disc, cup } }) => [
    id,
    diagnosis,
    area(disc!.consensus),
    area(cup!.consensus),
  ]);
  expect(found).toEqual([
    ['train/g0001', 1, 36, 9],
    ['train/n0001', 0, 16, 4],
    ['validation/V0001', 1, 64, 16],
    ['validation-2/V0001', 0, 100, 25],
    ['test-2/T0001', undefined, 144, 36],
  ]);
  expect(told).toEqual([
    'Test/refuge2-test/T0001.jpg: no table labels it',
    'Test/task1.xls: in the binary format that Excel used before 2007: save it as .xlsx or .csv beside this',
    'Validation/glaucoma.csv, row 3: names image V0002.jpg, which is not there',
    'Validation/glaucoma.csv, row 4: "../../V0003.jpg" leads out of the root',
  ]);
});

test('REFUGE with its seven raters: the inverted consensus is put right, the crop passed over', async () => {
  const at = 'Training-400/g0001/g0001';
  const root = await folderOf({
    [`${at}.jpg`]: await photo(),
    [`${at}_cropped.jpg`]: await photo(7),
    [`${at}_seg_disc_1.png`]: await mask(5),
    [`${at}_seg_disc_7.png`]: await mask(6),
    [`${at}_seg_cup_1.png`]: await mask(2),
    [`${at}_seg_cup_7.png`]: await mask(3),
    [`${at}_disc.bmp`]: await picture(12, 12, block(0, 0, 4, [255, 0])).then(() => bmp(4)),
    [`${at}_cup.bmp`]: bmp(1),
    'Training-400/n0002/n0002.jpg': await photo(),
    'Training-400/n0002/n0002_seg_disk_1.png': await mask(5),
  });
  const dataset = await refuge2(root);
  expect(dataset.raters).toEqual(['1', '7', 'consensus']);
  const { cases, told } = await read(dataset);
  const { disc, cup } = cases['train/g0001']!.annotations;
  expect([disc!['1'], disc!['7'], disc!.consensus, cup!['1'], cup!['7'], cup!.consensus].map(area)).toEqual([
    25, 36, 16, 4, 9, 1,
  ]);
  expect([cases['train/g0001']!.diagnosis, cases['train/n0002']!.diagnosis]).toEqual([1, 0]);
  expect(told).toEqual([
    'Training-400/n0002/n0002.jpg: the cup lacks raters 1, 7, consensus',
    'Training-400/n0002/n0002.jpg: the disc lacks raters 1, 7, consensus',
    'Training-400/n0002/n0002_seg_disk_1.png: not a name that an image or a mask has',
  ]);
});

/** A grey BMP of 12 × 12 pixels, white but for a black square in the top left corner. */
function bmp(side: number): Buffer {
  const header = Buffer.alloc(14 + 40 + 1024);
  header.write('BM', 'latin1');
  header.writeUInt32LE(header.length, 10);
  header.writeUInt32LE(40, 14);
  header.writeInt32LE(12, 18);
  header.writeInt32LE(12, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(8, 28);
  for (let i = 0; i < 256; i++) header.fill(i, 54 + 4 * i, 57 + 4 * i);
  const rows = Array.from({ length: 144 }, (_, i) =>
    block(0, 0, side, [255, 0])(i % 12, 11 - Math.floor(i / 12)),
  );
  return Buffer.concat([header, Buffer.from(rows)]);
}

test('TNSCUI: rater masks lie in folders of their own or are numbered, and the plain one is then the consensus', async () => {
  const files = {
    'TNSCUI2020_train/image/1.PNG': await photo(),
    'TNSCUI2020_train/image/2.PNG': await photo(),
    'TNSCUI2020_train/mask/1.PNG': await mask(2),
    'TNSCUI2020_train/mask/2.PNG': await mask(3),
    'TNSCUI2020_train/train.csv': 'ID,CATE\n1.PNG,1\n2.PNG,maybe\n3.PNG,0\n',
  };
  const single = await read(await tnscui(await folderOf(files)));
  expect(area(single.cases['1']!.annotations.nodule!['1'])).toBe(4);
  expect(single.cases['1']!.diagnosis).toBe(1);
  expect(single.cases['2']!.diagnosis).toBeUndefined();
  expect(single.cases['1']!.image.channels).toBe(1);
  expect(single.told).toEqual([
    'TNSCUI2020_train/image/2.PNG: no table labels it',
    'TNSCUI2020_train/train.csv, row 3: unknown label "maybe"',
    'TNSCUI2020_train/train.csv, row 4: names image 3.PNG, which is not there',
  ]);
  const several = await tnscui(
    await folderOf({
      ...files,
      'TNSCUI2020_train/mask-a/1.PNG': await mask(4),
      'TNSCUI2020_train/mask/1_b.PNG': await mask(5),
    }),
  );
  expect(several.raters).toEqual(['a', 'b', 'consensus']);
  const { nodule } = (await read(several)).cases['1']!.annotations;
  expect([nodule!.a, nodule!.b, nodule!.consensus].map(area)).toEqual([16, 25, 4]);
});

test('TNMIX has both halves, each under its name, and no patient of one is one of the other', async () => {
  const root = await folderOf({
    'TNSCUI/TNSCUI2020_train/image/7.PNG': await photo(),
    'TNSCUI/TNSCUI2020_train/mask/7.PNG': await mask(2),
    'TNSCUI/TNSCUI2020_train/train.csv': 'ID,CATE\n7.PNG,1\n',
    'DDTI/7_1.jpg': await photo(),
    'DDTI/7.xml':
      '<case><number>7</number><tirads>2</tirads><mark><image>1</image><svg>[{"points":[{"x":1,"y":1},{"x":3,"y":1},{"x":3,"y":3},{"x":1,"y":3}]}]</svg></mark></case>',
  });
  const dataset = await tnmix(root);
  const { cases, told } = await read(dataset);
  expect(told).toEqual([]);
  expect(
    Object.values(cases).map(({ id, patient, diagnosis, meta, annotations }) => [
      id,
      patient,
      diagnosis,
      meta!.source,
      area(annotations.nodule!['1']),
    ]),
  ).toEqual([
    ['tnscui/7', 'tnscui/7', 1, 'tnscui', 4],
    ['ddti/7_1', 'ddti/7', 0, 'ddti', 9],
  ]);
  expect((await openAny(root)).name).toBe('tnmix');
});

test('ISIC: labels come headless, by name of the disease or one-hot, and the split from the folder', async () => {
  const files = async (folderName: string, ids: string[], suffix: string) =>
    Object.fromEntries(
      await Promise.all(
        ids.flatMap((id) => [
          (async () => [`${folderName}/${id}.jpg`, await photo()] as const)(),
          (async () => [`${folderName}/${id}${suffix}.png`, await mask(3)] as const)(),
        ]),
      ),
    );
  const tables: [string, Record<string, string>][] = [
    [
      '2016',
      { 'ISBI2016_ISIC_Part3B_Training_GroundTruth.csv': 'ISIC_1,malignant\nISIC_2,benign\nISIC_3,odd\n' },
    ],
    ['2016 test', { 'ISBI2016_ISIC_Part3B_Test_GroundTruth.csv': 'ISIC_1,1.0\nISIC_2,0.0\nISIC_3,0.4\n' }],
    [
      '2017',
      {
        'ISIC-2017_Training_Part3_GroundTruth.csv':
          'image_id,melanoma,seborrheic_keratosis\nISIC_1,1.0,0.0\nISIC_2,0.0,1.0\nISIC_3,x,1\n',
      },
    ],
    [
      '2018',
      {
        'ISIC2018_Task3_Training_GroundTruth.csv':
          'image,MEL,NV\nISIC_1,1.0,0.0\nISIC_2,0.0,1.0\nISIC_3,2,1\n',
      },
    ],
  ];
  for (const [name, table] of tables) {
    const suffix = name.startsWith('2016') ? '_Segmentation' : '_segmentation';
    const images = await files(
      `ISIC_${name.includes('test') ? 'Test' : 'Training'}_Data`,
      ['ISIC_1', 'ISIC_2', 'ISIC_3'],
      suffix,
    );
    const { cases, told } = await read(await isic(await folderOf({ ...images, ...table })));
    expect(Object.values(cases).map(({ diagnosis }) => diagnosis)).toEqual([1, 0, undefined]);
    expect(cases.ISIC_1!.split).toBe(name.includes('test') ? 'test' : 'train');
    expect(area(cases.ISIC_1!.annotations.lesion!['1'])).toBe(9);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/unknown label/);
  }
});

test("ISIC: IMA++'s annotators and fusions are raters, and an annotator's second mask is told", async () => {
  const root = await folderOf({
    'images/ISIC_1.jpg': await photo(),
    'segs/ISIC_1_A02_T1_S2_0123456789abcdef01234567.png': await mask(2),
    'segs/ISIC_1_A07_T1_S1_0123456789abcdef01234568.png': await mask(3),
    'segs/ISIC_1_A07_T2_S1_0123456789abcdef01234569.png': await mask(4),
    'segs/ISIC_1_ST_ST_ST_ST.png': await mask(5),
    'segs/ISIC_1_MV_MV_MV_MV.png': await mask(6),
  });
  const { cases, told } = await read(await isic(root));
  const { lesion } = cases.ISIC_1!.annotations;
  expect(Object.fromEntries(Object.entries(lesion!).map(([rater, found]) => [rater, area(found)]))).toEqual({
    A02: 4,
    A07: 9,
    STAPLE: 25,
    MV: 36,
  });
  expect(told).toEqual([
    '.: no table labels the images',
    'segs/ISIC_1_A07_T2_S1_0123456789abcdef01234569.png: a second mask by rater A07',
  ]);
});

test('LIDC without labels, or with ratings out of range, says so and keeps the slices', async () => {
  const at = 'LIDC-IDRI-0001/nodule-0';
  const files = {
    [`${at}/images/slice-0.png`]: await picture(12, 12, (x) => 20 * x),
    ...Object.fromEntries(
      await Promise.all([0, 1, 2, 3].map(async (k) => [`${at}/mask-${k}/slice-0.png`, await mask(k + 1)])),
    ),
  };
  const unlabelled = await read(await lidc(await folderOf(files)));
  expect(unlabelled.told).toEqual(['labels.csv: no such file']);
  expect(unlabelled.cases[`${at}/slice-0`]!.diagnosis).toBeUndefined();
  const header = 'patient,nodule,slices,malignancy_0,malignancy_1,malignancy_2,malignancy_3,malignancy_mean';
  for (const [ratings, diagnosis, problems] of [
    ['5,5,3,4,4.25', 1, 0],
    ['3,3,3,3,3.0', undefined, 0],
    ['1,2,1,2,1.5', 0, 0],
    ['9,2,1,2,3.5', undefined, 1],
  ] as const) {
    const root = await folderOf({
      ...files,
      'labels.csv': `${header}\nLIDC-IDRI-0001,nodule-0,1,${ratings}\n`,
    });
    const { cases, told } = await read(await lidc(root));
    expect(cases[`${at}/slice-0`]!.diagnosis).toBe(diagnosis);
    expect(told).toHaveLength(problems);
  }
});

test("LIDC's middle slices: one a nodule, in natural order, and nothing told of the others", async () => {
  const files: Record<string, Buffer> = {};
  const slices = { 'nodule-0': ['2', '9', '10', '11'], 'nodule-1': ['3'], 'nodule-2': ['1', '4', '30'] };
  for (const [nodule, names] of Object.entries(slices))
    for (const name of names) {
      const at = `LIDC-IDRI-0001/${nodule}`;
      files[`${at}/images/slice-${name}.png`] = await picture(12, 12, (x) => 20 * x);
      for (const reader of [0, 1, 2, 3])
        files[`${at}/mask-${reader}/slice-${name}.png`] = await mask(reader + 1);
    }
  const root = await folderOf(files);
  for (const open of [lidc, openAny]) {
    const { cases, told } = await read(await open(root, { slices: 'middle' }));
    expect(Object.keys(cases)).toEqual(
      ['nodule-0/slice-10', 'nodule-1/slice-3', 'nodule-2/slice-4'].map((id) => `LIDC-IDRI-0001/${id}`),
    );
    expect(told).toEqual(['labels.csv: no such file']);
  }
  expect((await lidc(root)).length).toBe(8);
  await expect(lidc(root, { slices: 'first' as never })).rejects.toThrow(
    `lidc: slices is "first", expected 'all' or 'middle'`,
  );
});

test('RIGA: capital letters, mixed formats and a missing photograph do no harm', async () => {
  const side = 90;
  const plain = (x: number, y: number) => [100 + (x % 7), 100 + (y % 5), 100];
  const rings = (x: number, y: number) => {
    const distance = Math.hypot(x - 45, y - 45);
    return Math.abs(distance - 35) < 1 || Math.abs(distance - 15) < 1 ? [0, 0, 0] : plain(x, y);
  };
  const root = await folderOf({
    'Magrabia/MagrabiaMale/image1prime.tif': await picture(side, side, plain, 'tiff'),
    'Magrabia/MagrabiaMale/Image1-1.tif': await picture(side, side, rings, 'tiff'),
    'Magrabia/MagrabiaMale/image1-2.tif': await picture(side, side, rings, 'tiff'),
    'Magrabia/MagrabiFemale/image48-1.tif': await picture(side, side, rings, 'tiff'),
    'BinRushed/BinRushed1-Corrected/image7prime.jpg': await picture(side, side, plain, 'jpeg'),
    'BinRushed/BinRushed1-Corrected/image7-1.jpg': await picture(side, side, rings, 'jpeg'),
    'BinRushed/BinRushed1-Corrected/image7-2.tif': await picture(side, side, plain, 'tiff'),
    'BinRushed/BinRushed1/image7-1.jpg': await picture(side, side, rings, 'jpeg'),
  });
  const { cases, told } = await read(await riga(root));
  for (const id of ['MagrabiaMale/image1', 'BinRushed1-Corrected/image7']) {
    const { disc, cup } = cases[id]!.annotations;
    expect(Math.abs(area(disc!['1'])! - Math.PI * 36 ** 2)).toBeLessThan(120);
    expect(Math.abs(area(cup!['1'])! - Math.PI * 16 ** 2)).toBeLessThan(60);
  }
  expect(told).toEqual([
    'BinRushed/BinRushed1-Corrected/image7-2.tif: no contour is drawn on it',
    'Magrabia/MagrabiFemale/image48-1.tif: contours without their photograph (prime)',
  ]);
});

test('QUBIQ: a picture of four modalities gives one, a volume asks for a slice, tasks have panels of their own', async () => {
  const flat = (value: number, count: number) => Array<number>(count).fill(value);
  const modalities = [1, 2, 3, 4].flatMap((m) => [...flat(0, 6), ...flat(m, 6)]);
  const at = 'brain-tumor/Training/case01';
  const root = await folderOf({
    [`${at}/image.nii.gz`]: nifti([4, 3, 4], modalities),
    [`${at}/task01_seg01.nii.gz`]: nifti([4, 3], [...flat(0, 6), ...flat(1, 6)]),
    [`${at}/task01_seg02.nii.gz`]: nifti([4, 3], flat(1, 12)),
    'brain-tumor/Training/case02/image.nii.gz': nifti([4, 3, 4], modalities),
    'brain-tumor/Training/case02/task01_seg01.nii.gz': nifti([4, 3], flat(1, 12)),
    'training_data_v3_QC/pancreas/case1-1/image.nii.gz': nifti(
      [2, 2, 6],
      Array.from({ length: 24 }, (_, i) => i),
    ),
    'training_data_v3_QC/pancreas/case1-1/task01_seg01.nii.gz': nifti([2, 2, 6], flat(1, 24)),
  });
  const dataset = await qubiq(root);
  const { cases, told } = await read(dataset);
  expect(Object.keys(cases)).toEqual([at, 'brain-tumor/Training/case02']);
  expect(cases[at]).toMatchObject({
    split: 'train',
    meta: { task: 'brain-tumor' },
    image: { width: 4, height: 3, channels: 1 },
  });
  expect([...cases[at]!.image.data]).toEqual([...flat(0, 6), ...flat(1, 6)]);
  expect(area(cases[at]!.annotations.task01!['1'])).toBe(6);
  expect(told).toEqual([
    'brain-tumor/Training/case02/image.nii.gz: the task01 lacks rater 2',
    'training_data_v3_QC/pancreas/case1-1/image.nii.gz: a volume of 6 slices: the option slice says which to take',
  ]);
  const volume = await read(await qubiq(root, { task: 'pancreas', slice: 2 }));
  expect(volume.told).toEqual([]);
  expect(
    [...volume.cases['training_data_v3_QC/pancreas/case1-1']!.image.data].map((v) => Math.round(v * 3)),
  ).toEqual([0, 1, 2, 3]);
  expect(Object.values(volume.cases)[0]!.split).toBe('train');
});

test('PAPILA: the two eyes are one patient; a suspect counts as the caller says', async () => {
  const contour = '1.0 1.0\n6 1\n6 6\n1 6\n';
  const table = 'ID,,,\n,Age,Gender,Diagnosis\n,,,\n#002,47,0,2\n#004,58,1,7\n#009,1,1,1\n';
  const root = await folderOf({
    'FundusImages/RET002OD.jpg': await photo(),
    'FundusImages/RET002OS.jpg': await photo(),
    'FundusImages/RET004OD.jpg': await photo(),
    'ExpertsSegmentations/Contours/RET002OD_disc_exp1.txt': contour,
    'ExpertsSegmentations/Contours/RET002OD_disc_exp2.txt': `${contour}n/a\n30 2\n`,
    'ExpertsSegmentations/Contours/RET002OD_cup_exp1.txt': '2 2\n3 2\n3 3\n2 3\n',
    'ExpertsSegmentations/Contours/RET002ODcup_exp2.txt': '1 1\n2 2\n',
    'ExpertsSegmentations/ImagesWithContours/Opht_cont_RET002OD.jpg': await photo(),
    'ClinicalData/patient_data_od.csv': table,
    'ClinicalData/patient_data_os.csv': 'ID,,,\n,Age,Gender,Diagnosis\n,,,\n#002,47,0,1\n',
  });
  const { cases, told } = await read(await papila(root, { missing: 'keep' }));
  const { RET002OD, RET002OS, RET004OD } = cases;
  expect([RET002OD!.patient, RET002OS!.patient]).toEqual(['RET002', 'RET002']);
  expect([RET002OD!.diagnosis, RET002OS!.diagnosis, RET004OD!.diagnosis]).toEqual([undefined, 1, undefined]);
  expect(area(RET002OD!.annotations.disc!['1'])).toBe(36);
  expect(area(RET002OD!.annotations.cup!['1'])).toBe(4);
  expect(told.filter((line) => !line.includes('lacks'))).toEqual([
    'ClinicalData/patient_data_od.csv, row 5: unknown label "7"',
    'ClinicalData/patient_data_od.csv, row 6: names patient #009, whose image is not there',
    'ExpertsSegmentations/Contours/RET002OD_disc_exp2.txt: 1 lines that are no points were left out',
    'ExpertsSegmentations/Contours/RET002OD_disc_exp2.txt: 1 points lie outside the image of 12×12 pixels',
    'ExpertsSegmentations/Contours/RET002ODcup_exp2.txt: 2 points, too few for an outline',
  ]);
  expect((await papila(root, { suspects: 1 })).entries[0]!.diagnosis).toBe(1);
});

test('BU-BIL: masks of the whole frame are placed where the gold standard meets the crowd', async () => {
  const inFrame = (left: number, top: number, side: number) =>
    picture(64, 64, block(left, top, side, [255, 0]));
  const cut = (left: number, top: number, side: number) => picture(12, 12, block(left, top, side, [255, 0]));
  const at = 'BU-BIL_Dataset6';
  const root = await folderOf({
    [`${at}/RawImages/TPre01.png`]: await picture(12, 12, block(4, 3, 5, [200, 20])),
    [`${at}/GoldStandard/seg_tpre01.png`]: await inFrame(24, 33, 5),
    [`${at}/ExpertAnnotations/Person1_Amira/Seg_TPre01.png`]: await inFrame(25, 33, 5),
    [`${at}/CrowdsourcedAnnotations/w-1/seg_TPre01.png`]: await cut(4, 3, 5),
    [`${at}/CrowdsourcedAnnotations/w-2/seg_TPre01.png`]: await cut(4, 3, 5),
    [`${at}/CrowdsourcedAnnotations/w-3/seg_TPre01.png`]: await cut(0, 0, 9),
  });
  const { cases, told } = await read(await buBil(root, { align: true }));
  const { object } = cases[`${at}/TPre01`]!.annotations;
  expect([...object!.gold!]).toEqual([...object!['w-1']!]);
  const shifted = Array.from({ length: 144 }, (_, i) => block(5, 3, 5, [0, 1])(i % 12, Math.floor(i / 12)));
  expect([...object!.Person1_Amira!]).toEqual(shifted);
  expect(told).toEqual([]);
  const asTheyAre = await read(await buBil(root));
  expect(Object.keys(asTheyAre.cases[`${at}/TPre01`]!.annotations.object!)).toEqual(['w-1', 'w-2', 'w-3']);
  expect(asTheyAre.told).toHaveLength(2);
});

test('the best shift is where the Dice coefficient is highest, by trying all', () => {
  const frame = { width: 20, height: 16 };
  const window = { width: 7, height: 6 };
  const mask = Uint8Array.from({ length: 320 }, (_, i) =>
    Number(Math.hypot((i % 20) - 9, Math.floor(i / 20) - 7) < 3),
  );
  const reference = Float32Array.from(
    { length: 42 },
    (_, i) => 1 / (1 + Math.hypot((i % 7) - 2, Math.floor(i / 7) - 3)),
  );
  const total = area(mask)! + area(reference)!;
  let best = 0;
  for (let top = -20; top < 30; top++) {
    for (let left = -20; left < 30; left++) {
      let shared = 0;
      for (let i = 0; i < 42; i++) {
        const [x, y] = [left + (i % 7), top + Math.floor(i / 7)];
        if (x >= 0 && y >= 0 && x < 20 && y < 16) shared += mask[y * 20 + x]! * reference[i]!;
      }
      best = Math.max(best, (2 * shared) / total);
    }
  }
  expect(bestShift(mask, frame, reference, window)!.dice).toBeCloseTo(best, 6);
  expect(bestShift(new Uint8Array(320), frame, reference, window)).toBeUndefined();
});

test('Drishti: soft maps are the share of experts', async () => {
  const root = await folderOf({
    'Training/Images/GLAUCOMA/drishtiGS_002.png': await picture(8, 8, (x) => [x, x, x]),
    'Training/GT/drishtiGS_002/SoftMap/drishtiGS_002_ODsegSoftmap.png': await picture(
      8,
      8,
      (x) => 51 * Math.min(5, x),
    ),
    'Training/GT/drishtiGS_002/SoftMap/drishtiGS_002_cupsegSoftmap.png': await picture(8, 8, () => 0),
    'diagnosis.csv': 'Drishti-GS File,Total\ndrishtiGS_002,Glaucomatous\n',
  });
  const { cases, told } = await read(await drishti(root));
  const { annotations, diagnosis, split } = cases.drishtiGS_002!;
  expect([...annotations.disc!.experts!.subarray(0, 6)].map((v) => Math.round(v * 5))).toEqual([
    0, 1, 2, 3, 4, 5,
  ]);
  expect([area(annotations.cup!.experts), diagnosis, split]).toEqual([0, 1, 'train']);
  expect(told).toEqual([]);
  expect((await openAny(root)).name).toBe('drishti');
});

test('Gleason: each grade is a structure, and a slide a patient', async () => {
  const root = await folderOf({
    'Train Imgs/slide001_core003.jpg': await photo(),
    'Maps1_T/slide001_core003_classimg_nonconvex.png': await picture(
      12,
      12,
      (x) => [0, 1, 3, 4, 5, 6][x % 6]!,
    ),
    'Maps2_T/slide001_core004_classimg_nonconvex.png': await mask(3),
  });
  const { cases, told } = await read(await gleason(root));
  const { annotations, patient } = cases.slide001_core003!;
  expect([annotations.grade3!['1'], annotations.grade4!['1'], annotations.grade5!['1']].map(area)).toEqual([
    24, 24, 24,
  ]);
  expect(patient).toBe('slide001');
  expect(told).toEqual(['Maps2_T/slide001_core004_classimg_nonconvex.png: a mask without its image']);
  expect((await openAny(root)).name).toBe('gleason');
});

test('a folder is read by patterns, labels from words, masks by any rule', async () => {
  const root = await folderOf({
    'test/sick/p1/a.png': await photo(),
    'train/well/p2/b.jpg': await photo(),
    'outlines/a.disc.r1.png': await picture(12, 12, block(0, 0, 3, [0, 1])),
    'outlines/a.disc.r2.png': await picture(12, 12, block(0, 0, 4, [0, 1])),
    'outlines/b.cup.r1.png': await picture(12, 12, block(0, 0, 5, [0, 1])),
    'outlines/c.cup.r1.png': await mask(1),
  });
  const dataset = await folder(root, {
    image: '{split}/{diagnosis}/{patient}/{id}.{png,jpg}',
    mask: '**/{id}.{structure}.{rater}.png',
    yes: ['sick'],
    no: ['well'],
    value: (value) => value > 0,
    panel: false,
  });
  const { cases, told } = await read(dataset);
  expect(cases.a).toMatchObject({ patient: 'p1', split: 'test', diagnosis: 1 });
  expect(cases.b).toMatchObject({ patient: 'p2', split: 'train', diagnosis: 0 });
  expect(
    [cases.a!.annotations.disc!.r1, cases.a!.annotations.disc!.r2, cases.b!.annotations.cup!.r1].map(area),
  ).toEqual([9, 16, 25]);
  expect(told).toEqual([
    'outlines/c.cup.r1.png: a mask without its image',
    'test/sick/p1/a.png: nobody outlined the cup',
    'train/well/p2/b.jpg: nobody outlined the disc',
  ]);
});

test('a folder takes labels, patients and splits from a table, by id or by file name', async () => {
  const root = await folderOf({
    'a.png': await photo(),
    'b.png': await photo(),
    'c.png': await photo(),
    'a-mask.png': await mask(2),
    'b-mask.png': await mask(2),
    'c-mask.png': await mask(2),
    'labels.csv': 'file,ill,who,part\na.png,1,p,train\nb,no,p,test\nb2,1,q,test\n',
  });
  const options = {
    image: '{id}.png',
    mask: '{id}-mask.png',
    no: ['no'],
    label: { file: 'labels.csv', id: 'file', diagnosis: 'ill', patient: 'who', split: 'part' },
  };
  const dataset = (await folder(root, options)).filter(({ id }) => !id.endsWith('-mask'));
  expect(dataset.entries.map(({ id, diagnosis, patient, split }) => [id, diagnosis, patient, split])).toEqual(
    [
      ['a', 1, 'p', 'train'],
      ['b', 0, 'p', 'test'],
      ['c', undefined, undefined, undefined],
    ],
  );
  expect(dataset.problems.map(({ path, reason }) => `${path}: ${reason}`)).toEqual([
    'labels.csv, row 4: names "b2", which is not there',
    'c.png: labels.csv has no row for it',
  ]);
  const lost = await folder(root, { ...options, label: { ...options.label, file: '../labels.csv' } });
  expect(lost.problems.map(({ reason }) => reason)).toContain('leads out of the root');
});

test('a rater or a structure called __proto__ is refused', async () => {
  const root = await folderOf({
    'a.png': await photo(),
    '__proto__/1/a.png': await mask(2),
    '1/__proto__/a.png': await mask(2),
  });
  for (const pattern of ['{structure}/1/{id}.png', '1/{rater}/{id}.png']) {
    await expect(folder(root, { image: '{id}.png', mask: pattern })).rejects.toThrow(
      'no name for a rater or structure',
    );
  }
  expect(({} as Record<string, unknown>).a).toBeUndefined();
});

test('patterns catch names, and say what they cannot catch', () => {
  const named = (pattern: string, needed: string[] = []) =>
    patternOf(pattern, { names: ['id', 'rater'], needed, caller: 'folder' });
  expect(named('a/{id}/{id}_{rater}.png').exec('A/x_1/x_1_r.PNG')?.groups).toEqual({ id: 'x_1', rater: 'r' });
  expect(named('a/{id}/{id}_{rater}.png').test('a/x/y_r.png')).toBe(false);
  expect(named('*/{id}.png').test('a/b/c.png')).toBe(false);
  expect(named('**/{id}.png').test('a/b/c.png')).toBe(true);
  expect(named('**/{id}.png').test('c.png')).toBe(true);
  expect(named('a+(b).{png,jpg}').test('a+(b).jpg')).toBe(true);
  expect(() => named('{name}.png')).toThrow(
    new RangeError('folder: "{name}.png" has {name}, expected one of {id}, {rater}'),
  );
  expect(() => named('{rater}.png', ['id'])).toThrow('folder: "{rater}.png" has no {id}');
});

test('a root without the layout, or that is not there, is an error that says what was looked for', async () => {
  const root = await folderOf({ 'readme.txt': '' });
  await expect(lidc(root)).rejects.toThrow('lidc: found no case under');
  await expect(lidc(root)).rejects.toThrow('LIDC-IDRI-XXXX/nodule-k');
  await expect(openAny(root)).rejects.toThrow('has none of the layouts');
  await expect(lidc(`${root}/nowhere`)).rejects.toThrow('ENOENT');
});

test('a folder of masks alone gives cases of their size without an image, and names what does not fit', async () => {
  const root = await folderOf({
    'x_1_a.png': await mask(2),
    'x_1_b.png': await mask(3),
    'x_1_c.png': await picture(8, 12, () => 255),
    'y_b.png': 'no picture',
    'y_c.png': await picture(6, 5, block(1, 1, 2)),
    'z_a.png': 'no picture',
  });
  const { cases, told } = await read(await folder(root, { mask: '{id}_{rater}.png' }));
  expect(Object.keys(cases)).toEqual(['x_1', 'y']);
  expect(cases.x_1!.image).toEqual({ data: new Float32Array(0), height: 12, width: 12, channels: 0 });
  expect([cases.x_1!.annotations.object!.a, cases.x_1!.annotations.object!.b].map(area)).toEqual([4, 9]);
  expect(cases.x_1).not.toHaveProperty('imageless');
  expect(cases.y!.image).toMatchObject({ height: 5, width: 6, channels: 0 });
  expect(area(cases.y!.annotations.object!.c)).toBe(4);
  expect(told.sort()).toEqual(
    [
      'x_1_c.png: 8×12 pixels, the first mask of its case has 12×12',
      'y_b.png: the object lacks rater a',
      'y_b.png: Input file contains unsupported image format',
      'z_a.png: the object lacks raters b, c',
      'z_a.png: no mask of the case can be read',
    ].sort(),
  );
});

test('a folder of images alone gives cases without annotations, and one without patterns is an error', async () => {
  const root = await folderOf({ 'in/a.png': await photo(), 'b.jpg': await photo() });
  const { cases, told } = await read(await folder(root, { image: '**/{id}.{png,jpg}' }));
  expect(Object.values(cases).map(({ id, annotations }) => [id, annotations])).toEqual([
    ['b', {}],
    ['a', {}],
  ]);
  expect(told).toEqual([]);
  await expect(folder(root, {})).rejects.toThrow(
    new RangeError('folder: there is no pattern, expected image, mask or both'),
  );
});
