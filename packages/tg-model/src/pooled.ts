import { dense } from '@diff/networks/layers';
import * as tfl from '@tensorflow/tfjs-layers';

/**
 * decoder + W · mean(diagnosis) + b: a linear map of the diagnosis feature's mean over all places, added at every place
 * of the decoder's feature. The simple rival of Give and Take.
 *
 * @param decoder [B, H, W, C]. @param diagnosis [B, H′, W′, C′].
 */
export function addPooled(
  decoder: tfl.SymbolicTensor,
  diagnosis: tfl.SymbolicTensor,
  name: string,
  seed: number,
): tfl.SymbolicTensor {
  const channels = decoder.shape[3]!;
  const one = (layer: tfl.layers.Layer, x: tfl.SymbolicTensor | tfl.SymbolicTensor[]) =>
    layer.apply(x) as tfl.SymbolicTensor;
  const mean = one(tfl.layers.globalAveragePooling2d({ name: `${name}.mean` }), diagnosis);
  const mapped = dense(mean, name, channels, seed);
  const place = one(tfl.layers.reshape({ name: `${name}.place`, targetShape: [1, 1, channels] }), mapped);
  return one(tfl.layers.add({ name: `${name}.add` }), [decoder, place]);
}
