import { grey, jpeg, maskPng, png } from './encode-picture.js';
import { csv } from './encode-table.js';
import type { OutputFile, OutputLayout } from './output.js';
import { outlines } from './trace-outline.js';

/** TNSCUI 2020: `image/N.PNG`, `mask/N.PNG`, `train.csv`; several raters in folders `mask-1 … mask-n`. */
export const tnscui: OutputLayout = {
  structures: 'one',
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

/** DDTI as published: one rater's polygons in XML. A diagnosis of 1 becomes TI-RADS 4c, 0 becomes 3. */
export const ddti: OutputLayout = {
  structures: 'one',
  async files(one, [structure]) {
    const parts = outlines(one.agreed(structure!), one.image.width, one.image.height);
    const svg = JSON.stringify(parts.map((points) => ({ points, annotation: {}, regionType: 'freehand' })));
    const empty = ['age', 'sex', 'composition', 'echogenicity', 'margins', 'calcifications'];
    const tirads = one.diagnosis === undefined ? '' : one.diagnosis === 1 ? '4c' : '3';
    const xml = [
      '<case>',
      `<number>${one.number}</number>`,
      ...empty.map((name) => `<${name}></${name}>`),
      `<tirads>${tirads}</tirads>`,
      '<reportbacaf></reportbacaf>',
      '<reporteco></reporteco>',
      `<mark><image>1</image><svg>${parts.length ? svg : ''}</svg></mark>`,
      '</case>\n',
    ];
    return [
      [`${one.number}.xml`, xml.join('\n')],
      [`${one.number}_1.jpg`, await jpeg(grey(one.image))],
    ];
  },
};
