import * as tfl from '@tensorflow/tfjs-layers';
import { head, levelStrides, resnetFeatures } from '../backbones/resnet.js';
import { layersFrom } from '../layers/torch-layers.js';
import { type DiagnosisOptions, imageAndMask } from './diagnosis-options.js';

/** What the names of the teacher's layers begin with; all others are the student's. */
export const TEACHER = 'teacher.';

/**
 * DL-SSL (Wu et al. 2020, "Leveraging undiagnosed data for glaucoma classification with teacher-student learning"): a student
 * that sees the image alone gives the diagnosis and a map; a teacher that sees image, mask and diagnosis says what that map
 * should be. Train it with `dlSslTask`. Image ⊕ mask [B, H, W, C + S] → [logits [B, 1], the student's map [B, h, w, 1], the
 * teacher's maps if healthy and if ill [B, h, w, 2]], maps in [0, 1] with the stride of `B2`. At test the mask is not looked at.
 *
 * The student is a ResNet, its map a 1 × 1 convolution of `B2`. In the place of the published EfficientNet-b4 the teacher is one
 * 3 × 3 convolution for each halving down to `B2`, then a 1 × 1 one; the diagnosis chooses between its two maps.
 *
 * @throws RangeError for a channel count that is not a positive integer, or an unknown backbone.
 */
export function dlSsl(options: DiagnosisOptions = {}): tfl.LayersModel {
  return network('dlSsl', options);
}

/** As `dlSsl`, but the student sees image ⊕ mask, at test too, so that it can be told what a mask adds. */
export function dlSslMask(options: DiagnosisOptions = {}): tfl.LayersModel {
  return network('dlSslMask', options);
}

function network(name: 'dlSsl' | 'dlSslMask', options: DiagnosisOptions): tfl.LayersModel {
  const { input, image } = imageAndMask(name, options);
  const { width = 64, stem, seed = 0 } = options;
  const { B2, B4 } = resnetFeatures(name === 'dlSsl' ? image() : input, options);
  const sigmoid = (x: tfl.SymbolicTensor, of: string) =>
    tfl.layers.activation({ name: of, activation: 'sigmoid' }).apply(x) as tfl.SymbolicTensor;
  const map = layersFrom(seed + 5).conv(B2, 'map.conv', 1, 1, 1, true);

  const { conv, norm, relu } = layersFrom(seed + 6);
  let taught = input;
  for (let i = 0; i < Math.log2(levelStrides(stem).B2); i++) {
    const layer = `${TEACHER}${i}`;
    taught = relu(norm(conv(taught, `${layer}.conv`, width, 3, 2), `${layer}.bn`), `${layer}.relu`);
  }
  const maps = conv(taught, `${TEACHER}map.conv`, 2, 1, 1, true);
  return tfl.model({
    inputs: input,
    outputs: [head(B4, 1, seed), sigmoid(map, 'map'), sigmoid(maps, `${TEACHER}map`)],
    name,
  });
}
