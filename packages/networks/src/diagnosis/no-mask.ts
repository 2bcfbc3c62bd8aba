import * as tfl from '@tensorflow/tfjs-layers';
import { head, resnetFeatures } from '../backbones/resnet.js';
import { type DiagnosisOptions, imageAndMask } from './diagnosis-options.js';

/**
 * The diagnosis from the image alone: image ⊕ mask [B, H, W, C + S] → logits [B, 1], whatever the mask holds. The
 * baseline of the paper's Figure 2: what a mask adds is measured against it.
 *
 * @throws RangeError for a channel count that is not a positive integer, or an unknown backbone.
 */
export function noMask(options: DiagnosisOptions = {}): tfl.LayersModel {
  const { input, image } = imageAndMask('noMask', options);
  return tfl.model({
    inputs: input,
    outputs: head(resnetFeatures(image(), options).B4, 1, options.seed),
    name: 'noMask',
  });
}
