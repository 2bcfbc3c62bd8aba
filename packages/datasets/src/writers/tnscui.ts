import { csv } from '../formats/csv.js';
import { maskPng, png } from '../formats/png.js';
import { grey } from '../images/grey.js';
import { numbered, type OutputFile, type OutputLayout } from './output.js';

/** TNSCUI 2020: `image/N.PNG`, `mask/N.PNG`, `train.csv`; several raters in folders `mask-1 … mask-n`. */
export const tnscui: OutputLayout = {
  structures: 'one',
  keeps: { raters: numbered, splits: [], diagnoses: true },
  async files(one, [structure]) {
    const at = (folder: string) => `TNSCUI2020_train/${folder}/${one.number}.PNG`;
    const masks = one.masks(structure!);
    const files: OutputFile[] = [[at('image'), await png(grey(one.image))]];
    for (const { number, mask } of masks) files.push([at(`mask-${number}`), await maskPng(mask, one.image)]);
    return files;
  },
  async tables(rows) {
    const cells = rows.map(({ number, diagnosis }) => [`${number}.PNG`, diagnosis]);
    return [['TNSCUI2020_train/train.csv', csv([['ID', 'CATE'], ...cells])]];
  },
};
