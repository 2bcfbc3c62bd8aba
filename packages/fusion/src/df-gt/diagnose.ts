import { checkFunction, fail } from '@diff/checks';
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { CaseBatch } from './case-batch.js';

/**
 * Image ⊕ mask, [B, H, W, channels + structures], to one logit per case, [B, 1]. It must be differentiable by its input.
 * Where cases have no picture (0 channels), the input is the mask alone.
 */
export type DiagnosisNetwork = (input: Tensor4D) => Tensor;

/** Who judges a fused label, and what they see of it. */
export interface Judges {
  network: DiagnosisNetwork | readonly DiagnosisNetwork[];
  mask?: (fused: Tensor4D) => Tensor4D;
}

/** @throws RangeError for an empty list, TypeError for what is neither a function nor a list of functions. */
export function checkNetwork(caller: string, network: unknown): void {
  const networks = Array.isArray(network) ? network : [network];
  if (networks.length === 0) fail(caller, 'network is an empty list, expected at least one');
  for (const one of networks) checkFunction(caller, 'network', one);
}

/** Each network's logits on image ⊕ fused label, [B, 1]. */
export function diagnose(
  caller: string,
  batch: CaseBatch,
  fused: Tensor4D,
  { network, mask }: Judges,
  transform?: (x: Tensor4D) => Tensor4D,
): Tensor2D[] {
  const shown = mask ? mask(fused) : fused;
  const seen = batch.image.shape[3] ? tf.concat([batch.image, shown], -1) : shown;
  const input = transform ? transform(seen) : seen;
  const networks = typeof network === 'function' ? [network] : network;
  return networks.map((one) => {
    const logits = one(input);
    if (logits.rank !== 2 || logits.shape[0] !== batch.size || logits.shape[1] !== 1) {
      throw new RangeError(
        `${caller}: network returned [${logits.shape}], expected logits of [${batch.size}, 1]`,
      );
    }
    return logits as Tensor2D;
  });
}
