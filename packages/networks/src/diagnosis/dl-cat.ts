import * as tfl from '@tensorflow/tfjs-layers';
import { head, resnetFeatures } from '../backbones/resnet.js';
import { type DiagnosisOptions, imageAndMask } from './diagnosis-options.js';

/**
 * DL-CAT: image ⊕ mask [B, H, W, C + S] into a ResNet → logits [B, 1] (paper, Section 3.2.1: "a standard
 * classification network inputted by a concatenation of the raw image and the segmentation mask").
 *
 * @throws RangeError for a channel count that is not a positive integer, or an unknown backbone.
 */
export function dlCat(options: DiagnosisOptions = {}): tfl.LayersModel {
  const { input } = imageAndMask('dlCat', options);
  return tfl.model({
    inputs: input,
    outputs: head(resnetFeatures(input, options).B4, 1, options.seed),
    name: 'dlCat',
  });
}
