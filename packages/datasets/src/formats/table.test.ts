import { expect, test } from 'vitest';
import { folderOf } from '../fixtures/temporary.js';
import { listTree } from '../loaders/reading/tree.js';
import { readCells, readRows } from './table.js';

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
