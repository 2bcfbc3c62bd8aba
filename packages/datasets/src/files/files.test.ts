import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { encode } from 'fast-bmp';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { add, block, folderOf, hugePng, nifti, picture } from '../fixtures/temporary.js';
import { readRaster } from './raster.js';
import { readCells, readRows } from './table.js';
import { leavesRoot, listTree } from './tree.js';
import { parseXml } from './xml.js';

const limits = { pixelLimit: 10_000 };
const read = async (files: Record<string, string | Uint8Array>, path: string, more = {}) =>
  readRaster(await listTree(await folderOf(files)), path, { ...limits, ...more });

test('a tree lists files in natural order, without what desktops leave behind', async () => {
  const root = await folderOf({
    'a/image10.png': '',
    'a/image2.png': '',
    '.DS_Store': '',
    '__MACOSX/a/image2.png': '',
    'Thumbs.db': '',
  });
  expect((await listTree(root)).paths).toEqual(['a/image2.png', 'a/image10.png']);
});

test('names are looked up among the listed files, whatever their case and slashes, and never outside', async () => {
  const tree = await listTree(await folderOf({ 'a/Image.PNG': '', 'b.csv': '' }));
  expect(tree.find('A\\image.png')).toBe('a/Image.PNG');
  expect(tree.find('a/../b.csv')).toBe('b.csv');
  expect(() => tree.find('a/none.png')).toThrow('a/none.png: no such file');
  for (const name of ['../b.csv', 'a/../../b.csv', '..\\..\\secret', '/etc/passwd', 'C:\\secret']) {
    expect(() => tree.find(name)).toThrow('leads out of the root');
    expect(leavesRoot(name)).toBe(true);
  }
});

test('links that lead out of the root are problems; others are followed, in a circle once', async () => {
  const outside = await folderOf({ 'secret.png': 'x' });
  const root = await folderOf({ 'in/a.png': 'x' });
  await symlink(join(outside, 'secret.png'), join(root, 'stolen.png'));
  await symlink(outside, join(root, 'elsewhere'));
  await symlink(join(root, 'nothing'), join(root, 'dangling.png'));
  await symlink(join(root, 'in/a.png'), join(root, 'b.png'));
  await symlink(root, join(root, 'in/loop'));
  const tree = await listTree(root);
  expect(tree.paths).toEqual(['b.png', 'in/a.png']);
  expect(tree.problems.map(({ path, reason }) => [path, reason])).toEqual([
    ['dangling.png', 'a link to nothing'],
    ['elsewhere', 'a link that leads out of the root'],
    ['stolen.png', 'a link that leads out of the root'],
  ]);
});

const colours = (x: number, y: number) => [10 * x, 20 * y, 200];

test.each(['png', 'tiff', 'gif', 'jpeg'] as const)('a %s file gives its pixels', async (format) => {
  const { data, width, height, channels } = await read(
    { [`a.${format}`]: await picture(6, 4, colours, format) },
    `a.${format}`,
  );
  expect([width, height, channels % 4]).toEqual([6, 4, format === 'gif' ? 0 : 3]);
  for (let i = 0; i < 24; i++) {
    colours(i % 6, Math.floor(i / 6)).forEach((value, c) => {
      expect(Math.abs(data[i * channels + c]! - value)).toBeLessThan(format === 'jpeg' ? 25 : 1);
    });
  }
});

test('a grey file gives one channel, whether PNG, JPEG or TIFF', async () => {
  for (const format of ['png', 'jpeg', 'tiff'] as const) {
    const raster = await read(
      { a: '', [`b.${format}`]: await picture(5, 5, block(1, 1, 3), format) },
      `b.${format}`,
    );
    expect(raster.channels).toBe(1);
    expect(raster.data[12]).toBeGreaterThan(250);
  }
});

const grey = Uint8Array.from({ length: 15 }, (_, i) => 17 * i);

