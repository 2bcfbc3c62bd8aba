import { csv } from '../formats/csv.js';
import { maskPng, png } from '../formats/png.js';
import { grey } from '../images/grey.js';
import { counted, type OutputFile, type OutputLayout, padded, type Row } from './output.js';

const placeOf = (row: Row) => [`LIDC-IDRI-${padded(row.patient, 4)}`, `nodule-${row.ofPatient}`] as const;

/** LIDC-IDRI as slices. Every case becomes a nodule of one slice, rated 4 by all readers where ill, 2 where not, else 3. */
export const lidc: OutputLayout = {
  structures: 'one',
  raters: 4,
  keeps: { patients: true, raters: counted, splits: [], diagnoses: true },
  async files(one, [structure]) {
    const folder = placeOf(one).join('/');
    const files: OutputFile[] = [[`${folder}/images/slice-0.png`, await png(grey(one.image))]];
    for (const { number, mask } of one.masks(structure!)) {
      files.push([`${folder}/mask-${number - 1}/slice-0.png`, await maskPng(mask, one.image)]);
    }
    return files;
  },
  async tables(rows) {
    const readers = [0, 1, 2, 3].map((reader) => `malignancy_${reader}`);
    const cells = rows.map((row) => {
      const rating = row.diagnosis === undefined ? 3 : row.diagnosis === 1 ? 4 : 2;
      return [...placeOf(row), 1, ...readers.map(() => rating), rating];
    });
    return [['labels.csv', csv([['patient', 'nodule', 'slices', ...readers, 'malignancy_mean'], ...cells])]];
  },
};
