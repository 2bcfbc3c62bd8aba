import type { Axis } from './conv-geometry.js';

/** Zeros before and after dy, such that every tap of every phase reads from it. */
export function phasePadding({ input, output, filter, stride, dilation, before }: Axis): [number, number] {
  const taps = Math.ceil(filter / stride);
  const last = Math.floor((before + input - 1) / stride);
  return [Math.max(0, (taps - 1) * dilation - Math.floor(before / stride)), Math.max(0, last + 1 - output)];
}

/**
 * The gradient of a convolution with respect to its input is dx[i] = Σ_{o,k: o·s + k·d − before = i} dy[o] · w[k]. With
 * i + before = s·q + r that is, for each of the s phases r, a convolution of stride 1 over q with every s-th tap of
 * the filter, flipped. Gives for each phase that has taps: which these are, where in the padded dy it starts, and
 * which inputs it yields: `count` from `target` on, s apart.
 */
export function phases(axis: Axis) {
  const { input, filter, stride, dilation, before } = axis;
  const [lead] = phasePadding(axis);
  return Array.from({ length: Math.min(stride, filter) }, (_, phase) => {
    const taps = Math.ceil((filter - phase) / stride);
    const first = Math.ceil((before - phase) / stride);
    const target = stride * first + phase - before;
    return {
      taps,
      tap: (i: number) => stride * (taps - 1 - i) + phase,
      source: first - (taps - 1) * dilation + lead,
      target,
      count: Math.max(0, Math.ceil((input - target) / stride)),
    };
  });
}