test('a BMP of 8 bits gives the greys of its palette, from the bottom up or from the top down', async () => {
  const bmp = Buffer.from(encode({ width: 5, height: 3, channels: 1, bitsPerPixel: 8, data: grey }));
  expect([...(await read({ 'a.bmp': bmp }, 'a.bmp')).data]).toEqual([...grey]);
  const inverted = Buffer.from(bmp);
  const palette = 14 + bmp.readUInt32LE(14);
  for (let i = 0; i < 256; i++) inverted.fill(255 - i, palette + 4 * i, palette + 4 * i + 3);
  expect([...(await read({ 'a.bmp': inverted }, 'a.bmp')).data]).toEqual(
    Array.from(grey, (value) => 255 - value),
  );
  const downward = Buffer.from(bmp);
  downward.writeInt32LE(-3, 22);
  const rows = [2, 1, 0].flatMap((row) => [...grey.subarray(5 * row, 5 * row + 5)]);
  expect([...(await read({ 'a.bmp': downward }, 'a.bmp')).data]).toEqual(rows);
});

test('a BMP of 1 or 24 bits gives its pixels', async () => {
  const bits = Uint8Array.from({ length: 40 * 3 }, (_, i) => (i * i) % 2);
  const bmp = encode({ width: 40, height: 3, channels: 1, bitsPerPixel: 1, data: bits });
  expect([...(await read({ 'a.bmp': bmp }, 'a.bmp')).data]).toEqual(Array.from(bits, (bit) => 255 * bit));
  const rgb = Uint8Array.from({ length: 45 }, (_, i) => 5 * i);
  const colour = encode({ width: 5, height: 3, channels: 3, bitsPerPixel: 24, data: rgb });
  expect([...(await read({ 'a.bmp': colour }, 'a.bmp')).data]).toEqual([...rgb]);
});

test('a NIfTI file gives a slice, scaled, with x along the rows; zipped or not', async () => {
  const values = Array.from({ length: 12 }, (_, i) => i);
  for (const bytes of [
    nifti([3, 2, 2], values, { slope: 2, intercept: 1 }),
    gzipSync(nifti([3, 2, 2], values, { slope: 2, intercept: 1 })),
  ]) {
    const first = await read({ 'a.nii': bytes }, 'a.nii');
    expect([...first.data]).toEqual([1, 3, 5, 7, 9, 11]);
    expect(first).toMatchObject({ width: 3, height: 2, range: [1, 11] });
    expect([...(await read({ 'a.nii.gz': bytes }, 'a.nii.gz', { slice: 1 })).data]).toEqual([
      13, 15, 17, 19, 21, 23,
    ]);
  }
  await expect(read({ 'a.nii': nifti([3, 2, 2], values) }, 'a.nii', { slice: 2 })).rejects.toThrow(
    'slice 2 of 2',
  );
  await expect(read({ 'a.nii': nifti([1, 1, 12], values) }, 'a.nii')).rejects.toThrow(
    'a volume of 12 slices',
  );
});

/** A DICOM file, explicit little-endian, of 16 signed bits. */
function dicom(
  width: number,
  height: number,
  values: number[],
  more: [number, number, string, string][] = [],
): Buffer {
  const short = (value: number) => Buffer.from(Uint16Array.of(value).buffer);
  const element = (group: number, item: number, type: string, value: Buffer) => {
    const padded = value.length % 2 ? Buffer.concat([value, Buffer.from([type === 'UI' ? 0 : 32])]) : value;
    const head = Buffer.alloc(type === 'OW' ? 12 : 8);
    head.writeUInt16LE(group, 0);
    head.writeUInt16LE(item, 2);
    head.write(type, 4, 'latin1');
    if (type === 'OW') head.writeUInt32LE(padded.length, 8);
    else head.writeUInt16LE(padded.length, 6);
    return Buffer.concat([head, padded]);
  };
  const syntax = element(2, 0x10, 'UI', Buffer.from('1.2.840.10008.1.2.1'));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(syntax.length);
  return Buffer.concat([
    Buffer.alloc(128),
    Buffer.from('DICM'),
    element(2, 0, 'UL', length),
    syntax,
    element(0x28, 2, 'US', short(1)),
    element(0x28, 4, 'CS', Buffer.from('MONOCHROME2')),
    element(0x28, 0x10, 'US', short(height)),
    element(0x28, 0x11, 'US', short(width)),
    element(0x28, 0x100, 'US', short(16)),
    element(0x28, 0x101, 'US', short(12)),
    element(0x28, 0x102, 'US', short(11)),
    element(0x28, 0x103, 'US', short(1)),
    ...more.map(([group, item, type, text]) => element(group, item, type, Buffer.from(text))),
    element(0x7fe0, 0x10, 'OW', Buffer.from(Int16Array.from(values).buffer)),
  ]);
}

