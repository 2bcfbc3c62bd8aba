import { expect, test } from 'vitest';
import { area, read } from '../fixtures/read.js';
import { folderOf, picture } from '../fixtures/temporary.js';
import { riga } from './riga.js';

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
