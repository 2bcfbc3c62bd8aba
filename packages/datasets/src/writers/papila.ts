import { jpeg } from '../formats/jpeg.js';
import { xlsx } from '../formats/xlsx.js';
import { outlines } from '../images/trace-outline.js';
import { numbered, type OutputFile, type OutputLayout, padded, type Row } from './output.js';

const eyeOf = (row: Row) => (row.ofPatient === 0 ? 'OD' : 'OS');
const nameOf = (row: Row) => `RET${padded(row.patient, 3)}${eyeOf(row)}`;

/** PAPILA: a contour is a list of points, so of a mask in several parts the longest outline is kept, and no hole. */
export const papila: OutputLayout = {
  structures: ['disc', 'cup'],
  raters: 2,
  keeps: { patients: true, raters: numbered, splits: [], diagnoses: true, colour: true, outlines: 'one' },
  async files(one) {
    if (one.ofPatient > 1) {
      throw new RangeError(
        `write: papila has room for two eyes per patient, ${one.id} is the third case of one`,
      );
    }
    const files: OutputFile[] = [[`FundusImages/${nameOf(one)}.jpg`, await jpeg(one.image)]];
    for (const structure of ['disc', 'cup']) {
      for (const { number, mask } of one.masks(structure)) {
        const [contour] = outlines(mask, one.image.width, one.image.height).sort(
          (a, b) => b.length - a.length,
        );
        const lines = (contour ?? []).map(({ x, y }) => `${x.toFixed(4)} ${y.toFixed(4)}\n`);
        files.push([
          `ExpertsSegmentations/Contours/${nameOf(one)}_${structure}_exp${number}.txt`,
          lines.join(''),
        ]);
      }
    }
    return files;
  },
  async tables(rows) {
    const tables = ['OD', 'OS'].flatMap((eye) => {
      const ofEye = rows.filter((row) => eyeOf(row) === eye);
      const cells = ofEye.map((row) => [`#${padded(row.patient, 3)}`, row.diagnosis]);
      return cells.length ? [{ path: `ClinicalData/patient_data_${eye.toLowerCase()}.xlsx`, cells }] : [];
    });
    return Promise.all(
      tables.map(
        async ({ path, cells }): Promise<OutputFile> => [
          path,
          await xlsx([['', 'Diagnosis'], ['ID', ''], ...cells]),
        ],
      ),
    );
  },
};
