import type { Image, Mask } from '../dataset/case.js';
import { greyPng, png } from '../formats/png.js';
import { grey } from '../images/grey.js';
import { type OutputFile, type OutputLayout, padded } from './output.js';

/** BU-BIL: every rater is an expert, the gold standard is what they agree on. It holds no diagnoses. */
export const buBil: OutputLayout = {
  structures: 'one',
  keeps: { raters: (number) => `Person${number}`, splits: [] },
  async files(one, [structure]) {
    const [root, name] = ['BU-BIL_Dataset1', `Case${padded(one.number, 4)}.png`];
    const files: OutputFile[] = [
      [`${root}/RawImages/${name}`, await png(grey(one.image))],
      [`${root}/GoldStandard/seg_${name}`, await dark(one.agreed(structure!), one.image)],
    ];
    for (const { number, mask } of one.masks(structure!)) {
      files.push([`${root}/ExpertAnnotations/Person${number}/seg_${name}`, await dark(mask, one.image)]);
    }
    return files;
  },
};

/** 0 on the object, 255 on the background. */
const dark = (mask: Mask, image: Image) =>
  greyPng(
    mask.map((value) => (value > 0.5 ? 0 : 255)),
    image,
  );
