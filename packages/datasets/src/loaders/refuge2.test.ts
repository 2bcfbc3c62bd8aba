import { expect, test } from 'vitest';
import { area, read } from '../fixtures/read.js';
import { block, folderOf, mask, photo, picture } from '../fixtures/temporary.js';
import { refuge2 } from './refuge2.js';

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
