import { csv } from '../formats/csv.js';
import { maskPng, png } from '../formats/png.js';
import type { OutputFile, OutputLayout, Row } from './output.js';

/** A name that any file system takes: whatever is not a letter, digit, dot, dash or underscore becomes an underscore. */
const plain = (name: string) => name.replace(/[^\p{L}\p{N}_.-]/gu, '_').replace(/^\./, '_');
const nameOf = ({ id }: Row) => plain(id);

/**
 * The plain layout: `images/{id}.png`, `masks/{structure}/{rater}/{id}.png`, and `labels.csv` with `id, patient, split,
 * diagnosis`. Lossless, and the only one that holds any structures and raters under their own names.
 */
export const folder: OutputLayout = {
  structures: 'any',
  async files(one, structures) {
    const files: OutputFile[] = [[`images/${nameOf(one)}.png`, await png(one.image)]];
    for (const structure of structures) {
      for (const { rater, mask } of one.masks(structure)) {
        files.push([
          `masks/${plain(structure)}/${plain(rater)}/${nameOf(one)}.png`,
          await maskPng(mask, one.image),
        ]);
      }
    }
    return files;
  },
  async tables(rows) {
    const names = new Set(rows.map(nameOf));
    if (names.size < rows.length)
      throw new RangeError('write: two ids make the same file name, expected each to make its own');
    const cells = rows.map((row) => [nameOf(row), row.patientName, row.named, row.diagnosis]);
    return [['labels.csv', csv([['id', 'patient', 'split', 'diagnosis'], ...cells])]];
  },
};
