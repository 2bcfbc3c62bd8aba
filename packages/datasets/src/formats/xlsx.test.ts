import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { readSheet } from 'read-excel-file/node';
import { expect, test } from 'vitest';
import { folderOf } from '../fixtures/temporary.js';
import { listTree } from '../loaders/reading/tree.js';
import { readCells } from './table.js';
import { readXlsx, xlsx } from './xlsx.js';
import { unzip } from './zip.js';

/** A workbook as Excel would write it, zipped by hand. */
function workbook(rows: string[][]): Buffer {
  const cells = rows.map(
    (row, r) =>
      `<row r="${r + 1}">${row.map((text, c) => `<c r="${String.fromCharCode(65 + c)}${r + 1}" t="inlineStr"><is><t>${text}</t></is></c>`).join('')}</row>`,
  );
  return workbookOf(`<sheetData>${cells.join('')}</sheetData>`);
}

function workbookOf(sheet: string): Buffer {
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const packages = 'http://schemas.openxmlformats.org/package/2006';
  return zip({
    '[Content_Types].xml': `<Types xmlns="${packages}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`,
    '_rels/.rels': `<Relationships xmlns="${packages}/relationships"><Relationship Id="r1" Type="${relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `<workbook xmlns="${main}" xmlns:r="${relations}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${packages}/relationships"><Relationship Id="r1" Type="${relations}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    'xl/worksheets/sheet1.xml': `<worksheet xmlns="${main}">${sheet}</worksheet>`,
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

test('as read-excel-file reads them', async () => {
  const words = fc.constantFrom('é<&">', '图', '_x0041_', ' a  b ', '1e5', 'true', "'");
  // It trips over names of methods.
  const text = fc.oneof(words, fc.string({ maxLength: 8 })).filter((value) => !(value in {}));
  const cell = fc.oneof(text, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(undefined));
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(cell, { maxLength: 4 }), { minLength: 1, maxLength: 5 }),
      async (rows) => {
        const bytes = Buffer.from(await xlsx(rows));
        const theirs = (await readSheet(bytes)) as unknown[][];
        const told = (table: readonly (readonly unknown[])[]) =>
          table.map((row) =>
            row
              .map((value) => String(value ?? '').trim())
              .join('|')
              .replace(/\|*$/, ''),
          );
        expect(told(await readXlsx(bytes, 2 ** 20))).toEqual(told(theirs));
      },
    ),
    { numRuns: 100 },
  );
});

test('runs of text, escapes, truth, empty cells, and cells that say nothing of where they are', async () => {
  const sheet = `<sheetData><!-- <row> --><row r='2'><c r="B2" t="inlineStr"><is><r><t>a &amp;</t></r><r><t xml:space="preserve"> &#98;_x0041_</t></r><rPh/></is></c><c t="b"><v>1</v></c></row>
    <x:row><x:c><x:f>1+1</x:f><x:v>2.50</x:v></x:c><c r="D3" t="str"><v>d</v></c></x:row><row r="9"/></sheetData>`;
  expect(await readXlsx(workbookOf(sheet), 2 ** 20)).toEqual([
    [],
    ['', 'a & bA', 'true'],
    ['2.5', '', '', 'd'],
  ]);
});

test('what would fill the memory is refused before it does', async () => {
  const before = process.memoryUsage().rss;
  const read = (sheet: string, limit = 2 ** 26) =>
    readXlsx(workbookOf(`<sheetData>${sheet}</sheetData>`), limit);
  const far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>';
  expect((await read(far)).at(-1)!.at(-1)).toBe('1');
  await expect(read(far, 2 ** 20)).rejects.toThrow('it has more than 65536 cells');
  const wide = Array.from({ length: 300 }, (_, i) => `<row><c r="XFD${i + 1}"/></row>`).join('');
  await expect(read(wide)).rejects.toThrow('it has more than 4194304 cells');
  await expect(read('<row r="1048577"/>')).rejects.toThrow('a row 1048577, expected at most 1048576');
  await expect(read('<row><c r="ZZZ1"/></row>')).rejects.toThrow('a column 18278, expected at most 16384');
  await expect(read('<row><c r="A&#49;B"/></row>')).rejects.toThrow(
    'a cell at "A1B", expected an address such as B7',
  );
  await expect(read('<row><c t="s"><v>0</v></c></row>')).rejects.toThrow('a cell with text 0 of 0');
  await expect(read('a'.repeat(2 ** 21), 2 ** 20)).rejects.toThrow('it unpacks to more than 1048576 bytes');
  const long = await read(`<row><c t="inlineStr"><is><t>${'a'.repeat(1e6)}</t></is></c></row>`);
  expect(long[0]![0]).toHaveLength(1e6);
  expect(process.memoryUsage().rss - before).toBeLessThan(600 * 2 ** 20);
});

test('an archive that is cut off, or packed in another way', async () => {
  const whole = workbook([['a']]);
  expect([...(await unzip(whole, 2 ** 20)).keys()]).toContain('xl/workbook.xml');
  await expect(unzip(whole.subarray(0, -4), 2 ** 20)).rejects.toThrow('not a whole ZIP archive');
  await expect(unzip(whole.subarray(100), 2 ** 20)).rejects.toThrow('not a whole ZIP archive');
  const other = Buffer.from(whole);
  other.writeUInt16LE(12, other.indexOf('PK\x01\x02', 0, 'latin1') + 10);
  await expect(unzip(other, 2 ** 20)).rejects.toThrow('packed by method 12, expected 0 or 8');
});
