import type { Image, Mask } from '../dataset/case.js';
import { csv } from '../formats/csv.js';
import { greyPng, png } from '../formats/png.js';
import { tiff } from '../formats/tiff.js';
import { outlines } from '../images/trace-outline.js';
import { numbered, type OutputFile, type OutputLayout, padded, type Row } from './output.js';

/**
 * RIGA as published: each rater's lines drawn in blue, one pixel wide, on a copy of the photograph; lossless here. Where a
 * line of the cup touches one of the disc no reader can tell them apart. It holds no diagnoses.
 */
export const riga: OutputLayout = {
  structures: ['disc', 'cup'],
  raters: 6,
  keeps: { raters: numbered, splits: [], colour: true, outlines: 'several' },
  async files(one) {
    const at = `BinRushed/BinRushed2/image${one.number}`;
    const files: OutputFile[] = [[`${at}prime.tif`, await tiff(one.image)]];
    const cups = new Map(one.masks('cup').map(({ number, mask }) => [number, mask]));
    for (const { number, mask } of one.masks('disc')) {
      const cup = cups.get(number);
      files.push([`${at}-${number}.tif`, await tiff(drawnOn(one.image, cup ? [mask, cup] : [mask]))]);
    }
    return files;
  },
};

const BLUE = [0, 0, 1];

function drawnOn(image: Image, masks: Mask[]): Image {
  const data = image.data.slice();
  for (const { x, y } of masks.flatMap((mask) => outlines(mask, image.width, image.height).flat())) {
    const pixel = (y * image.width + x) * image.channels;
    for (let c = 0; c < image.channels; c++) data[pixel + c] = image.channels === 1 ? 1 : BLUE[c]!;
  }
  return { ...image, data };
}

const fileOf = (folder: string, row: Row) => `BinRushed/${folder}/image${padded(row.number, 4)}.png`;

/** RIGA as the authors of MRNet prepared it: masks of 0, 128 in the rim and 255 in the cup, and a table of labels. */
export const rigaPrepared: OutputLayout = {
  structures: ['disc', 'cup'],
  raters: 6,
  keeps: { raters: numbered, splits: [], diagnoses: true, colour: true },
  async files(one) {
    const levels = (disc: Mask, cup: Mask | undefined) =>
      greyPng(
        disc.map((value, i) => (cup && cup[i]! > 0.5 ? 255 : value > 0.5 ? 128 : 0)),
        one.image,
      );
    const files: OutputFile[] = [
      [fileOf('Image', one), await png(one.image)],
      [fileOf('FinalLabel', one), await levels(one.agreed('disc'), one.agreed('cup'))],
    ];
    const cups = new Map(one.masks('cup').map(({ number, mask }) => [number, mask]));
    for (const { number, mask } of one.masks('disc')) {
      files.push([fileOf(`Rater${number}`, one), await levels(mask, cups.get(number))]);
    }
    return files;
  },
  async tables(rows) {
    const cells = rows.map((row) => [fileOf('Image', row), fileOf('FinalLabel', row), row.diagnosis]);
    return [['Glaucoma_multirater_BinRushed.csv', csv([['imgName', 'maskName', 'label'], ...cells])]];
  },
};
