import { jpeg } from '../formats/jpeg.js';
import { greyPng } from '../formats/png.js';
import { numbered, type OutputFile, type OutputLayout, padded } from './output.js';

const CLASSES = { grade3: 3, grade4: 4, grade5: 5 };

/** Gleason 2019: each rater's grades as one map of classes; where grades overlap the highest is kept. It holds no diagnoses. */
export const gleason: OutputLayout = {
  structures: Object.keys(CLASSES),
  raters: 6,
  keeps: { patients: true, raters: numbered, splits: ['train', 'test'], colour: true },
  async files(one) {
    const { image } = one;
    const name = `slide${padded(one.patient, 3)}_core${padded(one.ofPatient + 1, 3)}`;
    const set = one.split === 'test' ? 'Test' : 'Train';
    const files: OutputFile[] = [[`${set} Imgs/${name}.jpg`, await jpeg(image)]];
    const maps = new Map<number, Uint8Array>();
    for (const [structure, grade] of Object.entries(CLASSES)) {
      for (const { number, mask } of one.masks(structure)) {
        const map = maps.get(number) ?? new Uint8Array(mask.length);
        maps.set(number, map);
        for (let i = 0; i < map.length; i++) if (mask[i]! > 0.5) map[i] = grade;
      }
    }
    for (const [number, map] of maps) {
      files.push([`Maps${number}_T/${name}_classimg_nonconvex.png`, await greyPng(map, image)]);
    }
    return files;
  },
};
