import { fail } from '@diff/checks';
import type { Image, Mask } from '../dataset/case.js';
import { csv } from '../formats/csv.js';
import { encodeNifti } from '../formats/encode-nifti.js';
import { encodePng, maskPng } from '../formats/png.js';
import { encodeTiff } from '../formats/tiff.js';
import { MANIFEST, type Manifest } from '../loaders/manifest.js';
import type { OutputFile, OutputLayout, Row } from './output.js';

/** A name that any file system takes: whatever is not a letter, digit, dot, dash or underscore becomes an underscore. */
const plain = (name: string) => name.replace(/[^\p{L}\p{N}_.-]/gu, '_').replace(/^\./, '_');
const nameOf = ({ id }: Pick<Row, 'id'>) => plain(id);

const manifest: Manifest = {
  layout: 'folder',
  image: 'images/{id}.{png,tif,nii.gz}',
  mask: 'masks/{structure}/{rater}/{id}.{png,tif,nii.gz}',
  label: { file: 'labels.csv', id: 'id', diagnosis: 'diagnosis', patient: 'patient', split: 'split' },
  degrees: true,
};

/**
 * The plain layout: `images/{id}`, `masks/{structure}/{rater}/{id}`, `labels.csv` with `id, patient, split, diagnosis`, and a
 * manifest. The only one that holds any structures and raters under their own names. Exact: planes are PNG of 8 or 16
 * bits where that says all, else TIFF of floats; volumes, and what has a spacing, are NIfTI.
 */
export const folder: OutputLayout = {
  structures: 'any',
  keeps: {
    patients: true,
    raters: (_, name) => plain(name),
    splits: 'any',
    diagnoses: true,
    colour: true,
    degrees: true,
    geometry: true,
  },
  check({ entries, raters }, structures) {
    const twice = (names: readonly string[], what: string) => {
      const files = names.map((name) => plain(name).toLowerCase());
      const other = files.findIndex((name, i) => files.indexOf(name) !== i);
      if (other >= 0) fail('write', `two ${what} make the same file name, ${files[other]}`);
    };
    twice(raters, 'raters');
    twice(structures, 'structures');
    const files = new Set(entries.map((entry) => nameOf(entry).toLowerCase()));
    if (files.size < entries.length)
      fail('write', 'two ids make the same file name, expected each to make its own');
  },
  async files(one, structures) {
    const files = [await fileOf(`images/${nameOf(one)}`, one.image, one.image)];
    for (const structure of structures) {
      for (const { rater, mask } of one.masks(structure)) {
        const place = `masks/${plain(structure)}/${plain(rater)}/${nameOf(one)}`;
        files.push(await fileOf(place, { ...one.image, data: mask, channels: 1 }, one.image));
      }
    }
    return files;
  },
  async tables(rows) {
    const names = new Set(rows.map((row) => nameOf(row).toLowerCase()));
    if (names.size < rows.length)
      fail('write', 'two ids make the same file name, expected each to make its own');
    const cells = rows.map((row) => [nameOf(row), row.patientName, row.named, row.diagnosis]);
    return [
      ['labels.csv', csv([['id', 'patient', 'split', 'diagnosis'], ...cells])],
      [MANIFEST, `${JSON.stringify(manifest, undefined, 2)}\n`],
    ];
  },
};

type Values = Omit<Image, 'data'> & { data: Mask };

/** The values in the smallest file that says them all. */
async function fileOf(place: string, values: Values, geometry: Image): Promise<OutputFile> {
  const { data, channels } = values;
  if (geometry.depth !== undefined || geometry.affine || geometry.spacing) {
    if (channels !== 1) fail('write', `${place} has a geometry and ${channels} channels, expected 1`);
    return [`${place}.nii.gz`, await encodeNifti(data, values)];
  }
  if (data instanceof Uint8Array) return [`${place}.png`, await maskPng(data, values)];
  for (const bits of [8, 16] as const) {
    const white = 2 ** bits - 1;
    if (data.every((value) => Math.fround(Math.round(value * white) / white) === value))
      return [`${place}.png`, await encodePng({ ...values, data }, { bits })];
  }
  return [`${place}.tif`, await encodeTiff(data, values)];
}
