import { baselineDia, type DiagnosisOptions, dlAtt, dlCat, dlRoi, noMask } from '@diff/networks/diagnosis';
import type * as tfl from '@tensorflow/tfjs-layers';

/** The networks that are compared, all on a ResNet18 of the same width. */
export const networks: Record<string, (options: DiagnosisOptions, size: number) => tfl.LayersModel> = {
  noMask,
  dlCat,
  // Three quarters of the image's side: a disc with its margin fills about that much of it.
  dlRoi: (options, size) => dlRoi({ ...options, cropSize: (3 * size) >> 2 }),
  dlAtt,
  baselineDia,
};
