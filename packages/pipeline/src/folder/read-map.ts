import { DataError, type Image, readImage, type Size } from '@diff/datasets';
import sharp from 'sharp';

export interface ProbabilityMap extends Size, Pick<Image, 'depth' | 'affine'> {
  /** In [0, 1]. */
  values: Float32Array;
}

/**
 * A map of probabilities as `fuse` and `predict` write them: grey PNG of 8 or 16 bits, whose highest level is 1, or TIFF, of
 * floats too, or a volume. The loaders bring everything to 8 bits, which is enough for masks and not for these.
 *
 * @throws DataError where the file is unreadable, not grey, or holds anything outside [0, 1].
 */
export async function readMap(path: string): Promise<ProbabilityMap> {
  if (!/\.(?:png|tiff?)$/i.test(path)) return readFloats(path);
  try {
    const picture = sharp(path, { failOn: 'error' });
    const { depth, channels, pages = 1 } = await picture.metadata();
    if (pages > 1) return await readFloats(path);
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
    checkProbabilities(values);
    return { values, width, height };
  } catch (cause) {
    throw new DataError(path, (cause as Error).message, { cause });
  }
}

/**
 * A map of label numbers, as `fuse --label-map` writes it: values are what the file has.
 *
 * @throws DataError where the file is unreadable, or holds anything but whole numbers from 0 up.
 */
export async function readLabelMap(path: string): Promise<ProbabilityMap> {
  const { data: values, channels, ...map } = await readImage(path, { volume: true, stored: true });
  if (channels !== 1) throw new DataError(path, `${channels} channels, expected one`);
  const strange = values.findIndex((value) => !(Number.isInteger(value) && value >= 0));
  if (strange >= 0)
    throw new DataError(path, `pixel ${strange} is ${values[strange]}, expected the number of a label`);
  return { values, ...map };
}

/** A map that is stored as it is. */
async function readFloats(path: string): Promise<ProbabilityMap> {
  const { data: values, channels, ...map } = await readImage(path, { volume: true, stored: true });
  try {
    if (channels !== 1) throw new Error(`${channels} channels, expected one`);
    checkProbabilities(values);
  } catch (cause) {
    throw new DataError(path, (cause as Error).message, { cause });
  }
  return { values, ...map };
}

function checkProbabilities(values: Float32Array): void {
  const strange = values.findIndex((value) => !(value >= 0 && value <= 1));
  if (strange >= 0) throw new Error(`pixel ${strange} is ${values[strange]}, expected a probability`);
}

const KINDS = {
  uchar: { space: 'b-w', Samples: Uint8Array, white: 255 },
  ushort: { space: 'grey16', Samples: Uint16Array, white: 65535 },
  float: { space: 'b-w', Samples: Float32Array, white: 1 },
};