test('a DICOM file gives its values, rescaled, and its window', async () => {
  const scaled = dicom(
    3,
    2,
    [-5, 0, 5, 100, -2048, 2047],
    [
      [0x28, 0x1050, 'DS', '40.5'],
      [0x28, 0x1051, 'DS', '401'],
      [0x28, 0x1052, 'DS', '-10'],
      [0x28, 0x1053, 'DS', '2'],
    ],
  );
  const raster = await read({ 'a.dcm': scaled }, 'a.dcm');
  expect([...raster.data]).toEqual([-20, -10, 0, 190, -4106, 4084]);
  expect(raster.range).toEqual([-160, 240]);
  expect((await read({ 'a.dcm': dicom(2, 1, [3, 9]) }, 'a.dcm')).range).toEqual([3, 9]);
  await expect(read({ 'a.dcm': dicom(200, 200, [1]) }, 'a.dcm')).rejects.toThrow(
    'more than the limit of 10000',
  );
  await expect(read({ 'a.dcm': dicom(3, 3, [1]) }, 'a.dcm')).rejects.toThrow('without all its pixels');
  await expect(read({ 'a.dcm': Buffer.from('no') }, 'a.dcm')).rejects.toThrow('a.dcm: ');
});

test('a header of 50,000 × 50,000 pixels is refused before anything is decoded', async () => {
  const bmp = Buffer.from(
    encode({ width: 1, height: 1, channels: 1, bitsPerPixel: 8, data: Uint8Array.of(1) }),
  );
  bmp.writeInt32LE(50_000, 18);
  bmp.writeInt32LE(50_000, 22);
  const huge = nifti([30_000, 30_000]);
  const files = { 'a.png': hugePng(), 'a.bmp': bmp, 'a.nii': huge, 'a.nii.gz': gzipSync(huge) };
  const before = process.memoryUsage().rss;
  for (const path of Object.keys(files)) {
    await expect(
      readRaster(await listTree(await folderOf(files)), path, { pixelLimit: 2 ** 26 }),
    ).rejects.toThrow(/limit/);
  }
  expect(process.memoryUsage().rss - before).toBeLessThan(200 * 2 ** 20);
});

test('a zipped NIfTI file that unpacks without end is refused', async () => {
  const bomb = gzipSync(Buffer.alloc(2_000_000));
  await expect(read({ 'a.nii.gz': bomb }, 'a.nii.gz')).rejects.toThrow('a.nii.gz: ');
});

test('truncated and foreign files are named', async () => {
  const noise = (x: number, y: number) => (x * 37 + y * 91 + x * y) % 256;
  const png = await picture(60, 60, noise);
  const jpeg = await picture(60, 60, noise, 'jpeg');
  const bmp = encode({ width: 60, height: 60, channels: 1, bitsPerPixel: 8, data: new Uint8Array(3600) });
  const whole: Record<string, Uint8Array> = {
    'a.png': png,
    'a.jpg': jpeg,
    'a.bmp': bmp,
    'a.nii': nifti([4, 4], Array(16).fill(1)),
  };
  for (const [path, bytes] of Object.entries(whole)) {
    await expect(read({ [path]: bytes.subarray(0, bytes.length - 40) }, path)).rejects.toThrow(`${path}: `);
    await expect(read({ [path]: 'plain text' }, path)).rejects.toThrow(`${path}: `);
    await expect(read({ [path]: '' }, path)).rejects.toThrow(`${path}: `);
  }
});

