import type { Image, Mask } from '../dataset/case.js';
import { greyBmp } from '../formats/bmp.js';
import { csv } from '../formats/csv.js';
import { jpeg } from '../formats/jpeg.js';
import { greyPng, maskPng } from '../formats/png.js';
import { xlsx } from '../formats/xlsx.js';
import {
  numbered,
  type OutputFile,
  type OutputLayout,
  padded,
  type Row,
  SPLITS,
  type Writable,
} from './output.js';

const LETTER = { train: 'n', validation: 'V', test: 'T' };

/** `g0001` and `n0002` in training, which tells the diagnosis; `V0003` and `T0004` elsewhere. */
function nameOf({ split, diagnosis, number }: Row): string {
  return `${split === 'train' && diagnosis === 1 ? 'g' : LETTER[split]}${padded(number, 4)}`;
}

/** 0 in the cup, 128 in the rim, 255 outside. */
function levels(one: Writable): Uint8Array {
  const [disc, cup] = [one.agreed('disc'), one.agreed('cup')];
  return Uint8Array.from(disc, (value, i) => (cup[i]! > 0.5 ? 0 : value > 0.5 ? 128 : 255));
}

const bmpOf = (one: Writable) => greyBmp(levels(one), one.image.width, one.image.height);

async function firstEdition(one: Writable): Promise<OutputFile[]> {
  const [name, { split, diagnosis, image }] = [nameOf(one), one];
  const group = diagnosis === 1 ? 'Glaucoma' : 'Non-Glaucoma';
  const [pictures, masks] = {
    train: [`Training400/${group}`, `Annotation-Training400/Disc_Cup_Masks/${group}`],
    validation: ['REFUGE-Validation400', 'REFUGE-Validation400-GT/Disc_Cup_Masks'],
    test: ['Test400', 'REFUGE-Test-GT/Disc_Cup_Masks'],
  }[split] as [string, string];
  return [
    [`${pictures}/${name}.jpg`, await jpeg(image)],
    [`${masks}/${name}.bmp`, bmpOf(one)],
  ];
}

async function tables(
  rows: readonly Row[],
  at: Record<'validation' | 'test', string>,
): Promise<OutputFile[]> {
  const cells = (split: Row['split'], label: string) => [
    ['ImgName', 'Fovea_X', 'Fovea_Y', label],
    ...rows.flatMap((row) =>
      row.split === split ? [[`${nameOf(row)}.jpg`, undefined, undefined, row.diagnosis]] : [],
    ),
  ];
  const found: OutputFile[] = [];
  const [validation, test] = [cells('validation', 'Glaucoma Label'), cells('test', 'Label(Glaucoma=1)')];
  if (validation.length > 1) found.push([at.validation, await xlsx(validation)]);
  if (test.length > 1) found.push([at.test, await xlsx(test)]);
  return found;
}

/** REFUGE, the first edition. A case of unknown diagnosis in training lies under Non-Glaucoma: there is no other place. */
export const refuge: OutputLayout = {
  structures: ['disc', 'cup'],
  keeps: { raters: 'consensus', splits: SPLITS, diagnoses: 'all known', colour: true },
  files: firstEdition,
  tables: (rows) =>
    tables(rows, {
      validation: 'REFUGE-Validation400-GT/Fovea_locations.xlsx',
      test: 'REFUGE-Test-GT/Glaucoma_label_and_Fovea_location.xlsx',
    }),
};

/** REFUGE-2: the first edition under `Train`, and what `validation-2` and `test-2` name: the sets that it added. */
export const refuge2: OutputLayout = {
  structures: ['disc', 'cup'],
  keeps: {
    raters: 'consensus',
    splits: [...SPLITS, 'validation-2', 'test-2'],
    diagnoses: 'all known',
    colour: true,
  },
  async files(one) {
    const added = ADDED[one.named ?? ''];
    if (!added) {
      const part = { train: 'train', validation: 'val', test: 'test' }[one.split];
      return (await firstEdition(one)).map(([path, bytes]) => [`Train/REFUGE1-${part}/${path}`, bytes]);
    }
    return [
      [`${added.pictures}/${nameOf(one)}.jpg`, await jpeg(one.image)],
      [`${added.masks}/${nameOf(one)}.png`, await greyPng(levels(one), one.image)],
    ];
  },
  async tables(rows) {
    const first = await tables(
      rows.filter(({ named }) => !ADDED[named ?? '']),
      {
        validation: 'Train/REFUGE1-val/REFUGE-Validation400-GT/Fovea_locations.xlsx',
        test: 'Train/REFUGE1-test/REFUGE-Test-GT/Glaucoma_label_and_Fovea_location.xlsx',
      },
    );
    const added = Object.entries(ADDED).flatMap(([split, { table }]) => {
      const cells = rows.flatMap((row) =>
        row.named === split ? [[`${nameOf(row)}.jpg`, row.diagnosis]] : [],
      );
      return cells.length ? [{ table, cells: [['FileName', 'Glaucoma Risk'], ...cells] }] : [];
    });
    const written = added.map(
      async ({ table, cells }): Promise<OutputFile> => [
        table,
        table.endsWith('.csv') ? csv(cells) : await xlsx(cells),
      ],
    );
    return [...first, ...(await Promise.all(written))];
  },
};

/** The published `task1.xls` is in a format of before 2007; this is a workbook of today's under its loader's other name. */
const ADDED: Record<string, { pictures: string; masks: string; table: string }> = {
  'validation-2': {
    pictures: 'Validation/Images',
    masks: 'Validation/Disc_Masks',
    table: 'Validation/glaucoma.csv',
  },
  'test-2': { pictures: 'Test/refuge2-test', masks: 'Test/Disc_Mask', table: 'Test/task1.xlsx' },
};

/** The distribution with each rater's masks; the consensus beside them is inverted there: structure 0, background 255. */
export const refugeMultiRater: OutputLayout = {
  structures: ['disc', 'cup'],
  keeps: { raters: numbered, splits: SPLITS, diagnoses: 'all known', colour: true },
  async files(one) {
    const name = nameOf(one);
    const folder = `${{ train: 'Training-400', validation: 'Validation-400', test: 'Test-400' }[one.split]}/${name}`;
    const files: OutputFile[] = [[`${folder}/${name}.jpg`, await jpeg(one.image)]];
    for (const structure of ['disc', 'cup']) {
      for (const { number, mask } of one.masks(structure)) {
        files.push([`${folder}/${name}_seg_${structure}_${number}.png`, await maskPng(mask, one.image)]);
      }
      files.push([`${folder}/${name}_${structure}.bmp`, inverted(one.agreed(structure), one.image)]);
    }
    return files;
  },
  async tables(rows) {
    return tables(rows, {
      validation: 'Validation-400/Fovea_locations.xlsx',
      test: 'Test-400/Glaucoma_label_and_Fovea_location.xlsx',
    });
  },
};

function inverted(mask: Mask, { width, height }: Image): Uint8Array {
  return greyBmp(
    mask.map((value) => (value > 0.5 ? 0 : 255)),
    width,
    height,
  );
}
