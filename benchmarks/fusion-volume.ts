/**
 * Fuses a volume of balls by one method in a process of its own and prints its time and peak memory as JSON.
 *
 *     node --conditions=@diff/source --import tsx benchmarks/fusion-volume.ts <method> <extent> <raters>
 */
import { fileURLToPath } from 'node:url';
import * as fusion from '@diff/fusion';

export const methods: Record<string, (masks: Uint8Array[], shape: number[]) => unknown> = {
  meanVote: (masks) => fusion.meanVote(masks),
  majorityVote: (masks) => fusion.majorityVote(masks),
  majorityVoteMultiLabel: (masks) => fusion.majorityVoteMultiLabel(masks),
  staple: (masks) => fusion.staple(masks),
  stapleMultiLabel: (masks) => fusion.stapleMultiLabel(masks).labelMap,
  simple: (masks) => fusion.simple(masks),
  dawidSkene: (masks) => fusion.dawidSkene(masks, { classes: 2 }),
  shapeBasedAverage: (masks, shape) => fusion.shapeBasedAverage(masks, { shape }),
  stapleMrf: (masks, shape) => fusion.stapleMrf(masks, { shape, maxIterations: 10 }),
  stapleSpatial: (masks, shape) => fusion.stapleSpatial(masks, { shape, maxIterations: 2 }),
};

/** Raters who outline one ball, each a little displaced and of another size. */
export function balls(raters: number, extent: number): Uint8Array[] {
  return Array.from({ length: raters }, (_, r) => {
    const [centre, radius] = [extent / 2 + (r % 3) - 1, extent * (0.25 + 0.01 * r)];
    const mask = new Uint8Array(extent ** 3);
    let j = 0;
    for (let z = 0; z < extent; z++)
      for (let y = 0; y < extent; y++)
        for (let x = 0; x < extent; x++, j++)
          mask[j] = (z - centre) ** 2 + (y - centre) ** 2 + (x - extent / 2) ** 2 < radius ** 2 ? 1 : 0;
    return mask;
  });
}

const [program, method, extent, raters] = process.argv.slice(1);
if (method && program === fileURLToPath(import.meta.url)) {
  const masks = balls(Number(raters), Number(extent));
  const before = process.resourceUsage().maxRSS;
  const start = performance.now();
  methods[method]!(masks, [Number(extent), Number(extent), Number(extent)]);
  const seconds = (performance.now() - start) / 1000;
  console.log(JSON.stringify({ seconds, before, peak: process.resourceUsage().maxRSS }));
}
