import { getThreadsCount } from '@tensorflow/tfjs-backend-wasm';
import type { Axes, ConvAttrs } from './conv-geometry.js';

/**
 * Whether a convolution is better left to the stock kernel: it alone uses the threads that the backend has on a
 * cross-origin isolated page, and it is right unless the padding is explicit or a stride longer than the filter.
 */
export function stockServes(
  { pad }: Pick<ConvAttrs, 'pad'>,
  axes: Axes,
  threads = getThreadsCount(),
): boolean {
  if (threads < 2) return false;
  return pad === 'valid' || (pad === 'same' && axes.every(({ stride, filter }) => stride <= filter));
}
