import type { Example } from '@diff/train';

/** Square pictures of three channels that look like noise, their left halves outlined; every other one is ill. */
export const examplesOf = (count: number, size: number): Example[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `${i}`,
    image: {
      data: Float32Array.from({ length: size * size * 3 }, (_, j) => ((i * 7919 + j * 104729) % 1009) / 1009),
      height: size,
      width: size,
      channels: 3,
    },
    masks: [Uint8Array.from({ length: size * size }, (_, j) => Number(j % size < size / 2))],
    diagnosis: (i % 2) as 0 | 1,
  }));
