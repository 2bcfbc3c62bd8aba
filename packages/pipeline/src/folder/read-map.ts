import { DataError, type Size } from '@diff/datasets';
import sharp from 'sharp';

export interface ProbabilityMap extends Size {
  /** In [0, 1]. */
  values: Float32Array;
}

/**
 * A map of probabilities as `fuse` and `predict` write them: grey PNG of 8 or 16 bits, whose highest level is 1, or TIFF, of
 * floats too. The loaders bring everything to 8 bits, which is enough for masks and not for these.
 *
 * @throws DataError where the file is unreadable, not grey, or holds anything outside [0, 1].
 */
export async function readMap(path: string): Promise<ProbabilityMap> {
  try {
    const picture = sharp(path, { failOn: 'error' });
    const { depth, channels } = await picture.metadata();
    if (channels !== 1) throw new Error(`${channels} channels, expected one`);
    const kind = KINDS[depth as keyof typeof KINDS];
    if (!kind) throw new Error(`samples of the type ${depth}, expected 8 or 16 bits, or floats`);
    const { data, info } = await picture
      .toColourspace(kind.space)
      .raw({ depth: depth as keyof typeof KINDS })
      .toBuffer({ resolveWithObject: true });
    const { width, height } = info;
    const samples = new kind.Samples(new Uint8Array(data).buffer);
    const values = Float32Array.from(samples, (sample) => sample / kind.white);
    const strange = values.findIndex((value) => !(value >= 0 && value <= 1));
    if (strange >= 0) throw new Error(`pixel ${strange} is ${values[strange]}, expected a probability`);
    return { values, width, height };
  } catch (cause) {
    throw new DataError(path, (cause as Error).message, { cause });
  }
}

const KINDS = {
  uchar: { space: 'b-w', Samples: Uint8Array, white: 255 },
  ushort: { space: 'grey16', Samples: Uint16Array, white: 65535 },
  float: { space: 'b-w', Samples: Float32Array, white: 1 },
};
