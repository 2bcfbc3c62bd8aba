import type { Image } from '../dataset/case.js';
import { picture } from './picture.js';

/** As JPEG at quality 95 without chroma subsampling: near, not exact. */
export function jpeg(image: Image): Promise<Uint8Array> {
  return picture(image).jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer();
}
