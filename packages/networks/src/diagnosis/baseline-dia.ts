import { releaseReferences } from '@diff/train';
import * as tfl from '@tensorflow/tfjs-layers';
import { head, resnetStages, resnetStem } from '../backbones/resnet.js';
import { dense, layersFrom } from '../layers/torch-layers.js';
import { type DiagnosisOptions, imageAndMask } from './diagnosis-options.js';

/**
 * Baseline-Dia, the lesion-attentive network of Zhou et al. (2019): image ⊕ mask [B, H, W, C + S] → logits [B, 1].
 *
 *     f_low  = stem(image)                                   [B, h, w, W]
 *     f_high = dense(GAP(trunk(f_low)))                      [B, W]
 *     f_att  = conv(f_low ⊕ conv(conv(mask)))                [B, h, w, W]
 *     α      = sigmoid(conv(f_att · f_high))                 [B, h, w, W], in (0, 1)
 *     logit  = dense(GAP(trunk(f_low · α)))
 *
 * The trunk, the four stages of a ResNet, has the same convolutions both times, but batch norms of its own for each pass
 * (those of the first are called `first.…`): f_low and f_low · α differ in scale, and moments kept for both together fit
 * neither at inference. One attention serves all structures together; Zhou et al. have one per lesion class, each with its own
 * pass through the trunk. The channel counts follow the backbone's width W, since no official code was
 * published. The layer `attention` gives α; the level `stem` is
 * f_low, and `B1` … `B4` are those of the second pass.
 *
 * @throws RangeError for a channel count that is not a positive integer, or an unknown backbone.
 */
export function baselineDia(options: DiagnosisOptions = {}): tfl.LayersModel {
  const { input, image, mask } = imageAndMask('baselineDia', options);
  const { width = 64, stem = 'imagenet', seed = 0 } = options;
  const { conv, norm, relu } = layersFrom(seed + 2);
  const stride = stem === 'imagenet' ? 2 : 1;
  const apply = (layer: tfl.layers.Layer, x: tfl.SymbolicTensor | tfl.SymbolicTensor[]) =>
    layer.apply(x) as tfl.SymbolicTensor;
  const convNormRelu = (x: tfl.SymbolicTensor, name: string, filters: number, strides = 1) =>
    relu(norm(conv(x, `${name}.conv`, filters, 3, strides), `${name}.bn`), `${name}.relu`);

  const low = resnetStem(image(), options);
  const shared = new Map<string, tfl.layers.Layer>();
  const first = resnetStages(low, options, layersFrom(seed + 1, 'first.', shared));
  const pooled = apply(tfl.layers.globalAveragePooling2d({ name: 'high.avgpool' }), first.B4);
  const high = apply(
    tfl.layers.reshape({ name: 'high', targetShape: [1, 1, width] }),
    dense(pooled, 'high.fc', width, seed + 3),
  );

  let lesion = convNormRelu(mask(), 'mask.0', Math.max(1, width >> 2), stride);
  lesion = convNormRelu(lesion, 'mask.1', Math.max(1, width >> 1));
  const joined = apply(tfl.layers.concatenate({ name: 'low.concat' }), [low, lesion]);
  const lowAttended = convNormRelu(joined, 'low', width);
  const product = apply(tfl.layers.multiply({ name: 'attention.product' }), [lowAttended, high]);
  const attention = apply(
    tfl.layers.activation({ name: 'attention', activation: 'sigmoid' }),
    conv(product, 'attention.conv', width, 3, 1, true),
  );

  const attended = apply(tfl.layers.multiply({ name: 'attended' }), [low, attention]);
  const { B4 } = resnetStages(attended, options, layersFrom(seed + 1, '', shared));
  return releaseReferences(tfl.model({ inputs: input, outputs: head(B4, 1, seed), name: 'baselineDia' }));
}
