import { encodeNifti } from '../formats/encode-nifti.js';
import { grey } from '../images/grey.js';
import { numbered, type OutputFile, type OutputLayout, padded, SPLITS } from './output.js';

const SETS = { train: 'Training', validation: 'Validation', test: 'Testing' };

/** QUBIQ as one task folder: structures become `task01` and on, the picture one grey slice of floats. It holds no diagnoses. */
export const qubiq: OutputLayout = {
  structures: 'any',
  keeps: { raters: numbered, splits: SPLITS },
  async files(one, structures) {
    const { width, height } = one.image;
    const folder = `phantom/${SETS[one.split]}/case${padded(one.number, 2)}`;
    const files: OutputFile[] = [
      [`${folder}/image.nii.gz`, await encodeNifti(grey(one.image).data, { width, height })],
    ];
    for (const [k, structure] of structures.entries()) {
      for (const { number, mask } of one.masks(structure)) {
        const path = `${folder}/task${padded(k + 1, 2)}_seg${padded(number, 2)}.nii.gz`;
        files.push([path, await encodeNifti(mask, { width, height })]);
      }
    }
    return files;
  },
};
