import * as tf from '@tensorflow/tfjs-core';
import { CrossAttention } from './cross-attention.js';

/**
 * f̂_d = MLP(Attention(f_se + E_se, f_d + E_d, f_d)): a segmentation encoder's feature asks, a diagnosis network's
 * feature answers. What comes out is the diagnosis feature, as far as it has to do with what is segmented.
 *
 * `new Give(options).apply([segmentation, diagnosis])`; see `CrossAttention` for the shapes.
 *
 * Wu et al. 2022, §3.2.2, Eqs. 6–9.
 */
export class Give extends CrossAttention {
  static className = 'Give';
}
tf.serialization.registerClass(Give);
