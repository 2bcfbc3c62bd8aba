import { csv } from '../formats/csv.js';
import { jpeg } from '../formats/jpeg.js';
import { maskPng } from '../formats/png.js';
import { counted, type OutputFile, type OutputLayout, padded, type Row, SPLITS } from './output.js';

const nameOf = ({ number }: Row) => `ISIC_${padded(number, 7)}`;

function perSplit(
  rows: readonly Row[],
  path: (split: Row['split']) => string,
  header: string[] | undefined,
  cells: (row: Row) => (string | number | undefined)[],
) {
  const paths = [...new Set(rows.map(({ split }) => path(split)))];
  return paths.map((wanted): OutputFile => {
    const body = rows
      .filter(({ split, diagnosis }) => path(split) === wanted && diagnosis !== undefined)
      .map(cells);
    return [wanted, csv(header ? [header, ...body] : body)];
  });
}

/** The challenge of 2016, part 3B, which has no validation set: that goes to training. Its tables have no header. */
export const isic2016: OutputLayout = {
  structures: 'one',
  keeps: { raters: '1', splits: ['train', 'test'], diagnoses: true, colour: true },
  async files(one, [structure]) {
    const at = `ISBI2016_ISIC_Part3B_${one.split === 'test' ? 'Test' : 'Training'}_Data/${nameOf(one)}`;
    return [
      [`${at}.jpg`, await jpeg(one.image)],
      [`${at}_Segmentation.png`, await maskPng(one.agreed(structure!), one.image)],
    ];
  },
  async tables(rows) {
    const path = (split: Row['split']) =>
      `ISBI2016_ISIC_Part3B_${split === 'test' ? 'Test' : 'Training'}_GroundTruth.csv`;
    return perSplit(rows, path, undefined, (row) => [
      nameOf(row),
      row.split === 'test' ? `${row.diagnosis}.0` : row.diagnosis === 1 ? 'malignant' : 'benign',
    ]);
  },
};

const PART = { train: 'Training', validation: 'Validation', test: 'Test_v2' };

export const isic2017: OutputLayout = {
  structures: 'one',
  keeps: { raters: '1', splits: SPLITS, diagnoses: true, colour: true },
  async files(one, [structure]) {
    const [part, name] = [PART[one.split], nameOf(one)];
    return [
      [`ISIC-2017_${part}_Data/${name}.jpg`, await jpeg(one.image)],
      [
        `ISIC-2017_${part}_Part1_GroundTruth/${name}_segmentation.png`,
        await maskPng(one.agreed(structure!), one.image),
      ],
    ];
  },
  async tables(rows) {
    const header = ['image_id', 'melanoma', 'seborrheic_keratosis'];
    return perSplit(
      rows,
      (split) => `ISIC-2017_${PART[split]}_Part3_GroundTruth.csv`,
      header,
      (row) => [nameOf(row), `${row.diagnosis}.0`, '0.0'],
    );
  },
};

const ONE_HOT = ['image', 'MEL', 'NV', 'BCC', 'AKIEC', 'BKL', 'DF', 'VASC'];
const oneHot = (row: Row) => [
  nameOf(row),
  `${row.diagnosis}.0`,
  `${1 - row.diagnosis!}.0`,
  ...Array<string>(5).fill('0.0'),
];

export const isic2018: OutputLayout = {
  structures: 'one',
  keeps: { raters: '1', splits: SPLITS, diagnoses: true, colour: true },
  async files(one, [structure]) {
    const [part, name] = [
      one.split === 'train' ? 'Training' : one.split === 'validation' ? 'Validation' : 'Test',
      nameOf(one),
    ];
    return [
      [`ISIC2018_Task1-2_${part}_Input/${name}.jpg`, await jpeg(one.image)],
      [
        `ISIC2018_Task1_${part}_GroundTruth/${name}_segmentation.png`,
        await maskPng(one.agreed(structure!), one.image),
      ],
    ];
  },
  async tables(rows) {
    return perSplit(rows, () => 'ISIC2018_Task3_GroundTruth.csv', ONE_HOT, oneHot);
  },
};

/** Several masks per image, `ISIC_x_segmentation_{0,1,2}.png`. */
export const isicMultiMask: OutputLayout = {
  structures: 'one',
  keeps: { raters: counted, splits: SPLITS, diagnoses: true, colour: true },
  async files(one, [structure]) {
    const at = `ISIC_${one.split}/${nameOf(one)}`;
    const files: OutputFile[] = [[`${at}.jpg`, await jpeg(one.image)]];
    for (const { number, mask } of one.masks(structure!)) {
      files.push([`${at}_segmentation_${number - 1}.png`, await maskPng(mask, one.image)]);
    }
    return files;
  },
  async tables(rows) {
    return perSplit(rows, () => 'ISIC_GroundTruth.csv', ONE_HOT, oneHot);
  },
};
