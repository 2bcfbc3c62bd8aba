import { releaseReferences } from '@diff/train';
import * as tfl from '@tensorflow/tfjs-layers';
import { head, resnetStages, resnetStem } from '../backbones/resnet.js';
import { SeABlock } from '../layers/sea-block.js';
import { layersFrom } from '../layers/torch-layers.js';
import { type DiagnosisOptions, imageAndMask } from './diagnosis-options.js';

/**
 * DL-SeAT, after SeATrans (Wu et al. 2022, arXiv 2206.05763): image ⊕ mask [B, H, W, C + S] → logits [B, 1]. A ResNet
 * sees the image; its low-level features, `stem` and `B1`, each take up features of the mask at several scales by a
 * `SeABlock`, before the next stage.
 *
 * No code was published. Chosen here: the features of the segmentation are three convolutions of the mask, at 2, 4 and
 * 8 times the stride of the stem, with W, 2W and 4W channels; the blocks are called `sea.stem` and `sea.B1`. At gain 0 it
 * is the plain ResNet of the image.
 *
 * @throws RangeError for a channel count that is not a positive integer, or an unknown backbone.
 */
export function dlSeAt(options: DiagnosisOptions = {}): tfl.LayersModel {
  const { input, image, mask } = imageAndMask('dlSeAt', options);
  const { width = 64, stem = 'imagenet', seed = 0 } = options;
  const { conv, norm, relu } = layersFrom(seed + 2);
  const scales: tfl.SymbolicTensor[] = [];
  let shown = mask();
  for (const i of [0, 1, 2]) {
    const stride = i === 0 && stem === 'imagenet' ? 4 : 2;
    const name = `mask.${i}`;
    shown = relu(norm(conv(shown, `${name}.conv`, width * 2 ** i, 3, stride), `${name}.bn`), `${name}.relu`);
    scales.push(shown);
  }
  const assisted = (feature: tfl.SymbolicTensor, level: string, index: number) =>
    new SeABlock({ name: `sea.${level}`, seed: seed + 3 + index }).apply([
      feature,
      ...scales,
    ]) as tfl.SymbolicTensor;

  const low = assisted(resnetStem(image(), options), 'stem', 0);
  const { B4 } = resnetStages(low, options, layersFrom(seed + 1), (feature, level) =>
    level === 'B1' ? assisted(feature, level, 1) : feature,
  );
  return releaseReferences(tfl.model({ inputs: input, outputs: head(B4, 1, seed), name: 'dlSeAt' }));
}
