import sharp from 'sharp';

/** The bright (or dark) pixels of a picture as a 0/1 mask. */
export async function readMask(path: string, object: 'bright' | 'dark'): Promise<Uint8Array> {
  const { data, info } = await sharp(path).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const mask = new Uint8Array(info.width * info.height);
  for (let j = 0; j < mask.length; j++)
    mask[j] = data[j * info.channels]! >= 128 === (object === 'bright') ? 1 : 0;
  return mask;
}

export const hard = (probability: ArrayLike<number>) =>
  Uint8Array.from(probability, (p) => (p > 0.5 ? 1 : 0));
