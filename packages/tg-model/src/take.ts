import * as tf from '@tensorflow/tfjs-core';
import { CrossAttention } from './cross-attention.js';

/**
 * MLP(Attention(f̂_d + E_d, f_sd + E_sd, f_sd)): what `Give` gave asks, a segmentation decoder's feature answers, before
 * that feature is enlarged.
 *
 * `new Take(options).apply([given, decoder])`; see `CrossAttention` for the shapes.
 *
 * Wu et al. 2022, §3.2.2, Eq. 10.
 */
export class Take extends CrossAttention {
  static className = 'Take';
}
tf.serialization.registerClass(Take);
