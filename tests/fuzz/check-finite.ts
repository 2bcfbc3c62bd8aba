import type { Raster } from '../../packages/datasets/src/images/raster.js';

/** @throws Error where what was read has other values than its size says, or some that are not finite. */
export function checkFinite({ data, width, height, depth = 1, channels, layers = [] }: Raster): void {
  const count = width * height * depth;
  const all = layers.length ? layers.map((layer) => layer.data) : [data];
  for (const one of all) {
    const expected = count * (layers.length ? 1 : channels);
    if (one.length !== expected) throw new Error(`FINDING: ${one.length} values, expected ${expected}`);
    if (!one.every(Number.isFinite)) throw new Error('FINDING: a value that is not finite');
  }
}
