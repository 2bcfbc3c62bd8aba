import { type Image, resize } from '@diff/datasets/phantom';
import { diagnose, type Network, prepared, segment } from './network.js';

export interface Prediction {
  /** Probability of being inside, by structure, at the image's own size. */
  maps: Record<string, Float32Array>;
  /** Probability of illness. */
  score?: number;
}

/** Predicts at the networks' size, from the image stretched to it, and stretches the maps back to the image's. */
export async function predictCase(
  image: Image,
  segmentation: Network,
  diagnosis?: Network,
): Promise<Prediction> {
  const { structures, size } = segmentation;
  const input = prepared(image, segmentation);
  const masks = await segment(segmentation, input);
  const by = image.width * image.height > size.width * size.height ? 'bilinear' : 'area';
  const maps = structures.map((name, s) => {
    const data = Float32Array.from(
      { length: size.height * size.width },
      (_, i) => masks[i * structures.length + s]!,
    );
    return [name, resize({ data, ...size, channels: 1 }, image, { by }).data] as const;
  });
  const logit = diagnosis && (await diagnose(diagnosis, input, masks));
  return {
    maps: Object.fromEntries(maps),
    ...(logit !== undefined && { score: 1 / (1 + Math.exp(-logit)) }),
  };
}