test('tables are told by their first bytes, and their columns by letters and digits', async () => {
  const root = await folderOf({
    'a.csv': '\ufeffImgName, Glaucoma Label\r\n"V0001.jpg",1\r\n',
    'b.xls': Buffer.from('d0cf11e0a1b11ae1', 'hex'),
    'c.csv': Buffer.from('\xcd\xbc,label\n1,0\n', 'latin1'),
  });
  const tree = await listTree(root);
  const [row] = await readRows(tree, 'a.csv');
  expect([row!.get('imgname'), row!.get('glaucoma_label'), row!.where]).toEqual([
    'V0001.jpg',
    '1',
    'a.csv, row 2',
  ]);
  expect(() => row!.get('Risk')).toThrow('a.csv: no column "Risk" among "ImgName", "Glaucoma Label"');
  await expect(readCells(tree, 'b.xls')).rejects.toThrow('before 2007');
  expect((await readCells(tree, 'c.csv', 'gbk'))[0]).toEqual(['图', 'label']);
});

/** A workbook as Excel would write it, zipped by hand. */
function workbook(rows: string[][]): Buffer {
  const cells = rows.map(
    (row, r) =>
      `<row r="${r + 1}">${row.map((text, c) => `<c r="${String.fromCharCode(65 + c)}${r + 1}" t="inlineStr"><is><t>${text}</t></is></c>`).join('')}</row>`,
  );
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const packages = 'http://schemas.openxmlformats.org/package/2006';
  return zip({
    '[Content_Types].xml': `<Types xmlns="${packages}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`,
    '_rels/.rels': `<Relationships xmlns="${packages}/relationships"><Relationship Id="r1" Type="${relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `<workbook xmlns="${main}" xmlns:r="${relations}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${packages}/relationships"><Relationship Id="r1" Type="${relations}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    'xl/worksheets/sheet1.xml': `<worksheet xmlns="${main}"><sheetData>${cells.join('')}</sheetData></worksheet>`,
  });
}

function zip(files: Record<string, string>): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const raw = Buffer.from(text);
    const packed = deflateRawSync(raw);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt32LE(crc(raw), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(raw.length, 18);
    fields.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, Buffer.from(name), packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(
      Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 0]), fields, tail, Buffer.from(name)]),
    );
    parts.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, central, end]);
}

function crc(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value ^= byte;
    for (let k = 0; k < 8; k++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  }
  return (value ^ 0xffffffff) >>> 0;
}

test('a workbook reads like a CSV file', async () => {
  const tree = await listTree(
    await folderOf({
      'a.xlsx': workbook([
        ['ImgName', 'Label'],
        ['T0001.jpg', '1'],
      ]),
    }),
  );
  expect(await readCells(tree, 'a.xlsx')).toEqual([
    ['ImgName', 'Label'],
    ['T0001.jpg', '1'],
  ]);
  const broken = await listTree(await folderOf({ 'a.xlsx': 'PK rubbish' }));
  await expect(readCells(broken, 'a.xlsx')).rejects.toThrow('a.xlsx: not a readable table');
});

test('XML that declares entities is refused, whether they are a bomb or lead to a file', () => {
  const laughs = Array.from({ length: 9 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join(
    '',
  );
  const bomb = `<?xml version="1.0"?><!DOCTYPE case [<!ENTITY l0 "ha">${laughs}]><case>&l9;</case>`;
  const theft = '<!DOCTYPE case [<!ENTITY f SYSTEM "file:///etc/passwd">]><case>&f;</case>';
  for (const text of [bomb, theft]) expect(() => parseXml(text, [])).toThrow('document type declaration');
  expect(() => parseXml('<case><a></case>', [])).toThrow('XML not well-formed');
  expect(parseXml('<case><n>007</n><m>1</m></case>', ['m'])).toEqual({ case: { n: '007', m: ['1'] } });
});

test('the fixtures hold what they say', async () => {
  const root = await folderOf({});
  await add(root, { 'x.png': await picture(4, 3, block(0, 0, 1)) });
  expect(await sharp(join(root, 'x.png')).metadata()).toMatchObject({ width: 4, height: 3, channels: 1 });
  expect(await sharp(hugePng(), { limitInputPixels: false }).metadata()).toMatchObject({
    width: 50_000,
    height: 50_000,
  });
});
