import type { Image } from '../dataset/case.js';
import { csv } from '../formats/csv.js';
import { maskPng, png } from '../formats/png.js';
import { type OutputFile, type OutputLayout, padded, type Row, type Writable } from './output.js';

const placeOf = (row: Row) => {
  const set = row.split === 'test' ? 'Test' : 'Training';
  return { set, name: `drishtiGS_${padded(row.number, 3)}` };
};

/** Drishti-GS: of all raters one soft map per structure, the share of them who put a pixel inside. Validation goes to training. */
export const drishti: OutputLayout = {
  structures: ['disc', 'cup'],
  keeps: { raters: 'experts', splits: ['train', 'test'], diagnoses: true, colour: true, degrees: true },
  async files(one) {
    const { set, name } = placeOf(one);
    const soft = `${set}/GT/${name}/SoftMap/${name}`;
    return [
      [`${set}/Images/${name}.png`, await png(one.image)],
      [`${soft}_ODsegSoftmap.png`, await maskPng(share(one, 'disc', one.image), one.image)],
      [`${soft}_cupsegSoftmap.png`, await maskPng(share(one, 'cup', one.image), one.image)],
    ];
  },
  async tables(rows) {
    const word = { 0: 'Normal', 1: 'Glaucomatous' };
    const cells = rows.map((row) => [
      placeOf(row).name,
      row.diagnosis === undefined ? '' : word[row.diagnosis],
    ]);
    const table: OutputFile = ['Drishti-GS1_diagnosis.csv', csv([['Drishti-GS File', 'Total'], ...cells])];
    return [table];
  },
};

function share(one: Writable, structure: string, { width, height }: Image): Float32Array {
  const mean = new Float32Array(width * height);
  const masks = one.masks(structure);
  for (const { mask } of masks) for (let i = 0; i < mean.length; i++) mean[i]! += mask[i]! / masks.length;
  return mean;
}
