import { checkInteger, checkNumber } from '@diff/checks';
import * as tfl from '@tensorflow/tfjs-layers';
import { head, resnetFeatures } from '../backbones/resnet.js';
import { CropToMask } from '../layers/crop-to-mask.js';
import { type DiagnosisOptions, imageAndMask } from './diagnosis-options.js';

export interface DlRoiOptions extends DiagnosisOptions {
  /**
   * Height and width that the crop is resized to. Default: three quarters of the shorter side of `size`, which a disc with its
   * margin fills about; 128 where the size is not fixed.
   */
  cropSize?: number;
  /** What is kept around the mask's box on every side, as a share of its longer side. Default: 0.25. */
  margin?: number;
}

/**
 * DL-ROI (Bajwa et al. 2019): image ⊕ mask [B, H, W, C + S] → logits [B, 1]; the mask only says where to look. The
 * image is cut to the square around the mask's box, with a margin, resized and classified by a ResNet, which never
 * sees the mask: a change of the mask that leaves its box leaves the logits. See `CropToMask` for how the box of a
 * soft mask, and the gradient by it, are defined.
 *
 * @throws RangeError for a channel count, crop size or margin out of range, or an unknown backbone.
 */
export function dlRoi(options: DlRoiOptions = {}): tfl.LayersModel {
  const { input, image, mask } = imageAndMask('dlRoi', options, ['cropSize', 'margin']);
  const { size, margin = 0.25 } = options;
  const { cropSize = size ? Math.max(1, (3 * Math.min(...size)) >> 2) : 128 } = options;
  checkInteger('dlRoi', 'cropSize', cropSize, 1);
  checkNumber('dlRoi', 'margin', margin, 0);
  const crop = new CropToMask({ name: 'crop', size: cropSize, margin }).apply([image(), mask()]);
  return tfl.model({
    inputs: input,
    outputs: head(resnetFeatures(crop as tfl.SymbolicTensor, options).B4, 1, options.seed),
    name: 'dlRoi',
  });
}
